import { EXIT } from "../contract/error-codes.ts";
import type { ListedSpell } from "../runtime/list-spells.ts";
import { flagOption, type Command } from "./command.ts";
import { printable, safeJson } from "./printable.ts";
import { formatTable } from "./table.ts";

/** `llmspell list` */
export const list: Command = {
  name: "list",
  summary: "List the spells that can be run by name",
  group: "Run spells:",
  options: [{ flags: "--json", doc: "Print JSON" }],
  async run(input) {
    const { terminal } = input;
    const { listSpells } = await import("../runtime/list-spells.ts");
    const spells = await listSpells();
    if (flagOption(input, "json")) {
      terminal.out(`${safeJson(spells)}\n`);
      return EXIT.done;
    }
    terminal.out(formatTable([["NAME", "LANGUAGES", "WHERE", "DESCRIPTION"], ...spells.map(row)]));
    for (const { name, path, problem } of spells) {
      if (problem !== undefined)
        terminal.note(
          `${terminal.style.yellow("warning")}: ${printable(`${name} cannot be run (llmspell check ${path}): ${problem}`)}`,
        );
    }
    return EXIT.done;
  },
};

function row({ name, variants, path, description, problem }: ListedSpell): string[] {
  const endings = variants.map(({ file }) => file.slice(file.lastIndexOf(".") + 1));
  return [name, endings.join(" "), path, problem === undefined ? description : "(cannot be run)"];
}

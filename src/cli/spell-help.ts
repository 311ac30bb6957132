import type { ParameterDefinition } from "../contract/manifest.ts";
import type { FoundSpell } from "../runtime/index.ts";
import { toJson } from "./format-value.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** `llmspell run SPELL --help`: what the spell is and which parameters it takes. */
export function showSpellHelp(terminal: Terminal, spell: FoundSpell): void {
  const { manifest, engine } = spell;
  const lines = [
    `${spell.name}${manifest.version === "" ? "" : ` ${manifest.version}`}: ${manifest.description || "a spell"}`,
    "",
  ];
  lines.push(
    `Usage: llmspell run ${spell.path === "built in" ? spell.name : spell.path} [-p key=value]... [options]`,
    "",
  );
  const rows = Object.entries(manifest.parameters ?? {}).map(
    ([name, parameter]) => [`  ${name}`, describe(parameter)] as const,
  );
  const width = Math.max(0, ...rows.map(([name]) => name.length)) + 2;
  if (rows.length > 0) lines.push("Parameters:", ...rows.map(([name, text]) => name.padEnd(width) + text), "");
  else if (manifest.parameters === undefined) lines.push("It takes any parameters, as text.", "");
  else lines.push("It takes no parameters.", "");
  lines.push(`Engine: ${engine.id}, ${engine.title}`);
  if (manifest.needs.length > 0) lines.push(`Needs: ${manifest.needs.join(", ")}`);
  lines.push("Options: see llmspell help run");
  terminal.out(`${lines.map(printable).join("\n")}\n`);
}

function describe(parameter: ParameterDefinition): string {
  const facts: string[] = [parameter.type];
  if (parameter.required) facts.push("required");
  if (parameter.default !== undefined) facts.push(`default ${JSON.stringify(toJson(parameter.default))}`);
  if (parameter.enum !== undefined)
    facts.push(`one of ${parameter.enum.map((item) => JSON.stringify(toJson(item))).join(", ")}`);
  return `${parameter.description === "" ? "" : `${parameter.description} `}(${facts.join(", ")})`;
}

import { describe, expect, test } from "bun:test";
import { EXIT } from "../../../src/contract/error-codes.ts";
import { COMMANDS } from "../../../src/cli/index.ts";
import { run } from "../../../src/cli/run.ts";

const guide = await Bun.file(new URL("../../../docs/cli.md", import.meta.url)).text();

describe("docs/cli.md", () => {
  test("names every command, and those below commands", () => {
    for (const { name, hidden, commands } of COMMANDS) {
      if (hidden) continue;
      for (const words of commands?.map((below) => `${name} ${below.name}`) ?? [name])
        expect(guide).toContain(`| \`${words}`);
    }
  });

  test("names every option of run", () => {
    for (const { flags } of run.options ?? []) {
      const names = flags.split(/[ ,]+/).filter((part) => part.startsWith("-"));
      for (const name of names) expect(guide).toContain(name);
    }
  });

  test("names every exit status", () => {
    for (const status of Object.values(EXIT)) expect(guide).toMatch(new RegExp(`^\\| ${status} \\|`, "m"));
  });

  test("says which commands print JSON", () => {
    const [sentence = ""] = /^.*print JSON with `--json`.*$/m.exec(guide) ?? [];
    for (const command of COMMANDS.flatMap(
      (each) => each.commands?.map((below) => ({ ...below, name: `${each.name} ${below.name}` })) ?? [each],
    )) {
      const has = command.options?.some(({ flags }) => flags === "--json") === true;
      if (command.name !== "run" && command.name !== "exec")
        expect([command.name, sentence.includes(`\`${command.name}\``)]).toEqual([command.name, has]);
    }
  });
});

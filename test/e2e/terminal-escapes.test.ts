import { expect, setDefaultTimeout, test } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

// oxlint-disable-next-line no-control-regex -- exactly these are meant
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** A spell, a folder and a profile by somebody who would like to steer the terminal. */
function strangersFolder(): string {
  const evil = String.raw`"clear \e[2J title \e]0;x\a csi \x9b31m right \u202e"`;
  return makeFolder({
    "spells/bad/spell.yaml": `description: ${evil}\nparameters:\n  a: { type: string, description: ${evil}, enum: [${evil}] }\n`,
    "spells/bad/main.lua": "return 1",
    "spells/\u001b[31mred/main.lua": "return 1",
    "spells/\u001b[32mgreen/spell.yaml": "nosuch: 1",
    "llmspell.yaml": `profiles:\n  evil: { extends: standard, description: ${evil} }\n`,
  });
}

test("what strangers wrote does not steer the terminal, also through a pipe", async () => {
  const cwd = strangersFolder();
  const commands = [
    "list",
    "list --json",
    "run bad --help",
    "profile list",
    "profile list --json",
    "profile show evil",
    "profile show evil --explain",
    "profile show evil --json",
    "check",
    "check --json",
    "complete -- run b",
    "complete -- run bad -p a",
  ];
  for (const command of commands) {
    const { stdout, stderr } = await runBinary(command.split(" "), { cwd });
    expect([command, STEERING.exec(stdout + stderr)?.[0]]).toEqual([command, undefined]);
    if (!command.startsWith("complete")) expect(stdout).toMatch(/clear|spells/);
  }
  const { stdout } = await runBinary(["profile", "show", "evil"], { cwd });
  await Bun.write(`${cwd}/again.yaml`, stdout);
  const described = async (name: string) => {
    const shown = await runBinary(["profile", "show", name, "--json"], { cwd });
    return (JSON.parse(shown.stdout) as { description: string }).description;
  };
  expect(await described("./again.yaml")).toBe(await described("evil"));
});

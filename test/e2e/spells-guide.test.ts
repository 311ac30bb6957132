import { describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;
const guide = await Bun.file(new URL("../../docs/spells.md", import.meta.url)).text();
const ENDINGS: Readonly<Record<string, string>> = { lua: "lua", javascript: "js", typescript: "ts" };

/** Blocks of code with what they shall print: the next block of text, which several may share. */
const blocks = [...guide.matchAll(/^(#+ [^\n]*)$|^```(\w+)\n(.*?)^```/gms)];
let section = "";
let waiting: { title: string; ending: string; code: string }[] = [];
const examples: { title: string; ending: string; code: string; expected: string }[] = [];
const modules: Record<string, string> = {};
for (const [, heading, language = "", code = ""] of blocks) {
  if (heading !== undefined) {
    expect(waiting.length).toBe(0);
    section = heading;
  } else if (language === "text") {
    examples.push(...waiting.map((each) => ({ ...each, expected: code })));
    waiting = [];
  } else if (ENDINGS[language] !== undefined) {
    const [, file] = /^(?:--|\/\/) (lib\/\S+)\n/.exec(code) ?? [];
    if (file !== undefined) modules[file] = code;
    else waiting.push({ title: `${section}: ${language}`, ending: ENDINGS[language], code });
  }
}

describe("docs/spells.md", () => {
  test("has examples in every language", () => {
    expect(examples.length).toBeGreaterThan(20);
    expect(waiting).toEqual([]);
  });

  for (const { title, ending, code, expected } of examples) {
    test(title, async () => {
      const cwd = makeFolder({ [`main.${ending}`]: code, ...modules });
      const options = { cwd, stdin: "A first line\nA second one.\n" };
      const [run, check] = await Promise.all([
        runBinary(["run", `main.${ending}`, "-m", "mock"], options),
        runBinary(["check", `main.${ending}`], options),
      ]);
      expect(run.stderr).toBe("");
      // console.log puts a space where print puts a tab.
      const plain = (text: string) => (ending === "lua" ? text : text.replaceAll("\t", " "));
      expect(plain(run.stdout)).toBe(plain(expected));
      expect({ stderr: check.stderr, status: check.status }).toEqual({ stderr: "", status: 0 });
    });
  }

  test("has a spell.yaml that is right", async () => {
    const [, yaml = ""] = /^```yaml\n(# spell\.yaml\n.*?)^```/ms.exec(guide) ?? [];
    const cwd = makeFolder({ "spell.yaml": yaml, "main.lua": "return spell.parameters" });
    const run = await runBinary(["run", ".", "-p", "name=Grace", "-p", "times=2"], { cwd });
    expect(JSON.parse(run.stdout)).toEqual({ name: "Grace", times: 2 });
  });
});

import { describe, expect, setDefaultTimeout, test as serial } from "bun:test";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

const test = serial.concurrent;
const ENDINGS: Readonly<Record<string, string>> = {
  lua: "lua",
  javascript: "js",
  typescript: "ts",
  tengo: "tengo",
};

interface Example {
  readonly title: string;
  readonly ending: string;
  readonly code: string;
}

/** A page's whole spells with what they print, and the files that they import. */
interface Guide {
  readonly text: string;
  readonly examples: readonly (Example & { readonly expected: string })[];
  readonly modules: Readonly<Record<string, string>>;
}

/** Blocks of code with what they shall print: the next block of text, which several may share. */
async function readGuide(name: string): Promise<Guide> {
  const text = await Bun.file(new URL(`../../docs/${name}`, import.meta.url)).text();
  let section = "";
  let waiting: Example[] = [];
  const examples: (Example & { expected: string })[] = [];
  const modules: Record<string, string> = {};
  for (const [, heading, language = "", code = ""] of text.matchAll(/^(#+ [^\n]*)$|^```(\w+)\n(.*?)^```/gms)) {
    if (heading !== undefined) {
      expect(waiting).toEqual([]);
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
  expect(waiting).toEqual([]);
  return { text, examples, modules };
}

/** Runs each example; what is expected to begin with `error[` fails so. */
function runExamples({ examples, modules }: Guide): void {
  for (const { title, ending, code, expected } of examples) {
    test(title, async () => {
      const cwd = makeFolder({ [`main.${ending}`]: code, ...modules });
      const options = { cwd, stdin: "A first line\nA second one.\n" };
      const [run, check] = await Promise.all([
        runBinary(["run", `main.${ending}`, "-m", "mock"], options),
        runBinary(["check", `main.${ending}`], options),
      ]);
      const fails = expected.startsWith("error[");
      expect(fails ? run.stdout : run.stderr).toBe("");
      // console.log puts a space where print puts a tab.
      const plain = (text: string) => (ending === "lua" ? text : text.replaceAll("\t", " "));
      expect(plain(fails ? run.stderr : run.stdout)).toBe(plain(expected));
      expect({ stderr: check.stderr, status: check.status }).toEqual({ stderr: "", status: 0 });
    });
  }
}

const spells = await readGuide("spells.md");
const tengo = await readGuide("tengo.md");
const schemas = await readGuide("schemas.md");
const models = await readGuide("models.md");

describe("docs/spells.md", () => {
  test("has examples in every language", () => {
    const endings = spells.examples.map(({ ending }) => ending);
    for (const ending of ["lua", "js", "tengo"]) {
      expect(endings.filter((each) => each === ending).length).toBeGreaterThan(9);
    }
  });

  runExamples(spells);

  test("has a spell.yaml that is right", async () => {
    const [, yaml = ""] = /^```yaml\n(# spell\.yaml\n.*?)^```/ms.exec(spells.text) ?? [];
    const cwd = makeFolder({ "spell.yaml": yaml, "main.lua": "return spell.parameters" });
    const run = await runBinary(["run", ".", "-p", "name=Grace", "-p", "times=2"], { cwd });
    expect(JSON.parse(run.stdout)).toEqual({ name: "Grace", times: 2 });
  });
});

describe("docs/tengo.md", () => {
  test("has examples", () => {
    expect(tengo.examples.length).toBeGreaterThan(12);
  });

  runExamples(tengo);
});

describe("docs/schemas.md", () => {
  test("has each example in every language", () => {
    const endings = schemas.examples.map(({ ending }) => ending);
    for (const ending of ["lua", "js", "tengo"]) {
      expect(endings.filter((each) => each === ending).length).toBe(endings.length / 3);
    }
  });

  runExamples(schemas);
});

describe("docs/models.md", () => {
  test("has examples in every language", () => {
    const endings = models.examples.map(({ ending }) => ending);
    for (const ending of ["lua", "js", "tengo"]) expect(endings).toContain(ending);
  });

  runExamples(models);
});

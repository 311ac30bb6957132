import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { startModelServer, type ModelServer } from "../model-server.ts";
import { makeFolder, runBinary, TEST_TIME } from "./binary.ts";

/** Nothing, or what the run cost. */
const SPENT = expect.stringMatching(/^(llmspell: spent \$\S+ on \d+ calls? to models \(\d+ tokens\)\n)?$/) as string;

setDefaultTimeout(TEST_TIME);

const SPELLS = join(import.meta.dir, "../../spells");

/** Every main file of every example, by the name under which the binary knows it: `hello/main.ts`. */
const variants = readdirSync(SPELLS).flatMap((name) =>
  readdirSync(join(SPELLS, name))
    .filter((file) => file.startsWith("main."))
    .map((file) => `${name}/${file}`),
);

/** Runs every variant of a spell at once, and expects the same of each. */
function forVariants(spell: string, work: (variant: string) => Promise<void>): void {
  const own = variants.filter((variant) => variant.startsWith(`${spell}/`));
  for (const variant of own) test(variant, () => work(variant));
}

let server: ModelServer;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startModelServer();
  env = {
    OPENAI_BASE_URL: server.openaiBaseUrl,
    OPENAI_API_KEY: "sk-test",
    ANTHROPIC_BASE_URL: server.anthropicBaseUrl,
    ANTHROPIC_API_KEY: "sk-ant-test",
  };
  server.mock.onMessage("the sea", { content: "The sea is wide." });
  server.mock.onMessage("Summarize this text", { content: "- It is short." });
  server.mock.onMessage("Which bird", { content: "A wren, of course." });
  server.mock.onMessage("Hello there", { content: "Hello, you." });
  server.mock.onMessage(/^That does not fit: people is missing/, {
    content:
      '```json\n{"title": "Ada\'s party", "kind": "Party", "date": "2026-05-01", "people": [{"name": "Ada"}]}\n```',
  });
  server.mock.onMessage("Come to my party", { content: '{"title": "Ada\'s party", "kind": "party"}' });
  server.mock.onMessage(/Never fits|^That does not fit/, { content: "I cannot." });
  server.mock.onMessage("And again", { content: "Once more." });
});

afterAll(() => server.close());

test("each example is in Lua and in JavaScript", () => {
  for (const name of readdirSync(SPELLS)) {
    expect(variants).toContain(`${name}/main.lua`);
    expect(variants).toContain(`${name}/main.js`);
  }
  expect(variants).toContain("hello/main.ts");
});

test("each example has nothing that check complains of", async () => {
  const names = readdirSync(SPELLS);
  const { stdout, stderr, status } = await runBinary(["check", ...names]);
  expect({ stderr, status }).toEqual({ stderr: SPENT, status: 0 });
  expect(stdout.trim().split("\n")).toHaveLength(variants.length);
});

describe("hello", () => {
  forVariants("hello", async (variant) => {
    const [mocked, asked] = await Promise.all([
      runBinary(["run", variant, "-p", "topic=owls"]),
      runBinary(["run", variant, "-m", "openai"], { env }),
    ]);
    expect(mocked.stdout).toBe('Hello from the mock model. You asked: "Write one line about owls"\n');
    expect(mocked.stderr).toMatch(/^llmspell: no model key .*ANTHROPIC_API_KEY.*Ollama\n$/);
    expect(asked).toEqual({ stdout: "The sea is wide.\n", stderr: SPENT, status: 0 });
  });

  test("runs by its name, and in another language by --engine", async () => {
    const runs = await Promise.all(
      [[], ["--engine", "javascript"], ["--engine", "tengo"], ["--engine", "fengari"]].map((more) =>
        runBinary(["run", "hello", ...more, "-m", "anthropic"], { env }),
      ),
    );
    for (const run of runs) expect(run).toEqual({ stdout: "The sea is wide.\n", stderr: SPENT, status: 0 });
  });

  test("by path, from the folder that it was written in", async () => {
    const main = await Bun.file(join(SPELLS, "hello/main.ts")).text();
    const cwd = makeFolder({
      "my/main.ts": main,
      "my/spell.yaml": await Bun.file(join(SPELLS, "hello/spell.yaml")).text(),
    });
    for (const reference of ["my", "my/main.ts", "./my/"]) {
      expect((await runBinary(["run", reference], { env, cwd })).stdout).toBe("The sea is wide.\n");
    }
  });
});

describe("summarize", () => {
  forVariants("summarize", async (variant) => {
    const before = server.requests().length;
    const args = ["run", variant, "-m", "openai", "-p", "style=bullets", "-p", "language=Latin"];
    const [run, empty, wrong] = [
      await runBinary(args, { env, stdin: "A text.\nOf two lines: ä€😀\n" }),
      await runBinary(args, { env, stdin: "" }),
      await runBinary(["run", variant, "-p", "style=bulets"], { env, stdin: "A text." }),
    ];
    expect(run).toEqual({ stdout: "- It is short.\n", stderr: SPENT, status: 0 });
    const [request] = server.requests().slice(before);
    const sent = JSON.stringify(request);
    expect(sent).toContain("at most five bullet points");
    expect(sent).toContain("Write in Latin.");
    expect(sent).toContain("Of two lines: ä€😀");
    expect(empty).toMatchObject({ stdout: "", status: 1 });
    expect(empty.stderr).toContain("There is nothing to summarize");
    expect(wrong.stderr).toContain('did you mean "bullets"?');
    expect(wrong.status).toBe(2);
  });
});

describe("compare-models", () => {
  forVariants("compare-models", async (variant) => {
    const models = '["openai/gpt-5-mini", "anthropic/claude-sonnet-5", "mock/echo", "groq", "opnai/x"]';
    const run = await runBinary(["run", variant, "-p", `models=${models}`, "-p", "prompt=Which bird is small?"], {
      env,
    });
    expect(run).toMatchObject({ stderr: SPENT, status: 0 });
    const rows = run.stdout.trimEnd().split("\n");
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatch(/^MODEL +MS +TOKENS +ANSWER$/);
    expect(rows[1]).toMatch(/^openai\/gpt-5-mini +\d+ +\d+ +A wren, of course\.$/);
    expect(rows[2]).toMatch(/^anthropic\/claude-sonnet-5 +\d+ +\d+ +A wren, of course\.$/);
    expect(rows[3]).toMatch(/^mock\/echo +\d+ +\d+ +Which bird is small\?$/);
    expect(rows[4]).toMatch(/^groq +\d+ +- +failed: provider\.key: Groq needs a key in GROQ_API_KEY$/);
    expect(rows[5]).toMatch(/^opnai\/x +\d+ +- +failed: provider\.unknown: .*did …/);
    const plain = await runBinary(["run", variant]);
    expect(plain.stdout).toContain("mock/helper");
    expect(plain.status).toBe(0);
  });
});

describe("compare-models with consensus", () => {
  forVariants("compare-models", async (variant) => {
    const models = '["openai/gpt-5-mini", "anthropic/claude-sonnet-5", "mock/echo", "groq"]';
    const args = ["run", variant, "-p", `models=${models}`, "-p", "prompt=Which bird is small?"];
    const run = await runBinary([...args, "-p", "consensus=majority"], { env });
    expect(run).toMatchObject({ stderr: SPENT, status: 0 });
    expect(run.stdout.trimEnd().split("\n").at(-1)).toBe("67% say: A wren, of course.");
    const wrong = await runBinary([...args, "-p", "consensus=dice"], { env });
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining('"majority"') });
  });
});

describe("fallback", () => {
  forVariants("fallback", async (variant) => {
    const prompt = "prompt=Which bird is small?";
    const down = { ...env, MISTRAL_BASE_URL: "http://127.0.0.1:9/v1", MISTRAL_API_KEY: "mi-test-0123456789" };
    const models = ["groq", "mistral/mistral-small-latest", "openai/gpt-5-mini"];
    const ask = (given: readonly string[]) =>
      runBinary(["run", variant, "-p", `models=${JSON.stringify(given)}`, "-p", prompt], { env: down });
    const run = await ask(models);
    expect(run).toMatchObject({ stdout: "A wren, of course.\n", status: 0 });
    expect(run.stderr).toContain("groq: Groq needs a key in GROQ_API_KEY");
    expect(run.stderr).toContain("mistral/mistral-small-latest: ");
    const none = await ask(models.slice(0, 2));
    expect(none).toMatchObject({ stdout: "", status: 5 });
    expect(none.stderr).toStartWith("error[provider.group]: None of 2 models answered: groq: provider.key: ");
  });
});

describe("chat", () => {
  forVariants("chat", async (variant) => {
    const before = server.requests().length;
    const stdin = "Hello there\n\nAnd again\n/quit\nnever sent\n";
    const run = await runBinary(["run", variant, "-m", "openai", "-p", "system=Be kind"], { env, stdin });
    expect(run).toEqual({ stdout: "Hello, you.\nOnce more.\n", stderr: SPENT, status: 0 });
    const requests = server.requests().slice(before) as { messages: { role: string; content: string }[] }[];
    expect(requests).toHaveLength(2);
    expect(requests[1]?.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(requests[1]?.messages.map(({ content }) => content)).toEqual([
      "Be kind",
      "Hello there",
      "Hello, you.",
      "And again",
    ]);
    // The end of input ends it too, without a last newline as well.
    const ended = await runBinary(["run", variant, "-m", "openai"], { env, stdin: "Hello there" });
    expect(ended).toEqual({ stdout: "Hello, you.\n", stderr: SPENT, status: 0 });
  });
});

describe("structured-extract", () => {
  forVariants("structured-extract", async (variant) => {
    const run = (stdin: string, ...more: string[]) =>
      runBinary(["run", variant, "-m", "openai", ...more], { env, stdin });
    const [event, fields, never, empty, wrong] = await Promise.all([
      run("Come to my party on May 1st! Ada"),
      run("anything", "-m", "mock", "-p", 'fields={"total": "number(3..)", "paid": "bool"}'),
      run("Never fits", "-p", "tries=2"),
      run(" "),
      run("anything", "-p", 'fields={"total": "nmber"}'),
    ]);
    expect({ ...event, stdout: JSON.parse(event.stdout) as unknown }).toMatchObject({
      stdout: { title: "Ada's party", kind: "party", date: "2026-05-01", people: [{ name: "Ada" }] },
      status: 0,
    });
    expect(JSON.parse(fields.stdout)).toMatchObject({ total: 3 });
    expect(never).toMatchObject({ stdout: "", status: 1 });
    expect(never.stderr).toContain("The model gave nothing that fits, after 2 tries");
    expect(never.stderr).toContain("the answer holds no JSON");
    expect(empty.stderr).toContain("There is nothing to extract from");
    expect(wrong.stderr).toContain('there is no type "nmber"; did you mean "number"?');
  });
});

describe("batch-classify", () => {
  const reply = (text: string) => ({ match: text, text: `{"label": "${text.length > 3 ? "long" : "short"}"}` });
  const replies = [...["wren", "owl", "kiwi"].map(reply), { match: "robin", fault: "server" }];
  const script = makeFolder({ "mock.json": JSON.stringify({ otherwise: "error", replies }) });
  const options = ["--mock", join(script, "mock.json"), "-p", 'labels=["short", "long"]', "-p", "width=2"];

  forVariants("batch-classify", async (variant) => {
    const run = (stdin: string, ...more: string[]) => runBinary(["run", variant, ...options, ...more], { stdin });
    const [lines, fengari, batch, list, empty, failed] = await Promise.all([
      run("a wren\n\nan owl\r\na kiwi"),
      run("a wren\nan owl\na kiwi\n", ...(variant.endsWith(".lua") ? ["--engine", "fengari"] : [])),
      run("a wren\nan owl\n", "-p", "batch=true"),
      run("", "-p", 'texts=["an owl", "a wren"]', "-p", "list=true", "--json"),
      run(" \n"),
      run("a wren\na robin\n"),
    ]);
    expect(lines).toEqual({
      stdout: "long\ta wren\nshort\tan owl\nlong\ta kiwi\nshort 1, long 2\n",
      stderr: SPENT,
      status: 0,
    });
    expect(fengari).toEqual(lines);
    expect(batch).toMatchObject({ stdout: "long\ta wren\nshort\tan owl\nshort 1, long 1\n", status: 0 });
    expect(batch.stderr).toContain("batch mock/batch-1");
    expect(JSON.parse(list.stdout)).toMatchObject({
      result: [
        { label: "short", text: "an owl" },
        { label: "long", text: "a wren" },
      ],
      output: "",
    });
    expect(empty.stderr).toContain("There is nothing to classify");
    // A provider that fails ends the run with its code.
    expect(failed).toMatchObject({ stdout: "", status: 5, stderr: expect.stringContaining("error[provider.") });
  });
});

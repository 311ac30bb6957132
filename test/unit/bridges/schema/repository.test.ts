import { Database } from "bun:sqlite";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "bun:test";
import { schema } from "../../../../src/bridges/schema.ts";
import { effects } from "../bridges.ts";
import { granted } from "../granted.ts";
import { castIn, onEveryEngine, type CastResult } from "../../../cast-engines.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "llmspell-schemas-"));
let count = 0;

afterAll(() => rmSync(FOLDER, { recursive: true }));

function makeStore(): string {
  const path = join(FOLDER, String(++count));
  mkdirSync(path);
  return path;
}

const SPELLS = {
  lua: `
    local first = schema.save("bird", {name = "string"}, {note = "the first"})
    local again = schema.save("bird", {name = "string"})
    schema.save("bird", {title = "string", eggs = "int"})
    schema.save("bird", {title = "string", eggs = "int", tags = "string[]"}, {current = false})
    schema.add_migration("bird", 1, 2, {rename = {name = "title"}, defaults = {eggs = 0}})
    schema.add_migration("bird", 2, 3, function(bird) bird.tags = json.array{"old"}; return bird end)
    print(first.version, first.is_new, again.version, again.is_new)
    for _, each in ipairs(schema.versions("bird")) do print(each.version, each.current, each.note) end
    local there = schema.migrate("bird", {name = "Ada"}, {from = 1})
    print(there.value.title, there.value.eggs, there.version)
    local far = schema.migrate("bird", {name = "Ada"}, {from = 1, to = 3})
    print(#far.steps, far.value.tags[1])
    print(select(2, pcall(schema.migrate, "bird", {title = "x", eggs = "y"}, {from = 2, to = 3})).code)
    schema.set_current("bird", 1)
    print(schema.get("bird").required[1], #schema.get("bird", 3).required, schema.list()[1].current)
    local all = schema.export_all("bird").bird
    print(#all.versions, #all.migrations, all.migrations[1].rename.name)`,
  javascript: `
    const say = (...parts) => console.log(parts.map((part) => part ?? "nil").join("\\t"));
    const first = await schema.save("bird", {name: "string"}, {note: "the first"});
    const again = await schema.save("bird", {name: "string"});
    await schema.save("bird", {title: "string", eggs: "int"});
    await schema.save("bird", {title: "string", eggs: "int", tags: "string[]"}, {current: false});
    await schema.addMigration("bird", 1, 2, {rename: {name: "title"}, defaults: {eggs: 0}});
    await schema.addMigration("bird", 2, 3, (bird) => ({...bird, tags: ["old"]}));
    say(first.version, first.isNew, again.version, again.isNew);
    for (const each of await schema.versions("bird")) say(each.version, each.current, each.note);
    const there = await schema.migrate("bird", {name: "Ada"}, {from: 1});
    say(there.value.title, there.value.eggs, there.version);
    const far = await schema.migrate("bird", {name: "Ada"}, {from: 1, to: 3});
    say(far.steps.length, far.value.tags[0]);
    try { await schema.migrate("bird", {title: "x", eggs: "y"}, {from: 2, to: 3}); } catch (err) { say(err.code); }
    await schema.setCurrent("bird", 1);
    say((await schema.get("bird")).required[0], (await schema.get("bird", 3)).required.length, (await schema.list())[0].current);
    const all = (await schema.exportAll("bird")).bird;
    say(all.versions.length, all.migrations.length, all.migrations[0].rename.name);`,
  tengo: `
    fmt := import("fmt")
    first := schema.save("bird", {name: "string"}, {note: "the first"})
    again := schema.save("bird", {name: "string"})
    schema.save("bird", {title: "string", eggs: "int"})
    schema.save("bird", {title: "string", eggs: "int", tags: "string[]"}, {current: false})
    schema.add_migration("bird", 1, 2, {rename: {name: "title"}, defaults: {eggs: 0}})
    schema.add_migration("bird", 2, 3, func(bird) { bird.tags = ["old"]; return bird })
    fmt.printf("%d\\t%v\\t%d\\t%v\\n", first.version, first.is_new, again.version, again.is_new)
    for each in schema.versions("bird") { fmt.printf("%d\\t%v\\t%s\\n", each.version, each.current, each.note ? each.note : "nil") }
    there := schema.migrate("bird", {name: "Ada"}, {from: 1})
    fmt.printf("%s\\t%d\\t%d\\n", there.value.title, there.value.eggs, there.version)
    far := schema.migrate("bird", {name: "Ada"}, {from: 1, to: 3})
    fmt.printf("%d\\t%s\\n", len(far.steps), far.value.tags[0])
    fmt.println(schema.migrate("bird", {title: "x", eggs: "y"}, {from: 2, to: 3}).value.code)
    schema.set_current("bird", 1)
    fmt.printf("%s\\t%d\\t%d\\n", schema.get("bird").required[0], len(schema.get("bird", 3).required), schema.list()[0].current)
    all := schema.export_all("bird").bird
    fmt.printf("%d\\t%d\\t%s\\n", len(all.versions), len(all.migrations), all.migrations[0].rename.name)`,
};

const EXPECTED = [
  "1\ttrue\t1\tfalse",
  "1\tfalse\tthe first",
  "2\ttrue\tnil",
  "3\tfalse\tnil",
  "Ada\t0\t2",
  "3\told",
  "schema.migration",
  "name\t3\t1",
  "3\t1\ttitle",
  "",
].join("\n");

describe("the repository in every language", () => {
  test.each(onEveryEngine(SPELLS))("%s, in memory, in a folder and in a file", async (_id, engine, source) => {
    const stores = [makeStore(), join(makeStore(), "schemas.db")];
    const named = stores.map((store) => `schema: { store: ${JSON.stringify(store)} }`);
    for (const bridges of ["schema: {}", ...named]) {
      const { output, failure } = await castIn(engine, source, { bridges });
      expect(failure?.message).toBeUndefined();
      expect(output).toBe(EXPECTED);
    }
  });
});

const [, javascript] = onEveryEngine({ lua: "", javascript: "", tengo: "" }).find(([id]) => id === "javascript") ?? [];
const run = (source: string, store?: string): Promise<CastResult> =>
  castIn(javascript as never, source, {
    bridges: store === undefined ? "schema: {}" : `schema: { store: ${JSON.stringify(store)} }`,
  });

describe("what is kept", () => {
  test("in memory is gone with the run", async () => {
    expect((await run('await schema.save("bird", "int"); console.log((await schema.list()).length)')).output).toBe(
      "1\n",
    );
    expect((await run("console.log((await schema.list()).length)")).output).toBe("0\n");
    const { failure } = await run(
      `for (let i = 0; ; i++) await schema.save("bird", {a: "string # " + i + "x".repeat(9000)});`,
    );
    expect(failure?.code).toBe("limit.state");
  });

  test("in a folder is there for later runs, each version in a file that is never changed", async () => {
    const store = makeStore();
    await run(
      'await schema.save("bird", {name: "string"}); await schema.save("bird", {name: "string", n: "int"}, {note: "n"})',
      store,
    );
    expect(readdirSync(join(store, "bird")).sort()).toEqual(["1.json", "2.json", "current.json"]);
    const later = await run(
      'await schema.setCurrent("bird", 1); const {version} = await schema.save("bird", "int", {current: false}); console.log(version, JSON.stringify(await schema.versions("bird")))',
      store,
    );
    expect(later.output).toBe(
      '3 [{"version":1,"current":true},{"version":2,"current":false,"note":"n"},{"version":3,"current":false}]\n',
    );
    expect(JSON.parse(readFileSync(join(store, "bird/2.json"), "utf8"))).toMatchObject({
      note: "n",
      schema: { type: "object" },
    });
  });

  test("by several runs at once gets a number each", async () => {
    const store = makeStore();
    const runs = Array.from({ length: 6 }, (_, index) =>
      run(`console.log((await schema.save("bird", {a${index}: "int"})).version)`, store),
    );
    const numbers = (await Promise.all(runs)).map(({ output }) => Number(output)).sort();
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("and was changed by somebody is an error that names the file", async () => {
    const store = makeStore();
    await run('await schema.save("bird", "int")', store);
    writeFileSync(join(store, "bird/1.json"), "{");
    const { failure } = await run('await schema.get("bird")', store);
    expect(failure?.code).toBe("schema.store");
    expect(failure?.message).toContain(`${store}/bird/1.json`);
  });
});

describe("what is kept in a file", () => {
  test("is there for later runs, without the functions of this one", async () => {
    const store = join(makeStore(), "schemas.sqlite3");
    await run(
      `await schema.save("bird", {name: "string"}); await schema.save("bird", {name: "string", n: "int"}, {note: "n"});
       await schema.addMigration("bird", 1, 2, {defaults: {n: 9007199254740993n}});
       await schema.addMigration("bird", 2, 1, (bird) => bird)`,
      store,
    );
    const later = await run(
      `const {value} = await schema.migrate("bird", {name: "Ada"}, {from: 1});
       const back = await schema.migrate("bird", value, {from: 2, to: 1}).catch((error) => error.code);
       await schema.setCurrent("bird", 1);
       const {version} = await schema.save("bird", "int", {current: false});
       console.log(value.n, back, version, JSON.stringify(await schema.versions("bird")))`,
      store,
    );
    expect(later.failure?.message).toBeUndefined();
    expect(later.output).toBe(
      '9007199254740993n schema.migration 3 [{"version":1,"current":true},{"version":2,"current":false,"note":"n"},{"version":3,"current":false}]\n',
    );
  });

  test("by several runs at once gets a number each", async () => {
    const store = join(makeStore(), "schemas.db");
    const runs = Array.from({ length: 6 }, (_, index) =>
      run(`console.log((await schema.save("bird", {a${index}: "int"})).version)`, store),
    );
    const numbers = (await Promise.all(runs)).map(({ output }) => Number(output)).sort();
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("and was changed by somebody is an error that names the file", async () => {
    const store = join(makeStore(), "schemas.db");
    await run('await schema.save("bird", "int")', store);
    const database = new Database(store);
    database.run("UPDATE versions SET schema = '{'");
    database.close();
    const { failure } = await run('await schema.get("bird")', store);
    expect(failure?.code).toBe("schema.store");
    expect(failure?.message).toBe(`"${store}" is not as it was written: what it has of "bird"`);
  });
});

test.each([
  ['schema.get("bird")', "schema.not-found", 'There is no schema "bird"; did you mean "birds"?'],
  ['schema.get("birds", 7)', "schema.not-found", 'There is no version 7 of "birds", but 1, 2'],
  ['schema.setCurrent("birds", 7)', "schema.not-found", 'There is no version 7 of "birds", but 1, 2'],
  [
    'schema.migrate("birds", 1, {from: 2, to: 1})',
    "schema.migration",
    'There is no way from version 2 of "birds" to version 1',
  ],
  ['schema.addMigration("birds", 1, 1, {})', "call.arguments", "schema.addMigration: from and to are both 1"],
  ['schema.save("../birds", "int")', "call.arguments", "letters, digits, dots and dashes"],
  [
    'schema.save("birds", {a: "itn"})',
    "schema.invalid",
    'The schema is wrong at a: there is no type "itn"; did you mean "int"?',
  ],
])("%s is %s", async (call, code, message) => {
  const { failure } = await run(
    `await schema.save("birds", "int"); await schema.save("birds", "string"); await ${call}`,
  );
  expect(failure?.code).toBe(code);
  expect(failure?.message).toContain(message);
});

test("a folder that is not there is told before the run, also that of a file", async () => {
  const findings = (store: string) => granted(schema, { store }, effects).findings();
  expect(await findings(join(FOLDER, "none"))).toMatchObject([{ severity: "error", path: "store" }]);
  expect(await findings(makeStore())).toEqual([]);
  const file = join(FOLDER, "none", "schemas.db");
  expect(await findings(file)).toMatchObject([
    { path: "store", message: `the file "${file}" is in a folder that does not exist` },
  ]);
  expect(await findings(join(makeStore(), "schemas.db"))).toEqual([]);
});

test("its functions can be imported by name", async () => {
  const { output, failure } = await run(
    'import { string, save } from "llmspell:schema"; console.log((await save("x", await string())).version)',
  );
  expect(failure?.message).toBeUndefined();
  expect(output).toBe("1\n");
});

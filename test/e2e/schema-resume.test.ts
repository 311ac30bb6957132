import { expect, setDefaultTimeout, test } from "bun:test";
import { makeFolder, runBinary, startBinary, TEST_TIME } from "./binary.ts";

setDefaultTimeout(TEST_TIME);

/** Schemas, functions that migrate and an open stream of objects are kept in the process that dies. */
const SPELLS = {
  "main.lua": `
    schema.save("bird", {name = "string"})
    schema.save("bird", {title = "string"})
    schema.add_migration("bird", 1, 2, function(bird) return {title = bird.name .. "!"} end)
    local stream = llm.object_stream("Birds", {birds = {{name = "string(5..9)", eggs = "int(1..3)"}}})
    stream:next()
    print("waiting")
    spell.prompt("")
    local last
    for part in stream do last = part end
    print(#last.birds > 0, stream:result().tries)
    print(schema.migrate("bird", {name = "Ada"}, {from = 1}).value.title, llm.object("x", "int(3..4)").value)`,
  "main.js": `
    await schema.save("bird", {name: "string"});
    await schema.save("bird", {title: "string"});
    await schema.addMigration("bird", 1, 2, (bird) => ({title: bird.name + "!"}));
    const stream = await llm.objectStream("Birds", {birds: [{name: "string(5..9)", eggs: "int(1..3)"}]});
    await stream.next();
    console.log("waiting");
    await spell.prompt("");
    let last;
    for await (const part of stream) last = part;
    console.log((last.birds.length > 0) + "\\t" + (await stream.result()).tries);
    console.log((await schema.migrate("bird", {name: "Ada"}, {from: 1})).value.title + "\\t" + (await llm.object("x", "int(3..4)")).value);`,
  "main.tengo": `
    fmt := import("fmt")
    schema.save("bird", {name: "string"})
    schema.save("bird", {title: "string"})
    schema.add_migration("bird", 1, 2, func(bird) { return {title: bird.name + "!"} })
    stream := llm.object_stream("Birds", {birds: [{name: "string(5..9)", eggs: "int(1..3)"}]})
    stream.next()
    fmt.println("waiting")
    spell.prompt("")
    last := undefined
    for part in stream { last = part }
    fmt.printf("%v\\t%d\\n", len(last.birds) > 0, stream.result().tries)
    fmt.printf("%s\\t%d\\n", schema.migrate("bird", {name: "Ada"}, {from: 1}).value.title, llm.object("x", "int(3..4)").value)`,
};

const EXPECTED = "waiting\ntrue\t1\nAda!\t3\n";

const RUNS = [["main.lua"], ["main.lua", "--engine", "fengari"], ["main.js"], ["main.tengo"]];

test.concurrent.each(RUNS)("%s %s %s: a killed run goes on with its schemas and its stream", async (...args) => {
  const cwd = makeFolder(SPELLS);
  const options = ["-m", "mock", "--journal", "j.db"];
  const child = startBinary(["run", ...args, ...options], { cwd });
  const output = child.stdout.getReader();
  for (let text = ""; !text.includes("waiting");) text += new TextDecoder().decode((await output.read()).value);
  child.kill("SIGKILL");
  await child.exited;
  const resumed = await runBinary(["resume", "last", "--journal", "j.db"], { cwd, stdin: "\n" });
  expect(resumed).toMatchObject({ stdout: EXPECTED, status: 0 });
  expect(await runBinary(["replay", "last", "--journal", "j.db"], { cwd })).toMatchObject({
    stdout: EXPECTED,
    status: 0,
  });
});

const KEPT = {
  "main.lua": `
    schema.save("bird", {name = "string"})
    schema.save("bird", {title = "string"})
    schema.add_migration("bird", 1, 2, function(bird) return {title = bird.name .. "!"} end)
    schema.set_current("bird", 1)
    print("waiting")
    spell.prompt("")
    print(schema.list()[1].current, schema.migrate("bird", {name = "Ada"}, {from = 1, to = 2}).value.title)`,
  "other.lua": 'schema.set_current("bird", 2)',
};

const STORES = ["./schemas.db", "./schemas"];
test.concurrent.each(STORES)("what others changed in %s meanwhile is not undone by going on", async (store) => {
  const profile = `extends: minimal\nbridges: { schema: { store: ${store} }, spell: {} }\n`;
  const cwd = makeFolder({ ...KEPT, "p.yaml": profile, "schemas/readme": "" });
  const child = startBinary(["run", "main.lua", "--profile", "./p.yaml", "--journal", "j.db"], { cwd });
  const output = child.stdout.getReader();
  for (let text = ""; !text.includes("waiting");) text += new TextDecoder().decode((await output.read()).value);
  child.kill("SIGKILL");
  await child.exited;
  const other = await runBinary(["run", "other.lua", "--profile", "./p.yaml", "--no-journal"], { cwd });
  expect(other).toMatchObject({ stderr: "", status: 0 });
  const resumed = await runBinary(["resume", "last", "--journal", "j.db"], { cwd, stdin: "\n" });
  expect(resumed).toMatchObject({ stdout: "waiting\n2\tAda!\n", status: 0 });
});

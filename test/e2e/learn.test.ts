import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeFolder, runBinary } from "./binary.ts";

const SPELLS = {
  "main.lua": `
local text = files.read("notes/a.txt")
files.write("out/b.txt", text)
print(llm.complete(spell.name), env.get("USER_NAME"))`,
  "main.js": `
const text = await files.read("notes/a.txt");
await files.write("out/b.txt", text);
console.log(\`\${await llm.complete(spell.name)}\\t\${await env.get("USER_NAME")}\`);`,
  "main.tengo": `
fmt := import("fmt")
t := files.read("notes/a.txt")
files.write("out/b.txt", t)
fmt.println(llm.complete(spell.name), "\\t", env.get("USER_NAME"))`,
};

const OUTPUT = 'Hello from the mock model. You asked: "x"\tAda\n';

function folderWith(main: keyof typeof SPELLS, more = ""): string {
  const files = { [`spells/x/${main}`]: SPELLS[main] + more, "notes/a.txt": "note", "out/.keep": "" };
  return makeFolder({ ...files, "notes/sub/c.txt": "c", "secret/s.txt": "s" });
}

const env = { USER_NAME: "Ada" };

describe.each(Object.keys(SPELLS) as (keyof typeof SPELLS)[])("what %s used", (main) => {
  test("is the least profile, which the run is happy with and which allows nothing else", async () => {
    const cwd = folderWith(main);
    const learned = await runBinary(["run", "-q", "--profile", "full", "--learn", "x"], { cwd, env });
    expect(learned.status).toBe(0);
    expect(learned.stdout).toStartWith(OUTPUT);
    const yaml = learned.stdout.slice(OUTPUT.length);
    for (const line of ["- ./notes", "- ./out", "- USER_NAME", "- mock/helper", "spell: {}"])
      expect(yaml).toContain(line);
    for (const other of ["http", "shell", "secret", "time"]) expect(yaml).not.toContain(`  ${other}:`);
    await Bun.write(join(cwd, "least.yaml"), yaml);
    const again = await runBinary(["run", "-q", "--profile", "./least.yaml", "x"], { cwd, env });
    expect(again).toEqual({ stdout: OUTPUT, stderr: "", status: 0 });
  });

  test("can be locked: a run and a source that need more fail", async () => {
    const cwd = folderWith(main);
    const locked = await runBinary(["run", "--profile", "full", "--lock", "x"], { cwd, env });
    expect(locked.stderr).toContain("spells/x/spell.lock.yaml holds what x used");
    expect(await runBinary(["run", "-q", "--locked", "x"], { cwd, env })).toMatchObject({ stdout: OUTPUT, status: 0 });
    expect(await runBinary(["check", "--locked", "x"], { cwd })).toMatchObject({ status: 0 });
    const file = join(cwd, "spells/x", main);
    const more = main === "main.js" ? 'await files.read("secret/s.txt")' : 'm := files.read("secret/s.txt")\nexport m';
    await Bun.write(file, `${SPELLS[main]}\n${main === "main.lua" ? 'files.read("secret/s.txt")' : more}`);
    const refused = await runBinary(["run", "-q", "--locked", "x"], { cwd, env });
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('"secret/s.txt"');
    const module = main === "main.js" ? 'await http.get("http://x.test")' : 'h := http.get("http://x.test")';
    await Bun.write(file, `${SPELLS[main]}\n${main === "main.lua" ? 'http.get("http://x.test")' : module}`);
    const checked = await runBinary(["check", "--locked", "x"], { cwd });
    expect(checked.status).toBe(1);
    expect(checked.stdout + checked.stderr).toContain("does not grant http");
  });
});

describe("a lock", () => {
  test("that is not there is told, and goes with no profile", async () => {
    const cwd = folderWith("main.lua");
    const missing = await runBinary(["run", "--locked", "x"], { cwd });
    expect({ status: missing.status, named: missing.stderr.includes("spells/x/spell.lock.yaml") }).toEqual({
      status: 2,
      named: true,
    });
    expect((await runBinary(["run", "--locked", "--profile", "full", "x"], { cwd })).status).toBe(2);
    expect((await runBinary(["check", "--locked", "x"], { cwd })).status).toBe(1);
  });

  test("of a spell in the binary has no place", async () => {
    const { stderr, status } = await runBinary(["run", "--lock", "hello"]);
    expect(status).toBe(2);
    expect(stderr).toContain("has no folder for a lock");
  });
});

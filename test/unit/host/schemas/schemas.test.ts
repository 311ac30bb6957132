import { Database } from "bun:sqlite";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "bun:test";
import { SpellError } from "../../../../src/contract/errors.ts";
import type { SchemaFile } from "../../../../src/contract/schema-files.ts";
import { openSchemaFiles } from "../../../../src/host/index.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "llmspell-schema-files-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

let count = 0;
function newFile(): string {
  const folder = join(FOLDER, String(++count));
  mkdirSync(folder);
  return join(folder, "schemas.db");
}

/** Works on a file as one run does, and closes it. */
async function using<T>(file: string, work: (schemas: SchemaFile) => T): Promise<T> {
  const { schemaFiles, close } = openSchemaFiles();
  try {
    return work(await schemaFiles.open(file));
  } finally {
    close();
    await Promise.resolve();
  }
}

/** A file with two versions of a bird, closed. */
async function madeFile(): Promise<string> {
  const file = newFile();
  await using(file, (schemas) => {
    schemas.add("bird", '"a"', undefined);
    schemas.add("bird", '"b"', "the second");
  });
  return file;
}

/** Changes a file behind our back. */
function change(file: string, statements: string): void {
  const database = new Database(file);
  database.run(statements);
  database.close(true);
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => "none",
    (reason: unknown) => reason,
  );
  return error instanceof SpellError ? `${error.code}: ${error.message}` : String(error);
}

test("what is kept is there for the next run, and for nobody else's eyes", async () => {
  const file = newFile();
  await using(file, (schemas) => {
    expect(schemas.names()).toEqual([]);
    expect(schemas.read("bird")).toBeUndefined();
    expect(schemas.add("bird", '"ä"', undefined)).toBe(1);
    expect(schemas.add("bird", '"b"', "the second")).toBe(2);
    expect(schemas.add("ant", '"c"', undefined)).toBe(1);
    schemas.setCurrent("bird", 2);
    schemas.setRule("bird", { from: 1, to: 2, rule: "{}" });
    schemas.setRule("bird", { from: 1, to: 2, rule: '{"remove":[]}' });
    for (const kept of readdirSync(join(file, ".."))) {
      expect([kept, statSync(join(file, "..", kept)).mode & 0o777]).toEqual([kept, 0o600]);
    }
  });
  await using(file, (schemas) => {
    expect(schemas.names()).toEqual(["ant", "bird"]);
    expect(schemas.read("bird")).toEqual({
      current: 2,
      versions: [
        { version: 1, schema: '"ä"', note: null },
        { version: 2, schema: '"b"', note: "the second" },
      ],
      rules: [{ from: 1, to: 2, rule: '{"remove":[]}' }],
    });
  });
});

test("a run opens a file once, and tries again what could not be opened", async () => {
  const { schemaFiles, close } = openSchemaFiles();
  const file = join(FOLDER, "later", "schemas.db");
  expect(await faultOf(schemaFiles.open(file))).toBe(
    `schema.store: "${file}" cannot be made: its folder does not exist`,
  );
  mkdirSync(join(FOLDER, "later"));
  const opened = await schemaFiles.open(file);
  expect(await schemaFiles.open(file)).toBe(opened);
  close();
});

test("several processes that save at once get a number each, from a file that none has made", async () => {
  const file = newFile();
  const each = 40;
  const script = join(import.meta.dir, "save-many.ts");
  const processes = ["a", "b", "c"].map((owner) =>
    Bun.spawn([process.execPath, script, file, owner, String(each)], { stdout: "pipe", stderr: "pipe" }),
  );
  const given = await Promise.all(
    processes.map(async (one) => {
      const [output, errors] = await Promise.all([one.stdout.text(), one.stderr.text()]);
      expect({ errors, status: await one.exited }).toEqual({ errors: "", status: 0 });
      return JSON.parse(output) as number[];
    }),
  );
  const all = given.flat().sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: 3 * each }, (_, index) => index + 1));
  const kept = await using(file, (schemas) => schemas.read("bird")?.versions ?? []);
  for (const [index, owner] of ["a", "b", "c"].entries()) {
    const own = kept.filter(({ note }) => note === owner);
    expect(own.map(({ version }) => version)).toEqual(given[index] ?? []);
    expect(own.map(({ schema }) => schema)).toEqual(own.map((_, at) => `"${owner}-${at}"`));
  }
  expect(readdirSync(join(file, "..")).filter((name) => name.endsWith(".new"))).toEqual([]);
});

test("what a process saved is there when it is killed right after", async () => {
  const file = newFile();
  const script = `import { openSchemaFiles } from ${JSON.stringify(join(import.meta.dir, "../../../../src/host/index.ts"))};
    const schemas = await openSchemaFiles().schemaFiles.open(${JSON.stringify(file)});
    schemas.add("bird", '"a"', undefined);
    process.kill(process.pid, "SIGKILL");`;
  await Bun.spawn([process.execPath, "-e", script]).exited;
  expect(await using(file, (schemas) => schemas.add("bird", '"b"', undefined))).toBe(2);
});

test("a number is not given again, also where its version was taken out by hand", async () => {
  const file = await madeFile();
  change(file, "DELETE FROM versions WHERE version = 2");
  expect(await using(file, (schemas) => schemas.add("bird", '"c"', undefined))).toBe(3);
});

test("what is too long is refused, and nothing of it is kept", async () => {
  const file = await madeFile();
  await using(file, (schemas) => {
    const long = JSON.stringify("ä".repeat(600_000));
    expect(() => schemas.add("bird", long, undefined)).toThrow("1048576 that are kept of one");
    const most = JSON.stringify("x".repeat(1_000_000));
    expect(() => {
      for (let index = 0; index < 70; index++) schemas.add("large", most, undefined);
    }).toThrow("is full");
    const kept = schemas.read("large")?.versions.length ?? 0;
    expect(kept).toBeGreaterThan(50);
    expect(() => schemas.add("large", most, undefined)).toThrow("is full");
    expect(schemas.read("large")?.versions).toHaveLength(kept);
  });
});

describe("what is no file of ours is told, and left as it is", () => {
  const cases: readonly (readonly [what: string, spoil: (file: string) => void, message: string])[] = [
    ["another program's", (file) => change(file, "PRAGMA application_id=7"), "another program wrote it"],
    ["a newer form", (file) => change(file, "PRAGMA user_version=2"), "a newer llmspell: it has form 2"],
    ["an older form", (file) => change(file, "PRAGMA user_version=0"), "an older llmspell: it has form 0"],
    [
      "a trigger",
      (file) =>
        change(
          file,
          "CREATE TRIGGER t AFTER INSERT ON versions BEGIN DELETE FROM versions; END; PRAGMA user_version=1",
        ),
      "its tables are others",
    ],
    ["a missing table", (file) => change(file, "DROP TABLE rules"), "its tables are others"],
    ["a text", (file) => writeFileSync(file, "schemas: none\n".repeat(100)), "is no SQLite file"],
    ["an empty file", (file) => truncateSync(file, 0), "it is empty"],
    ["half of a file", (file) => truncateSync(file, 4096 + 100), "is not as it was written"],
  ];
  test.each(cases)("%s", async (_what, spoil, message) => {
    const file = await madeFile();
    spoil(file);
    const before = readFileSync(file);
    const fault = await faultOf(using(file, (schemas) => schemas.read("bird")));
    expect(fault).toStartWith(`schema.store: "${file}" `);
    expect(fault).toContain(message);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("a link, whose target is not touched", async () => {
    const [file, target] = [newFile(), newFile()];
    symlinkSync(target, file);
    expect(await faultOf(using(file, () => {}))).toContain("is a link, which is not followed");
    expect(existsSync(target)).toBe(false);
  });

  test("a log that was taken away, and a file beside whose log it is missing", async () => {
    const file = await madeFile();
    writeFileSync(`${file}-shm`, "");
    expect(await faultOf(using(file, () => {}))).toContain('schemas.db-wal" is missing');
    rmSync(`${file}-shm`);
    cpSync(file, `${file}-wal`);
    rmSync(file);
    expect(await faultOf(using(file, () => {}))).toContain('it is missing, and "');
    expect(existsSync(file)).toBe(false);
  });

  test("a current version that is none", async () => {
    const file = await madeFile();
    change(file, "UPDATE schemas SET current = 9");
    expect(await faultOf(using(file, (schemas) => schemas.read("bird")))).toContain('"bird" has no version 9');
  });

  test.skipIf(process.getuid?.() === 0)("one that may only be read", async () => {
    const file = await madeFile();
    chmodSync(file, 0o400);
    expect(await faultOf(using(file, () => {}))).toContain("permission denied");
  });
});

test("where there can be no file is known without making one", async () => {
  const { schemaFiles } = openSchemaFiles();
  const file = newFile();
  expect(await schemaFiles.fault(file)).toBeUndefined();
  expect(existsSync(file)).toBe(false);
  expect(await schemaFiles.fault(join(file, ".."))).toBe("is a folder");
  expect(await schemaFiles.fault(join(FOLDER, "none", "schemas.db"))).toBe("is in a folder that does not exist");
  writeFileSync(file, "");
  expect(await schemaFiles.fault(join(file, "schemas.db"))).toBe("is in no folder");
});

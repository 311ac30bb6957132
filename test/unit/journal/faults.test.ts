import { describe, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Journal } from "../../../src/journal/index.ts";
import { openJournal } from "../../../src/journal/index.ts";
import { Store } from "../../../src/journal/store.ts";
import { RunWriter } from "../../../src/journal/write-run.ts";
import { errorOf, exchange, newRun, startEntry, TemporaryFolder, writeRun } from "./sample-run.ts";

/** A journal with some runs, whose file holds everything. */
function filled(folder: TemporaryFolder, runs = 20): string {
  const journal = openJournal({ file: folder.file() });
  for (let index = 0; index < runs; index++) writeRun(journal, `r${index}`, { calls: 20 });
  journal.close();
  checkpoint(folder.file());
  return folder.file();
}

function checkpoint(file: string): void {
  const database = new Database(file);
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close(true);
}

function whole(journal: Journal, runs: number): void {
  for (let index = 0; index < runs; index++) expect(journal.verify(`r${index}`).entries).toBe(43);
}

/** Everything that reads, until something throws. */
function readAll(file: string): void {
  const journal = openJournal({ file });
  try {
    for (const { id } of journal.list()) journal.verify(id);
  } finally {
    journal.close();
  }
}

describe("a file that is no journal", () => {
  test("is refused and left as it is", () => {
    using folder = new TemporaryFolder();
    for (const [name, text, code] of [
      [
        "garbage",
        "this is no database, only a text that is longer than a header of SQLite ".repeat(20),
        "journal.damaged",
      ],
      ["short", "short", "journal.damaged"],
      ["empty", "", "journal.damaged"],
    ] as const) {
      writeFileSync(folder.file(name), text);
      const error = errorOf(() => openJournal({ file: folder.file(name) }));
      expect([name, error.code]).toEqual([name, code]);
      expect(error.message).toContain(folder.file(name));
      expect(readFileSync(folder.file(name), "utf8")).toBe(text);
    }
    new Database(folder.file("other")).run("CREATE TABLE a (b)");
    expect(errorOf(() => openJournal({ file: folder.file("other") }))).toMatchObject({ code: "journal.open" });
    const inFolder = errorOf(() => openJournal({ file: folder.path }));
    expect(inFolder).toMatchObject({ code: "journal.open" });
    expect(inFolder.message).toContain("a folder is where a file should be");
  });

  test("of another version says which", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 2);
    for (const [version, age] of [
      [2, "newer"],
      [0, "older"],
    ] as const) {
      const database = new Database(file);
      database.run(`PRAGMA user_version=${version}`);
      database.close(true);
      const error = errorOf(() => openJournal({ file }));
      expect(error.code).toBe("journal.version");
      expect(error.message).toContain(age);
    }
    const database = new Database(file);
    database.run("PRAGMA user_version=1");
    database.close(true);
    const journal = openJournal({ file });
    whole(journal, 2);
    journal.close();
  });
});

describe("a place that cannot be written", () => {
  test("is named", () => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file("file"), "");
    const error = errorOf(() => openJournal({ file: join(folder.file("file"), "below", "journal.db") }));
    expect(error).toMatchObject({ code: "journal.open" });
    expect(error.message).toContain("a file is where a folder should be");
    expect(errorOf(() => openJournal({ file: folder.file(), create: false })).message).toContain("There is no journal");
    expect(existsSync(folder.file())).toBe(false);
    expect(errorOf(() => openJournal({ file: folder.file(), readonly: true })).code).toBe("journal.open");
  });

  test("is private where it was made", () => {
    using folder = new TemporaryFolder();
    const file = join(folder.path, "a", "b", "journal.db");
    const journal = openJournal({ file });
    writeRun(journal, "r1");
    expect(statSync(join(folder.path, "a")).mode & 0o777).toBe(0o700);
    for (const end of ["", "-wal", "-shm"]) expect(statSync(`${file}${end}`).mode & 0o777).toBe(0o600);
    journal.close();
  });

  test.if(process.getuid?.() === 0 && existsSync("/usr/bin/setpriv"))("by another user says so", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 1);
    const script = `
      import { openJournal } from ${JSON.stringify(join(import.meta.dir, "../../../src/journal/index.ts"))};
      try { const journal = openJournal({ file: process.argv[1] }); journal.list(); console.log("opened"); }
      catch (error) { console.log(error.code, error.message); }`;
    const asNobody = (path: string) => {
      const command = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        process.execPath,
        "-e",
        script,
        path,
      ];
      return Bun.spawnSync(command, {
        cwd: "/",
        env: { HOME: "/", PATH: process.env["PATH"] ?? "" },
      }).stdout.toString();
    };
    if (!asNobody("/nowhere/at/all").startsWith("journal.open")) return; // It cannot read the sources here.
    expect(asNobody(file)).toMatch(/^journal\.open .*permission denied/);
    Bun.spawnSync(["chmod", "-R", "a+rX", folder.path]);
    expect(asNobody(file)).toMatch(/^journal\.open .*(?:read|opened)/);
    expect(asNobody(join(folder.path, "new.db"))).toContain("permission denied");
    const journal = openJournal({ file });
    whole(journal, 1);
    journal.close();
  });
});

describe("a damaged file", () => {
  test("that was cut is told, wherever it was cut", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder);
    const size = statSync(file).size;
    for (const rest of [size - 1, size - 4096, size / 2, 4096, 100]) {
      const copy = folder.file(`cut-${rest}`);
      copyFileSync(file, copy);
      truncateSync(copy, rest);
      expect([rest, errorOf(() => readAll(copy)).code]).toEqual([rest, "journal.damaged"]);
    }
  });

  test("whose pages were overwritten is told, and what is whole can be read", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder);
    const bytes = readFileSync(file);
    let told = 0;
    for (let page = 0; page * 4096 < bytes.length; page++) {
      const copy = folder.file(`overwritten-${page}`);
      const after = bytes.subarray((page + 1) * 4096);
      writeFileSync(copy, Buffer.concat([bytes.subarray(0, page * 4096), Buffer.alloc(4096, 7), after]));
      let journal: Journal | undefined;
      try {
        journal = openJournal({ file: copy });
        // A page that none of this needs (an index of large values, or of free pages) harms nothing.
        whole(journal, 20);
      } catch (error) {
        expect([page, (error as { code?: unknown }).code]).toEqual([page, "journal.damaged"]);
        told++;
      } finally {
        journal?.close();
      }
    }
    expect(told).toBeGreaterThan(bytes.length / 4096 / 2);
  });

  test("in which somebody changed, left out or moved an entry is told, with its number", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 2);
    const changes: readonly (readonly [sql: string, run: string, entry: number])[] = [
      ["UPDATE entries SET body = replace(body, 'answer 3', 'answer 4') WHERE run = 1 AND first = 7", "r0", 7],
      ["DELETE FROM entries WHERE run = 1 AND first = 7", "r0", 7],
      ["DELETE FROM entries WHERE run = 1 AND first >= 41", "r0", 41],
      ["DELETE FROM entries WHERE run = 1 AND first = 1", "r0", 1],
      ["UPDATE runs SET spell = 'other' WHERE number = 1", "r0", 1],
      ["UPDATE blobs SET body = replace(body, 'hello', 'jello')", "r0", 1],
      ["DELETE FROM blobs", "r0", 1],
    ];
    for (const [sql, run, entry] of changes) {
      const copy = folder.file("changed");
      for (const end of ["", "-wal", "-shm"]) rmSync(`${copy}${end}`, { force: true });
      copyFileSync(file, copy);
      const database = new Database(copy);
      database.run(sql);
      database.close(true);
      const journal = openJournal({ file: copy });
      const error = errorOf(() => journal.verify(run));
      expect([sql, error.code, error.details]).toEqual([sql, "journal.damaged", { run, entry }]);
      if (!sql.includes("blobs")) expect(journal.verify("r1").entries).toBe(43);
      expect(journal.list()).toHaveLength(2);
      journal.close();
    }
  });

  test("whose entries belong to another run is told", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 2);
    const database = new Database(file);
    database.run("UPDATE entries SET run = 9 WHERE run = 1");
    database.run("UPDATE entries SET run = 1 WHERE run = 2");
    database.run("UPDATE entries SET run = 2 WHERE run = 9");
    database.close(true);
    const journal = openJournal({ file });
    expect(errorOf(() => journal.verify("r0"))).toMatchObject({ code: "journal.damaged" });
    journal.close();
  });

  test("whose log was taken away is no fresh start", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 2);
    const script = `
      import { openJournal } from ${JSON.stringify(join(import.meta.dir, "../../../src/journal/index.ts"))};
      import { newRun, startEntry } from ${JSON.stringify(join(import.meta.dir, "sample-run.ts"))};
      const run = openJournal({ file: process.argv[1] }).begin(newRun("late"));
      run.append(startEntry()); run.flush(); process.kill(process.pid, "SIGKILL");`;
    Bun.spawnSync([process.execPath, "-e", script, file]);
    const kept = openJournal({ file, readonly: true });
    expect(kept.list().map(({ id, status }) => [id, status])).toContainEqual(["late", "crashed"]);
    kept.close();
    Bun.spawnSync([process.execPath, "-e", script.replaceAll('"late"', '"later"'), file]);
    rmSync(`${file}-wal`);
    const error = errorOf(() => openJournal({ file }));
    expect(error).toMatchObject({ code: "journal.damaged" });
    expect(error.message).toContain("-wal");
    // Somewhere else: this process has the old log open still.
    copyFileSync(file, folder.file("copy"));
    const journal = openJournal({ file: folder.file("copy") });
    whole(journal, 2);
    journal.close();
  });
});

test("a file that was taken away while its log is there is no fresh start", () => {
  using folder = new TemporaryFolder();
  writeFileSync(`${folder.file()}-wal`, "log");
  expect(errorOf(() => openJournal({ file: folder.file() }))).toMatchObject({ code: "journal.damaged" });
  expect(existsSync(folder.file())).toBe(false);
});

describe("a journal that is full or busy", () => {
  test("says so, keeps what is there, and goes on when there is room", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 2);
    const database = new Database(file);
    const { page_count: pages } = database.query("PRAGMA page_count").get() as { page_count: number };
    database.run(`PRAGMA max_page_count=${pages + 3}`);
    const run = new RunWriter(new Store(database, file, false), newRun("r2"));
    run.append(startEntry());
    run.flush();
    let call = 0;
    const error = errorOf(() => {
      for (;;) {
        for (const entry of exchange(++call)) run.append(entry);
        run.flush();
      }
    });
    expect(error).toMatchObject({ code: "journal.write" });
    expect(error.message).toContain("the disk is full");
    const journal = openJournal({ file });
    whole(journal, 2);
    expect(journal.verify("r2").entries).toBe(1 + 2 * (call - 1));
    database.run("PRAGMA max_page_count=100000");
    run.flush();
    expect(journal.verify("r2").entries).toBe(1 + 2 * call);
    journal.close();
  });

  test("waits for a while, and then says who is in the way", () => {
    using folder = new TemporaryFolder();
    const file = filled(folder, 2);
    const other = new Database(file);
    other.run("BEGIN IMMEDIATE");
    const database = new Database(file);
    database.run("PRAGMA busy_timeout=50");
    const run = new RunWriter(new Store(database, file, false), newRun("r2"));
    run.append(startEntry());
    const error = errorOf(() => run.flush());
    expect(error).toMatchObject({ code: "journal.write" });
    expect(error.message).toContain("another process holds it");
    other.run("COMMIT");
    run.flush();
    const journal = openJournal({ file });
    expect(journal.verify("r2").entries).toBe(1);
    journal.close();
  });
});

import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import type { RunFilter } from "../../../src/journal/index.ts";
import { defaultJournalFile, openJournal } from "../../../src/journal/index.ts";
import { endEntry, errorOf, exchange, newRun, startEntry, TemporaryFolder, writeRun } from "./sample-run.ts";

const failure = { code: "limit.usd", message: "Too dear, says the Ledger", details: null, stack: [] };
const usage = { ...endEntry().usage, calls: 2, llmCalls: 2, tokens: 90, usd: 0.5 };

/** Four runs: done, failed, crashed, and one that cost something. */
function four(folder: TemporaryFolder) {
  const journal = openJournal({ file: folder.file() });
  writeRun(journal, "aa1", { run: { started: 1000 }, output: "The quick brown fox\n" });
  writeRun(journal, "aa2", { run: { started: 2000, spell: "other" }, end: { failure } });
  writeRun(journal, "ab3", { run: { started: 3000, parent: { id: "aa1", at: 2 } }, end: false });
  writeRun(journal, "b4", { run: { started: 4000 }, end: { usage, result: { title: "Ein Überblick", size: 17 } } });
  return journal;
}

describe("find", () => {
  test("takes an id, the beginning of one, and last", () => {
    using folder = new TemporaryFolder();
    const journal = four(folder);
    expect(journal.find("aa1").id).toBe("aa1");
    expect(journal.find("ab").id).toBe("ab3");
    expect(journal.find("last").id).toBe("b4");
    expect(errorOf(() => journal.find("aa")).message).toContain("aa2, aa1");
    expect(errorOf(() => journal.find("")).code).toBe("run.unknown");
    expect(errorOf(() => journal.find("%")).code).toBe("run.unknown");
    const error = errorOf(() => journal.find("aa11"));
    expect(error).toMatchObject({ code: "run.unknown" });
    expect(error.message).toContain('did you mean "aa1"?');
    journal.close();
    const empty = openJournal({ file: folder.file("empty.db") });
    expect(errorOf(() => empty.find("last")).code).toBe("run.unknown");
    empty.close();
  });
});

describe("list", () => {
  test("filters by spell, status, time, cost and text", () => {
    using folder = new TemporaryFolder();
    const journal = four(folder);
    const cases: readonly (readonly [RunFilter, readonly string[]])[] = [
      [{}, ["b4", "ab3", "aa2", "aa1"]],
      [{ limit: 2 }, ["b4", "ab3"]],
      [{ spell: "other" }, ["aa2"]],
      [{ status: "done" }, ["b4", "aa1"]],
      [{ status: "failed" }, ["aa2"]],
      [{ status: "crashed" }, ["ab3"]],
      [{ status: "running" }, []],
      [{ since: 2000, until: 4000 }, ["ab3", "aa2"]],
      [{ minUsd: 0.1 }, ["b4"]],
      [{ maxUsd: 0.1 }, ["ab3", "aa2", "aa1"]],
      [{ search: "quick FOX" }, ["aa1"]],
      [{ search: "qui" }, ["aa1"]],
      [{ search: "uick" }, []],
      [{ search: "überblick" }, ["b4"]],
      [{ search: "ledger" }, ["aa2"]],
      [{ search: "greet" }, ["b4", "ab3", "aa1"]],
      [{ search: 'greet" OR "other' }, []],
      [{ search: "17", status: "done" }, ["b4"]],
      [{ search: "***" }, []],
    ];
    for (const [filter, ids] of cases)
      expect([filter, journal.list(filter).map(({ id }) => id)]).toEqual([filter, [...ids]]);
    journal.close();
    const readonly = openJournal({ file: folder.file(), readonly: true });
    for (const [filter, ids] of cases)
      expect([filter, readonly.list(filter).map(({ id }) => id)]).toEqual([filter, [...ids]]);
    readonly.close();
  });

  test("finds what was written since the last search", () => {
    using folder = new TemporaryFolder();
    const journal = four(folder);
    expect(journal.list({ search: "nightingale" })).toEqual([]);
    const run = journal.resume("ab3");
    run.append({ type: "output", stream: "stdout", text: "nightingale" });
    run.flush();
    expect(journal.list({ search: "nightingale" })).toHaveLength(1);
    journal.close();
  });

  test("says of each run what it was", () => {
    using folder = new TemporaryFolder();
    const journal = four(folder);
    const [b4, ab3, aa2] = journal.list();
    expect(b4).toMatchObject({ spell: "greet", engine: "lua", started: 4000, tokens: 90, usd: 0.5, llmCalls: 2 });
    expect(ab3).toMatchObject({ status: "crashed", calls: 2, parent: { id: "aa1", at: 2 } });
    expect(ab3?.ended).toBeUndefined();
    expect(aa2).toMatchObject({ status: "failed", code: "limit.usd", ended: 1_790_000_009_000 });
    for (const { bytes } of journal.list()) expect(bytes).toBeGreaterThan(500);
    journal.close();
  });
});

describe("prune", () => {
  const large = (index: number) => `${index} `.repeat(20_000);

  function many(folder: TemporaryFolder) {
    const journal = openJournal({ file: folder.file() });
    for (let index = 0; index < 20; index++) {
      const run = journal.begin(newRun(`r${index}`, { started: Date.now() - (20 - index) * 86_400_000 }));
      run.append(startEntry());
      for (const entry of exchange(1, large(index))) run.append(entry);
      if (index !== 0) run.append(endEntry(1));
      run.flush();
    }
    return journal;
  }

  test("takes what is old, but never what is running, and the file shrinks", () => {
    using folder = new TemporaryFolder();
    const journal = many(folder);
    expect(journal.list({ search: "greet" }).length).toBeGreaterThan(0);
    const database = new Database(folder.file());
    database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close(true);
    const before = statSync(folder.file()).size;
    const options = { olderThan: 5.5 * 86_400_000 };
    const dry = journal.prune({ ...options, dryRun: true });
    expect(dry.runs).toBe(14);
    expect(journal.list()).toHaveLength(20);
    expect(journal.prune(options)).toEqual(dry);
    expect(journal.list().map(({ id }) => id)).toEqual(["r19", "r18", "r17", "r16", "r15", "r0"]);
    expect(statSync(folder.file()).size).toBeLessThan(before / 2);
    for (const { id } of journal.list()) expect(journal.verify(id).entries).toBeGreaterThan(2);
    expect(journal.prune(options).runs).toBe(0);
    expect(journal.list({ search: "greet" }).length).toBeGreaterThan(0);
    journal.close();
  });

  test("takes the oldest until the file is no larger than asked", () => {
    using folder = new TemporaryFolder();
    const journal = many(folder);
    const { runs } = journal.prune({ maxBytes: 300_000 });
    expect(runs).toBeGreaterThan(10);
    expect(statSync(folder.file()).size).toBeLessThan(310_000);
    const left = journal.list().map(({ id }) => id);
    expect(left).toContain("r19");
    expect(left).toContain("r0");
    for (const id of left) journal.verify(id);
    const database = new Database(folder.file());
    expect(database.query("SELECT count(*) AS n FROM blobs WHERE number NOT IN (SELECT blob FROM uses)").get()).toEqual(
      { n: 0 },
    );
    expect(
      database.query("SELECT count(*) AS n FROM entries WHERE run NOT IN (SELECT number FROM runs)").get(),
    ).toEqual({ n: 0 });
    database.close(true);
    journal.close();
  });
});

describe("an exported run", () => {
  test("comes back the same in another journal", () => {
    using folder = new TemporaryFolder();
    const journal = four(folder);
    const run = journal.resume("ab3");
    for (const entry of exchange(3, "ä".repeat(10_000))) run.append(entry);
    run.flush();
    run.close();
    const other = openJournal({ file: folder.file("other.db") });
    for (const { id } of journal.list()) {
      const text = journal.exportRun(id);
      for (const line of text.trimEnd().split("\n")) JSON.parse(line);
      expect(other.importRun(text)).toBe(id);
      expect([...other.entries(id)]).toEqual([...journal.entries(id)]);
      expect(other.verify(id)).toEqual(journal.verify(id));
      expect(other.find(id)).toEqual(journal.find(id));
      expect(other.exportRun(id)).toBe(text);
      expect(other.importRun(text)).toBe(id);
    }
    expect(other.list()).toHaveLength(4);
    other.resume("ab3").close();
    const changed = other.resume("ab3");
    changed.append({ type: "cancel", id: 1 });
    changed.flush();
    expect(errorOf(() => other.importRun(journal.exportRun("ab3")))).toMatchObject({ code: "usage" });
    journal.close();
    other.close();
  });

  test("that was changed, cut or comes from another version is refused", () => {
    using folder = new TemporaryFolder();
    const journal = four(folder);
    const text = journal.exportRun("aa1");
    const lines = text.trimEnd().split("\n");
    const other = openJournal({ file: folder.file("other.db") });
    const damaged = [
      "",
      "no json",
      lines.slice(0, -1).join("\n"),
      lines.toSpliced(3, 1).join("\n"),
      text.replace("answer 2", "answer 3"),
      text.replace('"seed":42', '"seed":43'),
      text.replace('"spell":"greet"', '"spell":"other"'),
      text.replace('"id":"aa1"', '"id":"aa9"'),
      text.slice(0, text.length / 2),
      `${lines[0]}\n${lines.at(-1)}`,
      lines.with(2, "[]").join("\n"),
    ];
    for (const each of damaged)
      expect([each, errorOf(() => other.importRun(each)).code]).toEqual([each, "journal.damaged"]);
    expect(errorOf(() => other.importRun(text.replace('"journal":1', '"journal":2'))).code).toBe("journal.version");
    expect(other.list()).toEqual([]);
    journal.close();
    other.close();
  });
});

test("the journal is in the user's state folder unless somebody says otherwise", () => {
  const from = (variables: Record<string, string>, platform = "linux") =>
    defaultJournalFile((name) => variables[name], platform);
  expect(from({ HOME: "/h" })).toBe("/h/.local/state/llmspell/journal.db");
  expect(from({ HOME: "/h", XDG_STATE_HOME: "/s" })).toBe("/s/llmspell/journal.db");
  expect(from({ HOME: "/h", XDG_STATE_HOME: "s" })).toBe("/h/.local/state/llmspell/journal.db");
  expect(from({ HOME: "/h", LLMSPELL_JOURNAL: "/j.db" })).toBe("/j.db");
  expect(from({ HOME: "/h" }, "darwin")).toBe("/h/Library/Application Support/llmspell/journal.db");
  expect(from({ HOME: "/h", LOCALAPPDATA: "/l" }, "win32")).toBe("/l/llmspell/journal.db");
});

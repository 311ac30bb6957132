import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { openJournal } from "../../../src/journal/index.ts";
import { endEntry, errorOf, exchange, newRun, startEntry, TemporaryFolder, writeRun } from "./sample-run.ts";

describe("a run", () => {
  test("comes back as it was written, also from another opening", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const written = writeRun(journal, "r1", { calls: 3, output: "hällo\n" });
    expect([...journal.entries("r1")]).toEqual(written);
    journal.close();
    const again = openJournal({ file: folder.file(), readonly: true });
    expect([...again.entries("r1")]).toEqual(written);
    expect(again.verify("r1").entries).toBe(written.length);
    again.close();
  });

  test("is not on disk before its first flush, and then all of it", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const other = openJournal({ file: folder.file() });
    const run = journal.begin(newRun("r1"));
    run.append(startEntry());
    expect(other.list()).toEqual([]);
    run.flush();
    expect([...other.entries("r1")]).toEqual([startEntry()]);
    run.append(exchange(1)[0]!);
    run.append(exchange(1)[1]!);
    expect([...other.entries("r1")]).toHaveLength(1);
    run.flush();
    expect(other.tail("r1", 1)).toEqual([...exchange(1)]);
    expect(other.tail("r1", 2)).toEqual([exchange(1)[1]!]);
    expect(other.tail("r1", 3)).toEqual([]);
    journal.close();
    other.close();
  });

  test("keeps values of every kind and size", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const run = journal.begin(newRun("r1"));
    const large = "ä\n".repeat(50_000);
    const entries = [
      startEntry("greet", { text: large }),
      { type: "output", stream: "stderr", text: new Uint8Array([255, 0, 10]) },
      ...exchange(1, large),
      ...exchange(2, large),
      { type: "return", id: 3, value: [1n << 60n, Number.NaN, null], time: 1, spent: { tokens: 5, usd: 0.25 } },
      { type: "cancel", id: 9 },
      { type: "begun", id: 10 },
    ] as const;
    for (const entry of entries) run.append(entry);
    run.flush();
    expect([...journal.entries("r1")]).toEqual([...entries]);
    // The large answer is there once, and not for each entry that differs only in its number.
    expect(journal.find("r1")).toMatchObject({ calls: 2, llmCalls: 1, tokens: 5, usd: 0.25, status: "running" });
    journal.close();
  });

  test("of the same program takes little more room than one", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const source = "-- a long program\n".repeat(5000);
    for (let index = 0; index < 20; index++) {
      const run = journal.begin(newRun(`r${index}`));
      const start = startEntry();
      run.append({ ...start, message: { ...start.message, seed: index, program: { file: "a", source, modules: {} } } });
      run.append(endEntry());
      run.flush();
    }
    expect(journal.find("r7").bytes).toBeGreaterThan(source.length);
    journal.close();
    const size =
      statSync(folder.file()).size + (statSync(`${folder.file()}-wal`, { throwIfNoEntry: false })?.size ?? 0);
    expect(size).toBeLessThan(10 * source.length);
  });
});

describe("taking a run up", () => {
  test("appends behind its entries", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const before = writeRun(journal, "r1", { end: false });
    expect(journal.find("r1").status).toBe("crashed");
    const run = journal.resume("r1");
    expect(journal.find("r1").status).toBe("running");
    const more = [{ type: "session", time: 5 } as const, ...exchange(3), endEntry(3)];
    for (const entry of more) run.append(entry);
    run.flush();
    expect([...journal.entries("r1")]).toEqual([...before, ...more]);
    expect(journal.find("r1")).toMatchObject({ status: "done", calls: 3 });
    journal.close();
  });

  test("is refused while somebody holds it, and where it has ended", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const run = journal.begin(newRun("r1"));
    run.append(startEntry());
    run.flush();
    expect(errorOf(() => journal.resume("r1"))).toMatchObject({ code: "journal.busy" });
    run.close();
    expect(journal.status("r1")).toBe("crashed");
    const second = journal.resume("r1");
    expect(journal.status("r1")).toBe("running");
    expect(errorOf(() => journal.resume("r1"))).toMatchObject({ code: "journal.busy" });
    second.append(endEntry());
    second.flush();
    expect(errorOf(() => journal.resume("r1"))).toMatchObject({ code: "run.ended" });
    expect(errorOf(() => journal.resume("r2"))).toMatchObject({ code: "run.unknown" });
    journal.close();
  });

  test("is allowed where it was interrupted, behind that end", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const failure = { code: "interrupted", message: "Interrupted", details: null, stack: [] };
    const before = writeRun(journal, "r1", { end: { failure } });
    expect(journal.find("r1")).toMatchObject({ status: "interrupted", code: "interrupted" });
    const row = journal.find("r1");
    const idle = journal.resume("r1");
    expect(journal.status("r1")).toBe("running");
    idle.close();
    expect(journal.find("r1")).toEqual(row);
    expect(journal.verify("r1").entries).toBe(before.length);
    const run = journal.resume("r1");
    run.append(endEntry(2));
    run.flush();
    expect([...journal.entries("r1")]).toEqual([...before, endEntry(2)]);
    expect(journal.find("r1").code).toBeUndefined();
    expect(journal.find("r1").status).toBe("done");
    journal.close();
  });
});

import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { openJournal } from "../../../src/journal/index.ts";
import { isAlive, ownOwner } from "../../../src/journal/owner.ts";
import { endEntry, errorOf, exchange, newRun, startEntry, TemporaryFolder, writeRun } from "./sample-run.ts";

const CHILD = join(import.meta.dir, "write-child.ts");

function start(...args: readonly string[]) {
  return Bun.spawn([process.execPath, CHILD, ...args], { stdout: "pipe", stderr: "inherit" });
}

/** A process that holds the run `held-0` when this resolves. */
async function holder(file: string) {
  const child = start(file, "held", "1", "3", "hold");
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return child;
}

describe("many processes at once", () => {
  test("write one journal, which none of them found: no run is lost, none is mixed", async () => {
    using folder = new TemporaryFolder();
    const [processes, runs, calls] = [16, 4, 25];
    const children = Array.from({ length: processes }, (_, index) =>
      start(folder.file(), `p${index}`, String(runs), String(calls)),
    );
    expect(await Promise.all(children.map(({ exited }) => exited))).toEqual(Array(processes).fill(0));
    const journal = openJournal({ file: folder.file() });
    expect(journal.list({ status: "done" })).toHaveLength(processes * runs);
    for (let index = 0; index < processes; index++) {
      for (let run = 0; run < runs; run++) {
        const expected = Array.from({ length: calls }, (_, call) =>
          exchange(call + 1, `p${index} ${run} ${call + 1}`),
        ).flat();
        expect([...journal.entries(`p${index}-${run}`)]).toEqual([
          startEntry(`p${index}`),
          ...expected,
          endEntry(calls),
        ]);
      }
    }
    journal.close();
  });
});

describe("processes that are killed", () => {
  test("have on disk what they flushed, whole and in order, and can be taken up", async () => {
    using folder = new TemporaryFolder();
    const script = `
      import { writeSync } from "node:fs";
      import { openJournal } from ${JSON.stringify(join(import.meta.dir, "../../../src/journal/index.ts"))};
      import { exchange, newRun, startEntry } from ${JSON.stringify(join(import.meta.dir, "sample-run.ts"))};
      const run = openJournal({ file: process.argv[1] }).begin(newRun(process.argv[2]));
      run.append(startEntry());
      for (let call = 1; ; call++) {
        for (const entry of exchange(call, "x".repeat(call % 7 === 0 ? 9000 : 9))) run.append(entry);
        run.flush();
        writeSync(1, call + "\\n");
      }`;
    const rounds = 4;
    for (let round = 0; round < rounds; round++) {
      const children = [0, 1, 2].map((index) =>
        Bun.spawn([process.execPath, "-e", script, folder.file(), `k${round}-${index}`], { stdout: "pipe" }),
      );
      const begun = children.map(() => Promise.withResolvers<void>());
      const said = children.map(async ({ stdout }, index) => {
        let text = "";
        const decoder = new TextDecoder();
        for await (const part of stdout) {
          text += decoder.decode(part, { stream: true });
          if (text.includes("\n")) begun[index]?.resolve();
        }
        // A line that was cut short says nothing.
        return Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1));
      });
      await Promise.all(begun.map(({ promise }) => promise));
      await Bun.sleep(7 * round);
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(children.map(({ exited }) => exited));
      const journal = openJournal({ file: folder.file() });
      for (const [index, calls] of (await Promise.all(said)).entries()) {
        const id = `k${round}-${index}`;
        const { entries } = journal.verify(id);
        expect(entries).toBeGreaterThanOrEqual(1 + 2 * calls);
        expect(entries % 2).toBe(1);
        expect(journal.find(id).status).toBe("crashed");
        const run = journal.resume(id);
        run.append(endEntry(calls));
        run.flush();
        expect(journal.verify(id).entries).toBe(entries + 1);
      }
      journal.close();
    }
  });
});

describe("a run", () => {
  test("of a living process is held, and free when that was killed", async () => {
    using folder = new TemporaryFolder();
    const child = await holder(folder.file());
    const journal = openJournal({ file: folder.file() });
    expect(journal.find("held-0")).toMatchObject({ status: "running", calls: 3 });
    const error = errorOf(() => journal.resume("held-0"));
    expect(error).toMatchObject({ code: "journal.busy" });
    expect(error.message).toContain(`process ${child.pid}`);
    child.kill("SIGKILL");
    await child.exited;
    expect(journal.find("held-0").status).toBe("crashed");
    expect(journal.list({ status: "crashed" })).toHaveLength(1);
    const run = journal.resume("held-0");
    run.append(endEntry(3));
    run.flush();
    expect(journal.verify("held-0").entries).toBe(8);
    journal.close();
  });

  test("is taken up by one of several that want it", async () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    writeRun(journal, "r1", { end: false });
    const script = `
      import { openJournal } from ${JSON.stringify(join(import.meta.dir, "../../../src/journal/index.ts"))};
      const journal = openJournal({ file: process.argv[1] });
      try { journal.resume("r1"); console.log("won"); await new Promise(() => setTimeout(() => {}, 60000)); }
      catch (error) { console.log(error.code); process.exit(0); }`;
    const children = Array.from({ length: 6 }, () =>
      Bun.spawn([process.execPath, "-e", script, folder.file()], { stdout: "pipe", stderr: "inherit" }),
    );
    const said = await Promise.all(
      children.map(async (child) => new TextDecoder().decode((await child.stdout.getReader().read()).value).trim()),
    );
    for (const child of children) child.kill("SIGKILL");
    expect(said.toSorted()).toEqual([...Array(5).fill("journal.busy"), "won"]);
    await Promise.all(children.map(({ exited }) => exited));
    journal.close();
  });

  test("of a process that cannot be looked at is held, and can be carried to another journal", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    writeRun(journal, "r1", { end: false });
    const database = new Database(folder.file());
    const owner = { ...(JSON.parse(ownOwner()) as object), host: "gone", pid: 1 };
    database.run("UPDATE runs SET owner = ?", [JSON.stringify(owner)]);
    database.close(true);
    const error = errorOf(() => journal.resume("r1"));
    expect(error).toMatchObject({ code: "journal.busy", message: 'The run "r1" is held by process 1 on "gone"' });
    expect(error.fix).toContain("runs export");
    const other = openJournal({ file: folder.file("other.db") });
    other.importRun(journal.exportRun("r1"));
    other.resume("r1").close();
    journal.close();
    other.close();
  });

  test("that another process took up is not written any more", () => {
    using folder = new TemporaryFolder();
    const journal = openJournal({ file: folder.file() });
    const old = journal.begin(newRun("r1"));
    old.append(startEntry());
    old.flush();
    const database = new Database(folder.file());
    database.run("UPDATE runs SET owner = NULL");
    database.close(true);
    const taken = journal.resume("r1");
    taken.append(exchange(1)[0]!);
    taken.flush();
    old.append(exchange(2)[0]!);
    expect(errorOf(() => old.flush())).toMatchObject({ code: "journal.write" });
    expect([...journal.entries("r1")]).toEqual([startEntry(), exchange(1)[0]!]);
    journal.close();
  });
});

describe("an owner", () => {
  const owner = () => JSON.parse(ownOwner()) as Record<string, unknown>;
  const alive = (more: object) => isAlive(JSON.stringify({ ...owner(), ...more }));

  test("is a process, and not its number", async () => {
    expect(alive({})).toBe(true);
    // Another process had this number before.
    expect(alive({ start: "1" })).toBe(process.platform !== "linux");
    const child = Bun.spawn(["true"]);
    await child.exited;
    expect(alive({ pid: child.pid })).toBe(false);
  });

  test.if(process.platform === "linux")("of before the machine's start is gone, elsewhere it counts as alive", () => {
    expect(alive({ time: 1000 })).toBe(false);
    expect(alive({ host: "elsewhere", pid: 1 })).toBe(true);
    expect(alive({ space: "pid:[1]", pid: 1 })).toBe(true);
  });
});

import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openJournal } from "../../../src/journal/index.ts";
import { TemporaryFolder } from "./sample-run.ts";

const CHILD = join(import.meta.dir, "write-child.ts");

test("a process that wrote one run and let go of it leaves its log: it waits for no disk, and loses nothing", async () => {
  using folder = new TemporaryFolder();
  const file = folder.file();
  for (const name of ["first", "second"]) {
    const child = Bun.spawn([process.execPath, CHILD, file, name, "1", "3", "only"], { stderr: "inherit" });
    expect(await child.exited).toBe(0);
    // Brought into the file, it would be gone.
    expect(existsSync(`${file}-wal`)).toBe(true);
  }
  const journal = openJournal({ file, readonly: true });
  const runs = journal.list();
  expect(runs.map(({ id, status }) => [id, status])).toEqual([
    ["second-0", "done"],
    ["first-0", "done"],
  ]);
  for (const { id } of runs) expect(journal.verify(id).entries).toBe(8);
  journal.close();
});

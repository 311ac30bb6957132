import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeResult } from "../../../src/runtime/write-result.ts";

test("a result is written whole, with the rights and through the link that are there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "llmspell-result-"));
  const file = join(folder, "a.txt");
  writeFileSync(file, "old", { mode: 0o600 });
  symlinkSync("a.txt", join(folder, "link"));
  await writeResult(join(folder, "link"), "new");
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await writeResult(join(folder, "b.txt"), "b");
  expect(readdirSync(folder).toSorted()).toEqual(["a.txt", "b.txt", "link"]);
});

test("what cannot be written says why: a name that is wrong, or a place that is full", async () => {
  await expect(writeResult("/nosuch/folder/x", "x")).rejects.toMatchObject({ code: "usage" });
  await expect(writeResult("/tmp", "x")).rejects.toMatchObject({
    code: "usage",
    message: `Cannot write to "/tmp": it is a folder`,
  });
  if (process.platform !== "linux") return;
  await expect(writeResult("/dev/full", "x")).rejects.toMatchObject({
    code: "output.write",
    message: `Cannot write to "/dev/full": the disk is full`,
  });
});

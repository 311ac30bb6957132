import { expect, test } from "bun:test";
import { log } from "../../../src/bridges/log.ts";
import { callFunction, did } from "./bridges.ts";

test.each(["debug", "info", "warn", "error"] as const)(
  "log.%s gives the host its level, text and fields",
  async (level) => {
    did.logged.length = 0;
    expect(await callFunction(log, level, { message: "m", fields: { a: 1 } })).toBeNull();
    expect(await callFunction(log, level, { message: "n" })).toBeNull();
    expect(did.logged).toEqual([
      { level, message: "m", fields: { a: 1 } },
      { level, message: "n", fields: {} },
    ]);
  },
);

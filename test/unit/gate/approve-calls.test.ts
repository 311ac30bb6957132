import { describe, expect, test } from "bun:test";
import type { ApprovalAnswer, ApprovalRequest } from "../../../src/contract/approval.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import type { Profile } from "../../../src/contract/profile.ts";
import { approveCalls } from "../../../src/gate/approve-calls.ts";
import type { GateCall } from "../../../src/gate/call.ts";

/** A link whose person gives these answers in turn, and what they were shown. */
function linkWith(ask: readonly string[], answers: readonly ApprovalAnswer[], approve: readonly string[] = []) {
  const shown: ApprovalRequest[] = [];
  const left = [...answers];
  const link = approveCalls({ ask, approve, origins: { "ask.0": { file: "p.yaml", line: 3 } } } as unknown as Profile);
  const effects = {
    async approve(request: ApprovalRequest) {
      shown.push(request);
      await Promise.resolve();
      return left.shift() ?? "no";
    },
  };
  const call = async (name: string, parsed: Record<string, unknown> = {}): Promise<string> => {
    const [module = "", ...rest] = name.split(".");
    const context = { effects, signal: new AbortController().signal };
    const gateCall = { module, name: rest.join("."), parsed, context, naming: "camel" } as unknown as GateCall;
    try {
      return String(await link(gateCall, () => Promise.resolve("done")));
    } catch (error) {
      return error instanceof SpellError ? `${error.code}: ${error.message}` : String(error);
    }
  };
  return { call, shown };
}

describe("approveCalls", () => {
  test("asks for what a rule names, and for nothing else", async () => {
    const { call, shown } = linkWith(["files.write(path=/etc/*)"], ["once", "no"]);
    expect(await call("files.read", { path: "/etc/passwd" })).toBe("done");
    expect(await call("files.write", { path: "out" })).toBe("done");
    expect(shown).toEqual([]);
    expect(await call("files.write", { path: "/etc/hosts", data: "x" })).toBe("done");
    expect(shown).toEqual([
      {
        call: "files.write",
        arguments: { path: "/etc/hosts", data: "x" },
        rule: "files.write(path=/etc/*)",
        origin: { file: "p.yaml", line: 3 },
      },
    ]);
    expect(await call("files.write", { path: "/etc/hosts" })).toBe(
      "grant.approval: files.write was not approved: ask: files.write(path=/etc/*) (p.yaml, line 3)",
    );
  });

  test("once is once, run is the rule for this run, always is that first argument", async () => {
    const once = linkWith(["a.*"], ["once", "no"]);
    expect([await once.call("a.b"), await once.call("a.b")].map((text) => text.slice(0, 4))).toEqual(["done", "gran"]);
    const run = linkWith(["a.*"], ["run", "no"]);
    expect([await run.call("a.b", { x: "1" }), await run.call("a.b", { x: "2" })]).toEqual(["done", "done"]);
    expect(await run.call("a.c")).toStartWith("grant.approval");
    const always = linkWith(["a.*"], ["always", "no"]);
    expect([await always.call("a.b", { x: "1" }), await always.call("a.b", { x: "1" })]).toEqual(["done", "done"]);
    expect(await always.call("a.b", { x: "2" })).toStartWith("grant.approval");
  });

  test("what was approved beforehand is not asked for", async () => {
    const { call, shown } = linkWith(["*"], [], ["a.b(x=good*)"]);
    expect(await call("a.b", { x: "good one" })).toBe("done");
    expect(shown).toEqual([]);
    expect(await call("a.b", { x: "bad" })).toStartWith("grant.approval");
  });

  test("calls at once are asked for one after another", async () => {
    const { call, shown } = linkWith(["a.*"], ["run", "no", "no"]);
    expect(await Promise.all([call("a.b"), call("a.b"), call("a.b")])).toEqual(["done", "done", "done"]);
    expect(shown.length).toBe(1);
  });

  test.each([
    ["nobody", "there is no terminal to ask on"],
    ["late", "nobody answered in time"],
  ] as const)("%s is a refusal that says so", async (answer, text) => {
    const { call } = linkWith(["a.*"], [answer]);
    expect(await call("a.b")).toContain(text);
  });
});

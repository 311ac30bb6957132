import { describe, expect, test } from "bun:test";
import type { ApprovalAnswer, ApprovalRequest } from "../../../src/contract/approval.ts";
import type { Bridge, Flow } from "../../../src/contract/bridge.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import type { Profile } from "../../../src/contract/profile.ts";
import type { GateCall } from "../../../src/gate/call.ts";
import { FlowGuard } from "../../../src/gate/guard-flow.ts";

const FLOWS: Readonly<Record<string, Flow>> = {
  files: { reads: ["private"] },
  llm: { reads: ["untrusted"] },
  http: { reads: ["untrusted"], sends: true },
  json: {},
};
const BRIDGES = new Map(Object.entries(FLOWS).map(([name, flow]) => [name, { flow } as unknown as Bridge]));

function runWith(answers: readonly ApprovalAnswer[], egress: Profile["egress"] = "closed-after-private") {
  const shown: ApprovalRequest[] = [];
  const left = [...answers];
  const origins = { egress: { file: "p.yaml", line: 2 } };
  const { link } = new FlowGuard({ egress, origins } as unknown as Profile, BRIDGES);
  const effects = {
    approve(request: ApprovalRequest) {
      shown.push(request);
      return Promise.resolve(left.shift() ?? "nobody");
    },
  };
  const call = async (module: string, options: { flow?: Flow; fails?: boolean } = {}): Promise<string> => {
    const target = { definition: options.flow === undefined ? {} : { flow: options.flow } };
    const context = { effects, signal: new AbortController().signal };
    const gateCall = { module, name: "do", parsed: { a: 1 }, target, context, naming: "camel" } as unknown as GateCall;
    const next = () => (options.fails ? Promise.reject(new SpellError("call.failed", "no")) : Promise.resolve("done"));
    try {
      return String(await link(gateCall, next));
    } catch (error) {
      return error instanceof SpellError ? `${error.code}: ${error.message}` : String(error);
    }
  };
  return { call, shown };
}

describe("egress: closed-after-private", () => {
  test("closes when private and untrusted were both read, in either order", async () => {
    for (const order of [
      ["files", "llm"],
      ["llm", "files"],
    ]) {
      const { call, shown } = runWith([]);
      for (const module of order) {
        expect(await call("http", { flow: { sends: true } })).toBe("done");
        expect(await call(module)).toBe("done");
      }
      expect(await call("http")).toBe(
        "grant.flow: http.do was not approved: egress: closed-after-private (files.do and llm.do were read) (p.yaml, line 2)",
      );
      expect(await call("json")).toBe("done");
      expect(await call("llm")).toBe("done");
      expect(shown.map(({ call: name }) => name)).toEqual(["http.do"]);
    }
  });

  test("one kind alone closes nothing, and what failed was not read", async () => {
    const { call } = runWith([]);
    expect(await call("http")).toBe("done");
    expect(await call("http")).toBe("done");
    expect(await call("files", { fails: true })).toStartWith("call.failed");
    expect(await call("http")).toBe("done");
  });

  test("each sending is asked for anew", async () => {
    const { call, shown } = runWith(["always", "run", "no"]);
    await call("files");
    await call("llm");
    expect([await call("http"), await call("http")]).toEqual(["done", "done"]);
    expect(await call("http")).toStartWith("grant.flow");
    expect(shown.length).toBe(3);
  });

  test("open is open", async () => {
    const { call } = runWith([], "open");
    for (const module of ["files", "llm", "http"]) expect(await call(module)).toBe("done");
  });
});

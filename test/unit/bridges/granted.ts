import { parse } from "../../../src/contract/check-schema.ts";
import type { Bridge, CallContext, GrantFinding } from "../../../src/contract/bridge.ts";
import type { Effects } from "../../../src/contract/effects.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import { shape, type Schema } from "../../../src/contract/schema.ts";
import type { Value } from "../../../src/contract/value.ts";

/** A bridge under a grant: calls with arguments checked and its rule asked, as the gate does. */
export interface Granted {
  readonly call: (name: string, args?: Readonly<Record<string, unknown>>) => Promise<Value>;
  /** What it finds wrong with the grant, or too wide in it. */
  readonly findings: () => Promise<readonly GrantFinding[]>;
}

/** Grants a bridge. */
export function granted(bridge: Bridge, options: object, effects: Effects): Granted {
  const grant = parse(bridge.grant(), options);
  return {
    findings: async () => (await bridge.prepare?.({ grant, effects, isOwn: () => true })) ?? [],
    async call(name, given = {}) {
      const found = bridge.functions[name];
      if (found === undefined) throw new Error(`no function ${name}`);
      const args = parse(shape(found.parameters as Record<string, Schema>), given);
      const refusal = found.refuse?.(args, { grant, effects });
      if (refusal !== undefined) throw new SpellError("grant.rule", refusal.reason, { fix: refusal.grantLine });
      const context = { grant, effects, key: "", signal: new AbortController().signal } as unknown as CallContext;
      const answer = await found.run(args, context);
      parse(found.returns, answer);
      return answer;
    },
  };
}

/** `code: message; fix` of what a call rejects with. */
export async function faultOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => "done",
    (reason: unknown) => reason,
  );
  if (!(error instanceof SpellError)) return String(error);
  return `${error.code}: ${error.message}${error.fix === undefined ? "" : `; ${error.fix}`}`;
}

import type { Bridge, Flow, FlowRead } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { Value } from "../contract/value.ts";
import { WAS_NO } from "./approve-calls.ts";
import { callName, type GateCall, type Link } from "./call.ts";

/**
 * `egress: closed-after-private`: once a run has read something private and something that strangers may have
 * written, whatever would leave the machine needs an approval, as what was read may have told the spell what to
 * send. What is told to model providers is not meant: the person chose them. Kept for the whole run, whoever asks.
 */
export class FlowGuard {
  /** Of each kind the first, in the order in which they were read. */
  readonly read: FlowRead[] = [];

  constructor(
    private readonly profile: Profile,
    private readonly bridges: ReadonlyMap<string, Bridge>,
  ) {}

  readonly link: Link = (call, next) => {
    const flow = call.target.definition.flow ?? this.bridges.get(call.module)?.flow;
    return flow === undefined ? next(call) : this.#guarded(flow, call, next);
  };

  async #guarded(flow: Flow, ...[call, next]: Parameters<Link>): Promise<Value> {
    const [own, untrusted] = [this.#first("private"), this.#first("untrusted")];
    if (flow.sends && this.profile.egress !== "open" && own !== undefined && untrusted !== undefined) {
      await requireApproval(call, this.profile, `${own} and ${untrusted} were read`);
    }
    const answer = await next(call);
    for (const kind of flow.reads ?? []) this.note({ kind, by: callName(call) });
    return answer;
  }

  #first(kind: FlowRead["kind"]): string | undefined {
    return this.read.find((read) => read.kind === kind)?.by;
  }

  /** Something was read; also what a record says of a run that is resumed. */
  note(read: FlowRead): void {
    if (this.#first(read.kind) === undefined) this.read.push(read);
  }
}

async function requireApproval(call: GateCall, profile: Profile, why: string): Promise<void> {
  const { signal, effects } = call.context;
  const origin = profile.origins["egress"] ?? { file: "default", line: 0 };
  const rule = `egress: closed-after-private (${why})`;
  const name = `${call.module}.${call.name}`;
  const answer = await effects.approve({ call: name, arguments: call.parsed, rule, origin }, signal);
  // Each time anew: what is sent is decided by what was read.
  if (answer === "once" || answer === "run" || answer === "always") return;
  const place = origin.line === 0 ? "" : ` (${origin.file}, line ${origin.line})`;
  throw new SpellError("grant.flow", `${callName(call)} was not approved: ${rule}${place}`, {
    details: { rule: "egress", private: true, untrusted: true },
    ...(answer === "no" && { fix: WAS_NO }),
  });
}

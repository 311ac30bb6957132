import type { Bridge, Flow } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import type { Value } from "../contract/value.ts";
import { callName, type GateCall, type Link } from "./call.ts";

/**
 * `egress: closed-after-private`: once a run has read something private and something that strangers may have
 * written, whatever would leave the machine needs an approval, as what was read may have told the spell what to
 * send. What is told to model providers is not meant: the person chose them. Kept for the whole run, whoever asks.
 */
export class FlowGuard {
  readonly #read: { private?: string; untrusted?: string } = {};

  constructor(
    private readonly profile: Profile,
    private readonly bridges: ReadonlyMap<string, Bridge>,
  ) {}

  readonly link: Link = (call, next) => (this.profile.egress === "open" ? next(call) : this.#guarded(call, next));

  async #guarded(...[call, next]: Parameters<Link>): Promise<Value> {
    const flow = call.target.definition.flow ?? this.bridges.get(call.module)?.flow ?? {};
    const { private: own, untrusted } = this.#read;
    if (flow.sends && own !== undefined && untrusted !== undefined) {
      await requireApproval(call, this.profile, `${own} and ${untrusted} were read`);
    }
    const answer = await next(call);
    this.#note(flow, callName(call));
    return answer;
  }

  /** A function was answered before the run was resumed; `name` may be that of a method, as `stream.next`. */
  recall(module: string, name: string): void {
    const bridge = this.bridges.get(module);
    const [kind = "", method] = name.split(".");
    const definition = method === undefined ? bridge?.functions[name] : bridge?.handles?.[kind]?.methods[method];
    this.#note(definition?.flow ?? bridge?.flow ?? {}, `${module}.${name}`);
  }

  #note({ reads = [] }: Flow, name: string): void {
    for (const kind of reads) this.#read[kind] ??= name;
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
  });
}

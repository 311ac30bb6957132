import type { Bridge, Flow } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { Profile } from "../contract/profile.ts";
import { callName, type GateCall, type Link } from "./call.ts";

/**
 * `egress: closed-after-private`: once a run has read something private and something that strangers may have
 * written, whatever would leave the machine needs an approval, as what was read may have told the spell what to
 * send. What is told to model providers is not meant: the person chose them. Kept for the whole run, whoever asks.
 */
export function guardFlow(profile: Profile, bridges: ReadonlyMap<string, Bridge>): Link {
  if (profile.egress === "open") return (_call, next) => next();
  const read: { private?: string; untrusted?: string } = {};
  const flowOf = (call: GateCall): Flow => call.target.definition.flow ?? bridges.get(call.module)?.flow ?? {};
  return async (call, next) => {
    const flow = flowOf(call);
    if (flow.sends && read.private !== undefined && read.untrusted !== undefined) {
      await requireApproval(call, profile, `${read.private} and ${read.untrusted} were read`);
    }
    const answer = await next();
    if (flow.reads !== undefined) {
      for (const kind of flow.reads) read[kind] ??= callName(call);
    }
    return answer;
  };
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

import type { CallContext } from "../../contract/bridge.ts";
import { poolsOf } from "../pool/pools.ts";
import { groupsOf } from "./groups.ts";
import type { Strategy } from "./options.ts";

/** A model of a group as strategies see it. */
export interface Member {
  /** As the script named it. */
  readonly model: string;
  readonly weight: number;
}

/** In which order the models are tried. */
export async function orderBy(strategy: Strategy, members: readonly Member[], call: CallContext): Promise<Member[]> {
  switch (strategy) {
    case "round_robin":
      return rotate(members, call);
    case "weighted":
      return byWeight(members, call);
    case "least_used":
      return sorted(members, (member) => usesOf(member, call));
    case "by_latency":
      return sorted(members, (member) => latencyOf(member, call));
    case "by_cost": {
      const costs = new Map(await Promise.all(members.map(async (each) => [each, await costOf(each, call)] as const)));
      return sorted(members, (member) => costs.get(member) ?? Number.POSITIVE_INFINITY);
    }
    default:
      return [...members];
  }
}

/** The least first; those that are equal stay in their order. */
function sorted(members: readonly Member[], key: (member: Member) => number): Member[] {
  const keys = new Map(members.map((member) => [member, key(member)]));
  const of = (member: Member) => keys.get(member) ?? 0;
  return members.toSorted((a, b) => (of(a) === of(b) ? 0 : of(a) - of(b)));
}

function listKey(members: readonly Member[]): string {
  return JSON.stringify(members.map(({ model, weight }) => [model, weight]));
}

function rotate(members: readonly Member[], { run }: CallContext): Member[] {
  const { turns } = groupsOf(run);
  const key = listKey(members);
  const turn = turns.get(key) ?? 0;
  turns.set(key, turn + 1);
  const first = turn % members.length;
  return [...members.slice(first), ...members.slice(0, first)];
}

/** Smooth weighted round robin: who is owed most comes first, and shares come out exactly, without chance. */
function byWeight(members: readonly Member[], { run }: CallContext): Member[] {
  const { credits } = groupsOf(run);
  const key = listKey(members);
  const owed = (credits.get(key) ?? members.map(() => 0)).map(
    (credit, index) => credit + (members[index]?.weight ?? 0),
  );
  const order = members.map((_, index) => index).toSorted((a, b) => (owed[b] ?? 0) - (owed[a] ?? 0));
  const [first = 0] = order;
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  owed[first] = (owed[first] ?? 0) - total;
  credits.set(key, owed);
  return order.flatMap((index) => members[index] ?? []);
}

/** `provider/model`, or the name as it is where the model cannot be used: asking it will say why. */
function fullName({ model }: Member, { effects }: CallContext): string {
  try {
    return effects.models.resolve(model).name;
  } catch {
    return model;
  }
}

/** Those under way count before those that are over. */
function usesOf(member: Member, call: CallContext): number {
  const meter = poolsOf(call.run).meters.get(fullName(member, call));
  return meter === undefined ? 0 : meter.inFlight * 1e9 + meter.calls;
}

/** One that was not asked yet comes first, or nobody would ever learn how fast it is; one that only failed comes last. */
function latencyOf(member: Member, call: CallContext): number {
  const meter = poolsOf(call.run).meters.get(fullName(member, call));
  if (meter === undefined || meter.calls === meter.inFlight) return -1;
  return meter.latency(0.5) ?? Number.POSITIVE_INFINITY;
}

/** US dollars for a thousand tokens each way; infinite where nobody knows. */
async function costOf({ model }: Member, { effects }: CallContext): Promise<number> {
  try {
    const price = await effects.models.resolve(model).price();
    return price.known ? price.cost({ inputTokens: 1000, outputTokens: 1000 }) : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

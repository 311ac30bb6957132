import { SpellError } from "../../contract/errors.ts";
import type { Isolation } from "../../contract/profile.ts";

/**
 * The frames that isolation itself sends, before `start` and never after it. They are no messages of the
 * contract: no engine sees one, and nothing of a script has run when they are answered.
 */
export type ControlFrame = HardenFrame | ProbeFrame;

/** Asks for the layers. */
export interface HardenFrame {
  readonly type: "harden";
  /** Bytes that the process may grow by from now on. */
  readonly memory: number;
  /** Only these; all where it is absent. A run asks for all. */
  readonly layers?: readonly LayerName[];
}

/** Asks for attempts to break these layers. */
export interface ProbeFrame {
  readonly type: "probe";
  readonly layers: readonly LayerName[];
  /** The name of an abstract socket on which somebody outside listens; absent where there is none. */
  readonly socket?: string;
}

/** The layers, in the order in which they are applied: seccomp would refuse the others. */
export const LAYER_NAMES = ["no-new-privs", "rlimits", "landlock", "seccomp"] as const;

export type LayerName = (typeof LAYER_NAMES)[number];

/** A layer that does not hold, and why. */
export interface MissingLayer {
  readonly layer: LayerName;
  readonly reason: string;
}

/** Answers `harden`. */
export interface Hardened {
  readonly type: "hardened";
  readonly layers: readonly LayerName[];
  readonly missing: readonly MissingLayer[];
}

/** One thing that a hardened process tried to do and must not be able to. */
export interface Attempt {
  readonly layer: LayerName;
  readonly name: string;
  /** Whether the kernel refused it. */
  readonly refused: boolean;
}

/** Answers `probe`. */
export interface Probed {
  readonly type: "probed";
  readonly attempts: readonly Attempt[];
}

/** Whether a frame is one of isolation's own, of that type. */
export function isFrame<T extends { readonly type: string }>(json: unknown, type: T["type"]): json is T {
  return typeof json === "object" && json !== null && "type" in json && json.type === type;
}

/** The layers that are not known to hold: a layer that an answer does not speak of does not hold. */
export function missingLayers({ layers, missing }: Pick<Hardened, "layers" | "missing">): MissingLayer[] {
  return LAYER_NAMES.filter((name) => !layers.includes(name)).map(
    (layer) => missing.find((it) => it.layer === layer) ?? { layer, reason: "nothing was said of it" },
  );
}

/** The error of a run whose profile requires layers that do not hold; undefined where all hold or none is required. */
export function hardeningFault(
  mode: Isolation["hardening"],
  hardened: Pick<Hardened, "layers" | "missing">,
): SpellError | undefined {
  const missing = missingLayers(hardened);
  if (mode !== "required" || missing.length === 0) return undefined;
  const reasons = [...new Set(missing.map(({ reason }) => reason))];
  const list = reasons.map((reason) => {
    const names = missing.filter((it) => it.reason === reason).map(({ layer }) => `"${layer}"`);
    return `${names.join(", ")} (${reason})`;
  });
  return new SpellError("grant.hardening", `The profile requires layers that do not hold here: ${list.join(", ")}`, {
    details: { missing: missing.map(({ layer, reason }) => ({ layer, reason })) },
  });
}

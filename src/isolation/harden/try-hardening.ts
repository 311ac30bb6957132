import { SpellError } from "../../contract/errors.ts";
import { encodeFrame, FrameReader } from "../frames.ts";
import { SpellProcess } from "../spell-process.ts";
import {
  isFrame,
  LAYER_NAMES,
  missingLayers,
  type Attempt,
  type ControlFrame,
  type Hardened,
  type LayerName,
  type Probed,
} from "./control.ts";

/** What a process said of its layers, and what it could not do then. */
export interface HardeningTrial {
  /** Each layer is in `layers` or in `missing`. */
  readonly hardened: Hardened;
  readonly attempts: readonly Attempt[];
}

const MAX_FRAME = 64 * 1024;
const MEMORY = 128 * 1024 ** 2;

/** The filter refuses before Landlock is asked: Landlock is tried without it, in a process of its own. */
const BENEATH_THE_FILTER: readonly LayerName[] = ["landlock"];
const BESIDE_THE_FILTER = LAYER_NAMES.filter((name) => !BENEATH_THE_FILTER.includes(name));

/** Starts spells' processes, hardens them unless told otherwise, has them try to break each layer, and ends them. */
export async function tryHardening(
  command: readonly string[],
  engine: string,
  hardening = true,
): Promise<HardeningTrial> {
  const whole = hardening ? LAYER_NAMES : undefined;
  const withoutFilter = hardening ? LAYER_NAMES.filter((name) => name !== "seccomp") : undefined;
  const [trial, beneath] = await Promise.all([
    tryProcess(command, engine, whole, BESIDE_THE_FILTER),
    tryProcess(command, engine, withoutFilter, BENEATH_THE_FILTER),
  ]);
  const { hardened } = trial;
  return {
    hardened: { ...hardened, missing: missingLayers(hardened) },
    attempts: [...trial.attempts, ...beneath.attempts],
  };
}

async function tryProcess(
  command: readonly string[],
  engine: string,
  layers: readonly LayerName[] | undefined,
  probed: readonly LayerName[],
): Promise<HardeningTrial> {
  const child = new SpellProcess(command, engine);
  const answer = Promise.withResolvers<Probed>();
  let hardened: Hardened = { type: "hardened", layers: [], missing: [] };
  const reader = new FrameReader(MAX_FRAME);
  child.listen({
    onBytes(chunk) {
      for (const frame of reader.push(chunk)) {
        if (isFrame<Hardened>(frame, "hardened")) hardened = frame;
        else if (isFrame<Probed>(frame, "probed")) answer.resolve(frame);
      }
    },
    onExit: (how) => answer.reject(new SpellError("process.died", `The spell's process died of its layers (${how})`)),
  });
  const listener = listenAbstractly();
  const frames: ControlFrame[] = [
    ...(layers === undefined ? [] : [{ type: "harden", memory: MEMORY, layers } as const]),
    { type: "probe", layers: probed, ...(listener === undefined ? {} : { socket: listener.name }) },
  ];
  for (const frame of frames) child.write(encodeFrame(frame));
  try {
    const { attempts } = await answer.promise;
    return { attempts, hardened };
  } finally {
    listener?.stop();
    child.kill();
  }
}

/** A socket with a name and no path, that a process in a sandbox must not reach; undefined where there is no such thing. */
function listenAbstractly(): { readonly name: string; stop(): void } | undefined {
  if (process.platform !== "linux") return undefined;
  const name = `llmspell-${crypto.randomUUID()}`;
  try {
    const server = Bun.listen({ unix: `\0${name}`, socket: { data: () => {} } });
    return { name, stop: () => server.stop(true) };
  } catch {
    return undefined;
  }
}

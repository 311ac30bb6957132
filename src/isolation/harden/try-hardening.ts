import { SpellError } from "../../contract/errors.ts";
import { encodeFrame, FrameReader } from "../frames.ts";
import { SpellProcess } from "../spell-process.ts";
import { isFrame, missingLayers, type Attempt, type ControlFrame, type Hardened, type Probed } from "./control.ts";

/** What a process said of its layers, and what it could not do then. */
export interface HardeningTrial {
  /** Each layer is in `layers` or in `missing`. */
  readonly hardened: Hardened;
  readonly attempts: readonly Attempt[];
}

const MAX_FRAME = 64 * 1024;

/** Starts a spell's process, hardens it unless told otherwise, has it try to break each layer, and ends it. */
export async function tryHardening(
  command: readonly string[],
  engine: string,
  hardening = true,
): Promise<HardeningTrial> {
  const child = new SpellProcess(command, engine);
  const probed = Promise.withResolvers<Probed>();
  let hardened: Hardened = { type: "hardened", layers: [], missing: [] };
  const reader = new FrameReader(MAX_FRAME);
  child.listen({
    onBytes(chunk) {
      for (const frame of reader.push(chunk)) {
        if (isFrame<Hardened>(frame, "hardened")) hardened = frame;
        else if (isFrame<Probed>(frame, "probed")) probed.resolve(frame);
      }
    },
    onExit: (how) => probed.reject(new SpellError("process.died", `The spell's process died of its layers (${how})`)),
  });
  const frames: ControlFrame[] = [
    ...(hardening ? [{ type: "harden", mode: "required" } as const] : []),
    { type: "probe" },
  ];
  for (const frame of frames) child.write(encodeFrame(frame));
  try {
    const { attempts } = await probed.promise;
    return { attempts, hardened: { ...hardened, missing: missingLayers(hardened) } };
  } finally {
    child.kill();
  }
}

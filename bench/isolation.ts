/**
 * What each of the operating system's layers costs: ms at the start of a spell's process (from the broker's word to
 * the answer that they hold, beside a process that is asked for none), and µs of a call (in a loop that only calls,
 * beside the same without layers). The sets grow by one layer each and take turns, so that whatever else the machine
 * does meets all of them alike. `N=60 CALLS=5000 bun bench/isolation.ts` sets the processes and the calls of each.
 */
import { STANDARD_LIMITS } from "../src/contract/limits.ts";
import type { Engine } from "../src/contract/engine.ts";
import type { HostMessage } from "../src/contract/message.ts";
import { encodeFrame, FrameReader } from "../src/isolation/frames.ts";
import {
  isFrame,
  LAYER_NAMES,
  type Hardened,
  type HardenFrame,
  type LayerName,
} from "../src/isolation/harden/control.ts";
import { engineMessageFromJson, hostMessageToJson } from "../src/contract/message-json.ts";
import { SpellProcess } from "../src/isolation/spell-process.ts";
import { BINARY, count } from "./binary.ts";
import { enginesFor, scriptFor } from "./engines.ts";
import { whenQuiet } from "./quiet.ts";
import { median, percentile, show } from "./statistics.ts";
import { printTable } from "./table.ts";

const rounds = count("N", 60);
const calls = count("CALLS", 5000);
const warmUp = Math.ceil(calls / 5);
const WARM_UP_ROUNDS = 3;
const MEMORY = 256 * 1024 ** 2;

const LOOPS = {
  lua: `for i = 1, ${calls + warmUp} do host.echo("") end`,
  javascript: `for (let i = 0; i < ${calls + warmUp}; i++) await host.echo("")`,
  tengo: `for i := 0; i < ${calls + warmUp}; i++ { host.echo("") }`,
};

/** Each with one layer more than the one before. */
const SETS = [...LAYER_NAMES.keys(), LAYER_NAMES.length].map((size) => LAYER_NAMES.slice(0, size));
const nameOf = (layers: readonly LayerName[]) => (layers.length === 0 ? "none" : `+ ${layers.at(-1)}`);

/** What one process took. */
interface Sample {
  /** From its spawning to its readiness, ms. */
  readonly ready: number;
  /** From asking for the layers to the answer, ms. */
  readonly hardened: number;
  /** One call, µs: the median of all. */
  readonly call: number;
}

async function measure(engine: Engine, layers: readonly LayerName[]): Promise<Sample> {
  const started = Bun.nanoseconds();
  const child = new SpellProcess([BINARY], engine.id);
  const times: number[] = [];
  const hardened = Promise.withResolvers<Hardened>();
  const end = Promise.withResolvers<void>();
  const reader = new FrameReader(MEMORY);
  const send = (message: HostMessage) => child.write(encodeFrame(hostMessageToJson(message)));
  child.listen({
    onBytes(chunk) {
      for (const frame of reader.push(chunk)) {
        if (isFrame<Hardened>(frame, "hardened")) hardened.resolve(frame);
        else {
          const message = engineMessageFromJson(frame);
          if (message.type === "failure") end.reject(new Error(message.failure.message));
          else if (message.type === "result") end.resolve();
          else if (message.type === "call") {
            times.push(Bun.nanoseconds());
            send({ type: "return", id: message.id, value: null, time: 0 });
          }
        }
      }
    },
    onExit: (how) => {
      hardened.reject(new Error(how));
      end.reject(new Error(how));
    },
  });
  end.promise.catch(() => {});
  await child.ready;
  const ready = Bun.nanoseconds();
  const frame: HardenFrame = { type: "harden", memory: MEMORY, layers };
  child.write(encodeFrame(frame));
  const { missing } = await hardened.promise;
  const done = Bun.nanoseconds();
  if (missing.length > 0) throw new Error(missing.map(({ layer, reason }) => `${layer}: ${reason}`).join(", "));
  send(startMessage(engine));
  await end.promise;
  child.kill();
  const between = times.slice(warmUp + 1).map((time, index) => (time - (times[warmUp + index] ?? 0)) / 1000);
  return { ready: (ready - started) / 1e6, hardened: (done - ready) / 1e6, call: median(between) };
}

function startMessage(engine: Engine): HostMessage {
  return {
    type: "start",
    mode: "run",
    program: { file: "main", source: scriptFor(engine, LOOPS), modules: {} },
    parameters: {},
    surface: { host: { values: {}, functions: { echo: { name: "echo" } }, handles: {} } },
    limits: { ...STANDARD_LIMITS, calls: Number.MAX_SAFE_INTEGER },
    seed: 1,
    time: 0,
  };
}

const rows: string[][] = [];
for (const engine of enginesFor(LOOPS)) {
  const samples = SETS.map((): Sample[] => []);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [index, layers] of SETS.entries()) {
      await whenQuiet();
      const sample = await measure(engine, layers);
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  const middle = (index: number, pick: (sample: Sample) => number) => median((samples[index] ?? []).map(pick));
  for (const [index, layers] of SETS.entries()) {
    const hardened = middle(index, (sample) => sample.hardened);
    const least = Math.min(...(samples[index] ?? []).map((sample) => sample.hardened));
    const own = index === 0 ? "" : show(hardened - middle(index - 1, (sample) => sample.hardened));
    const call = middle(index, (sample) => sample.call);
    rows.push([
      engine.id,
      nameOf(layers),
      show(middle(index, (sample) => sample.ready)),
      show(hardened),
      show(least),
      show(
        percentile(
          (samples[index] ?? []).map((sample) => sample.hardened),
          0.9,
        ),
      ),
      own,
      show(call),
      `${(call / middle(0, (sample) => sample.call)).toFixed(2)} ×`,
    ]);
  }
}
printTable({
  title: `Layers, ${rounds} processes each, ${calls} calls in each after ${warmUp}; medians`,
  columns: [
    "engine",
    "layers",
    "ready, ms",
    "hardened, ms",
    "least",
    "p90",
    "its own, ms",
    "a call, µs",
    "against none",
  ],
  rows,
});
process.exit(0);

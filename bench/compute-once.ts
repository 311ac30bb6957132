/**
 * One workload on one virtual machine, once, in a process of its own, as every spell has it: nothing is
 * warm. `bun compute-once.ts WORKLOAD engine ID` or `… bare TITLE`. Prints milliseconds.
 */
import { BARE_VMS } from "./bare-vms.ts";
import { ENGINES } from "../src/engines/index.ts";
import { STANDARD_LIMITS } from "../src/contract/limits.ts";
import { readAsset } from "../src/isolation/index.ts";
import { WORKLOADS } from "./workloads.ts";

const [workload = "", kind = "", name = ""] = process.argv.slice(2);
const sources: Readonly<Record<string, string>> = WORKLOADS[workload] ?? {};

/** Milliseconds from `start` to the result, which comes before `start` returns: the scripts wait for nothing. */
async function runOnEngine(id: string): Promise<number> {
  const engine = ENGINES.find((each) => each.id === id);
  if (engine === undefined) throw new Error(`There is no engine "${id}"`);
  const factory = await engine.load(readAsset);
  let ended = false;
  const reactor = factory.create((message) => {
    if (message.type === "failure") throw new Error(message.failure.message);
    ended ||= message.type === "result";
  });
  const program = { file: "main", source: sources[engine.language] ?? "", modules: {} };
  const limits = { ...STANDARD_LIMITS, fuel: 1e12 };
  const started = Bun.nanoseconds();
  reactor.start({ type: "start", mode: "run", program, parameters: {}, surface: {}, limits, seed: 1, time: 0 });
  const took = (Bun.nanoseconds() - started) / 1e6;
  if (!ended) throw new Error("The script did not end");
  return took;
}

async function runBare(title: string): Promise<number> {
  const vm = BARE_VMS.find((each) => each.title === title);
  if (vm === undefined) throw new Error(`There is no bare VM "${title}"`);
  return vm.run(sources[vm.language] ?? "");
}

console.log(kind === "bare" ? await runBare(name) : await runOnEngine(name));

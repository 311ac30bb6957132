import { PRELUDE, PRELUDE_ENTRY } from "../../stdlib/javascript/index.ts";
import { takeImage, type MemoryImage } from "../wasm/memory-image.ts";
import { PRELUDE_PATH } from "./modules.ts";
import type { OpenedVm, SavedVm } from "./opened-vm.ts";
import { EVALUATE, QuickJsVm, type Outcome, type QuickJsHost } from "./quickjs-vm.ts";
import { blankMemory } from "./quickjs-wasm.ts";

/** Makes a VM and runs the prelude in it. In the binary this is done once, while it is built: see {@link saveVm}. */
export function openVm(module: WebAssembly.Module, host: QuickJsHost): OpenedVm {
  const isOwn = (path: string) => path.startsWith(PRELUDE_PATH);
  const vm = new QuickJsVm(module, {
    now: () => host.now(),
    post: (text, stack) => host.post(text, stack),
    normalize: (importer, name) =>
      isOwn(importer) && name.startsWith("./") ? PRELUDE_PATH + name.slice(2) : host.normalize(importer, name),
    load: (path) => (isOwn(path) ? (PRELUDE[path.slice(PRELUDE_PATH.length)] ?? "") : host.load(path)),
  });
  const boot = vm.evaluate(PRELUDE[PRELUDE_ENTRY] ?? "", PRELUDE_PATH + PRELUDE_ENTRY, EVALUATE.module);
  expectValue(vm, boot);
  const connect = vm.property(boot.value, "connect");
  expectValue(vm, vm.call(connect, vm.newPost()));
  const [open, run, deliver, fail] = ["open", "run", "deliver", "fail"].map((name) => vm.property(boot.value, name));
  return { vm, prelude: { open, run, deliver, fail } as OpenedVm["prelude"] };
}

function expectValue(vm: QuickJsVm, outcome: Outcome): void {
  if (!outcome.thrown) return;
  const stack = vm.toText(vm.property(outcome.value, "stack"));
  throw new Error(`the prelude failed: ${vm.toText(outcome.value)} ${stack}`);
}

/** Opens a VM and keeps what it takes to go on from there in another process. */
export function saveVm(module: WebAssembly.Module): SavedVm<MemoryImage> {
  const { vm, prelude } = openVm(module, {
    now: () => 0,
    post: () => {},
    normalize: (_importer, name) => name,
    load: () => "",
  });
  if (vm.takeRejection() !== undefined) throw new Error("the prelude left a rejected promise");
  return { image: takeImage(vm.memory, blankMemory(module)), roots: vm.roots, prelude };
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WasmLuaVm } from "./wasm-vm.ts";

/**
 * The prelude as bytecode of this very VM, in base64: parsing its text took a third of a spell's start. Runs
 * while the binary is built. Bytecode is loaded from here only; a spell's own is refused.
 */
export function compilePrelude(): string {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const module = new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve("wasmoon/dist/glue.wasm"))));
  const vm = new WasmLuaVm(module, { onSteps() {} });
  const text = readFileSync(path("../../stdlib/lua/prelude.lua"), "utf8");
  vm.load(vm.main, "local text = ... return string.dump(assert(load(text, '=llmspell')), true)", "=dump");
  vm.pushText(vm.main, text);
  if (vm.protectedCall(vm.main, 1, 1) !== 0) throw new Error(String(vm.toText(vm.main, -1)));
  const bytecode = vm.toText(vm.main, vm.getTop(vm.main));
  if (typeof bytecode === "string") throw new Error("the prelude's bytecode is text");
  return bytecode.toBase64();
}

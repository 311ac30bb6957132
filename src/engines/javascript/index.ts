/**
 * The engine `javascript`: QuickJS (quickjs-ng) in WASM. Here live the instantiation of its WASM with a memory
 * cap of ours, the reactor that runs one spell, and how its errors become failures. What runs inside of the VM
 * is in stdlib/javascript: it ran when the binary was built, and every run goes on from there. No JavaScript of
 * quickjs-emscripten is used: it would bring a real clock, a memory without bound, and instantiation that is not
 * synchronous.
 */
import wasm from "@jitl/quickjs-ng-wasmfile-release-sync/wasm" with { type: "file" };
import type { Engine, ReactorFactory, ReadAsset } from "../../contract/engine.ts";
import { JAVASCRIPT_LEXIS, JAVASCRIPT_TEMPLATE } from "./language.ts";

/** ES2024 modules; TypeScript once its types are stripped. */
export const javascript = {
  id: "javascript",
  title: "JavaScript ES2024 (QuickJS-ng in WASM, quickjs-emscripten 0.32.0)",
  language: "javascript",
  extensions: [{ ending: ".js" }, { ending: ".mjs" }, { ending: ".ts", types: true }],
  naming: "camel",
  lexis: JAVASCRIPT_LEXIS,
  template: JAVASCRIPT_TEMPLATE,
  lacks: {
    "floats-apart": "JavaScript has one kind of number: 1.0 is 1, and goes back as an integer",
  },
  load: async (readAsset) => (await read(readAsset)).compiled,
  read,
} satisfies Engine;

async function read(readAsset: ReadAsset): Promise<{ readonly compiled: Promise<ReactorFactory> }> {
  const [{ compiling }, { JavaScriptReactor }, { restoreVm }, saved] = await Promise.all([
    Promise.all([readAsset(wasm), import("./rejections.ts")]).then(([bytes, { exportTable }]) => ({
      compiling: WebAssembly.compile(exportTable(bytes)),
    })),
    import("./reactor.ts"),
    import("./opened-vm.ts"),
    // Decoded while the WASM is compiled.
    Promise.all([import("./snapshot.ts"), import("../wasm/memory-image.ts")]).then(
      ([{ SNAPSHOT }, { decodeImage }]) => ({ ...SNAPSHOT, image: decodeImage(SNAPSHOT.image) }),
    ),
  ]);
  return {
    compiled: compiling.then((module) => ({
      create: (send) => new JavaScriptReactor((host) => restoreVm(module, host, saved), send),
    })),
  };
}

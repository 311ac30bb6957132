import { expect, test } from "bun:test";
import { EXPORT_NAMES, IMPORT_NAMES, TABLE_NAME } from "../../../../src/engines/javascript/quickjs-wasm.ts";

const glueUrl = import.meta.resolve("@jitl/quickjs-ng-wasmfile-release-sync/emscripten-module");
const glue = await Bun.file(new URL("emscripten-module.browser.mjs", glueUrl)).text();

test("the letters of the exports are those of the package's own glue code", () => {
  for (const [name, letter] of Object.entries(EXPORT_NAMES)) {
    if (name === "initialize") expect(glue).toContain(`Z.${letter}();`);
    else expect(glue).toMatch(new RegExp(`c\\._${name}=b\\.${letter.replace("$", "\\$")};`));
  }
});

test("the export that is given up for the function table is of a test function", () => {
  expect(glue).toContain(`c._QTS_TestStringArg=b.${TABLE_NAME};`);
});

test("so are those of the imports", () => {
  const signs: Readonly<Partial<Record<keyof typeof IMPORT_NAMES, string>>> = {
    callFunction: "c.callbacks.callFunction",
    interrupt: "c.callbacks.shouldInterrupt",
    loadModule: "c.callbacks.loadModuleSource",
    normalizeModule: "c.callbacks.normalizeModule",
    freeHostReference: "c.callbacks.freeHostRef",
    dateNow: "Date.now()",
    growMemory: "2147483648",
    localTime: "getFullYear",
    assertFail: "Assertion failed",
  };
  const table = glue.slice(glue.indexOf("wa={"), glue.indexOf("},Z;"));
  for (const [name, sign] of Object.entries(signs)) {
    const letter = IMPORT_NAMES[name as keyof typeof IMPORT_NAMES];
    const body = table.slice(table.search(new RegExp(`[{,]${letter}:(?:function)?(?:\\(|[a-z]=>)`)));
    expect(body.slice(0, 320)).toContain(sign);
  }
});

import { expect, test } from "bun:test";
import { generatedPages } from "../../../docs/generate.ts";

for (const [path, text] of generatedPages()) {
  test(`docs/${path} is current (bun docs/generate.ts)`, async () => {
    expect(await Bun.file(new URL(`../../../docs/${path}`, import.meta.url)).text()).toBe(text);
  });
}

import { expect, test } from "bun:test";
import { profileJsonSchema } from "../../../src/profile/index.ts";
import { CATALOGUE } from "../../../src/runtime/index.ts";

type Node = { readonly properties?: Readonly<Record<string, Node>>; readonly description?: string };

test("every option of every bridge, and every limit, says in the JSON Schema what it is for", () => {
  const { properties = {} } = profileJsonSchema(CATALOGUE) as Node;
  const bridges = Object.entries(properties["bridges"]?.properties ?? {});
  const options = bridges.flatMap(([name, { properties: own = {} }]) =>
    Object.entries(own)
      .filter(([option]) => !option.endsWith("+"))
      .map(([option, { description }]) => `${name}.${option}: ${description ?? ""}`),
  );
  const limits = Object.entries(properties["limits"]?.properties ?? {}).map(
    ([name, it]) => `${name}: ${it.description}`,
  );
  expect(options.length).toBeGreaterThan(30);
  for (const line of [...options, ...limits]) expect(line).toMatch(/: .{10,}/);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../../../src/contract/json-text.ts";
import { CompiledSchema } from "../../../../src/bridges/schema/validate/index.ts";
import type { Value, ValueMap } from "../../../../src/contract/value.ts";

const SUITE = join(import.meta.dir, "../../../fixtures/json-schema-suite");

/** One case of the public suite. */
export interface SuiteCase {
  /** `ref.json`, `optional/format/date.json`. */
  readonly file: string;
  /** `file: group: test`. */
  readonly name: string;
  readonly schema: Value;
  readonly data: Value;
  readonly valid: boolean;
}

/** Numbers beyond 64 bits, of which scripts have none, are read as floats. */
function read(path: string): Value {
  const text = readFileSync(path, "utf8");
  try {
    return readJson(text);
  } catch {
    return JSON.parse(text) as Value;
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .sort();
}

/** All cases, those of optional files too. */
export function suiteCases(): SuiteCase[] {
  const folder = join(SUITE, "tests");
  return filesIn(folder).flatMap((file) =>
    (read(join(folder, file)) as readonly ValueMap[]).flatMap((group) =>
      (group["tests"] as readonly ValueMap[]).map((test) => ({
        file,
        name: `${file}: ${String(group["description"])}: ${String(test["description"])}`,
        schema: group["schema"] ?? null,
        data: test["data"] ?? null,
        valid: test["valid"] === true,
      })),
    ),
  );
}

/** The schemas that the suite's schemas refer to, by their address. */
export function suiteRemotes(): Map<string, Value> {
  const folder = join(SUITE, "remotes");
  return new Map(filesIn(folder).map((file) => [`http://localhost:1234/${file}`, read(join(folder, file))]));
}

/** Whether formats are asserted in a file of the suite: where it asks that they are. */
const asserts = (file: string) => file.startsWith("optional/format/") || file === "optional/ecmascript-regex.json";

/** Runs cases; the names of those that came out otherwise than they should, and how. */
export function runSuite(cases: readonly SuiteCase[], schemas: ReadonlyMap<string, Value>): Map<string, string> {
  const wrong = new Map<string, string>();
  for (const { file, name, schema, data, valid } of cases) {
    try {
      const errors = new CompiledSchema(schema, { formats: asserts(file), schemas }).errorsOf(data);
      if ((errors.length === 0) !== valid) wrong.set(name, valid ? `refused: ${errors[0]?.message}` : "accepted");
    } catch (error) {
      wrong.set(name, String(error));
    }
  }
  return wrong;
}

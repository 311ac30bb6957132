import { parse } from "../../contract/check-schema.ts";
import { v } from "../../contract/schema.ts";
import { isVerdict, type Verdict } from "./verdict.ts";

/** One hostile program or input. */
export interface AttackCase {
  readonly id: string;
  /** `lua` (every engine of that language), `js`, `tengo`, or `host`: a profile, parameters, a process. */
  readonly engine: string;
  readonly class: string;
  readonly script: string;
  /** What is right, the first being the expected one. */
  readonly accepts: readonly Verdict[];
  /** What a run that ends well must return. */
  readonly value: string | undefined;
  /** Modules that it uses, by the names of the cases. */
  readonly needs: readonly string[];
}

/** A line that is no case, which counts as a failed one. */
export interface BadLine {
  readonly id: string;
  readonly reason: string;
}

const schema = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  engine: v.string(),
  class: v.pipe(v.string(), v.minLength(1)),
  script: v.string(),
  expect: v.string(),
  also: v.optional(v.array(v.string())),
  value: v.optional(v.string()),
  needs: v.optional(v.array(v.string())),
});

/** The cases of a file, one a line, in its order; what cannot be understood is told and not left out. */
export function readCases(text: string, file: string): (AttackCase | BadLine)[] {
  return text.split(/\r?\n/).flatMap((line, index): (AttackCase | BadLine)[] => {
    if (line.trim() === "") return [];
    const id = `${file}:${index + 1}`;
    try {
      return [readCase(JSON.parse(line) as unknown)];
    } catch (error) {
      return [{ id, reason: error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error) }];
    }
  });
}

function readCase(json: unknown): AttackCase {
  const { expect, also = [], value, needs = [], ...rest } = parse(schema, json);
  const accepts = [expect, ...also].map((verdict) => {
    if (!isVerdict(verdict)) throw new Error(`There is no verdict "${verdict}"`);
    return verdict;
  });
  return { ...rest, accepts: [...new Set(accepts)], value, needs };
}

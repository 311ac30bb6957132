import { isValueMap, type Value, type ValueMap } from "../../../contract/value.ts";
import { Pattern } from "../pattern/pattern.ts";
import { PatternFault } from "../pattern/pattern-tree.ts";
import type { Documents } from "./documents.ts";
import type { Evaluated } from "./evaluated.ts";
import type { Place } from "./place.ts";
import { has, pointerStep, type Resource, type SchemaPlace } from "./resource.ts";
import { SchemaFault } from "./schema-fault.ts";
import type { ValidationRun } from "./validation-run.ts";
import { asJson, kindOf } from "./values.ts";

/** One keyword, as it is applied: whether the value meets it. Errors go to the run. */
export type Check = (value: Value, place: Place, run: ValidationRun, seen: Evaluated | undefined) => boolean;

/** Makes a keyword's check, or none where it says nothing. */
export type KeywordCompiler = (keyword: Value, context: KeywordContext) => Check | undefined;

/** A schema that can be applied. Its checks are filled in later, since schemas may lead to themselves. */
export interface SchemaNode {
  readonly place: SchemaPlace;
  checks: readonly Check[];
}

/** One keyword of the list: `validation` is left out where the schema's vocabulary has none. */
export interface KeywordRow {
  readonly keyword: string;
  readonly compile: KeywordCompiler;
  readonly validation?: boolean;
}

/** What the compiler was told. */
export interface CompilerOptions {
  readonly formats: boolean;
  readonly keywords: readonly KeywordRow[];
}

/** Makes nodes of schemas, one for each however often it is referred to. */
export class Compiler {
  readonly #nodes = new Map<object, SchemaNode>();
  readonly #waiting: SchemaNode[] = [];
  /** Whether some schema asks what was not looked at. */
  tracks = false;
  /** Whether some schema has a `$dynamicRef`. */
  isDynamic = false;

  constructor(
    readonly documents: Documents,
    readonly options: CompilerOptions,
    readonly spend: (steps: number) => void,
  ) {}

  /** The node of a schema, and of all that it leads to. Throws {@link SchemaFault}. */
  compile(place: SchemaPlace): SchemaNode {
    const root = this.node(place);
    do {
      // In turn and not by recursion: a chain of references may be as long as the schema.
      for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#fill(next);
      // What $dynamicRef leads to is known only while a value is checked: all that it could be must be there.
      if (this.isDynamic) for (const place of this.documents.dynamicPlaces()) this.node(place);
    } while (this.#waiting.length > 0);
    return root;
  }

  /** The node of a schema, filled by the time that it is applied. */
  node(place: SchemaPlace): SchemaNode {
    const { schema, pointer } = place;
    this.spend(1);
    if (typeof schema === "boolean") return { place, checks: schema ? [] : [never(pointer)] };
    if (!isValueMap(schema))
      throw new SchemaFault(pointer, `a schema must be an object or a boolean, not ${aKind(schema)}`);
    const known = this.#nodes.get(schema);
    if (known !== undefined) return known;
    const node: SchemaNode = { place, checks: [] };
    this.#nodes.set(schema, node);
    this.#waiting.push(node);
    return node;
  }

  #fill(node: SchemaNode): void {
    const { schema, resource } = node.place;
    if (!isValueMap(schema)) return;
    const checks: Check[] = [];
    for (const { keyword, compile, validation } of this.options.keywords) {
      if (!has(schema, keyword) || (validation === true && !resource.validates)) continue;
      const check = compile(asJson(schema[keyword] ?? null), new KeywordContext(this, node.place, keyword));
      if (check !== undefined) checks.push(check);
    }
    node.checks = checks;
  }
}

function never(pointer: string): Check {
  return (_value, place, run) => run.fail(place, "false", pointer, "is not allowed");
}

/** A kind with its article. */
export function aKind(value: Value): string {
  const kind = kindOf(asJson(value));
  if (kind === "null") return "null";
  if (kind === "other") return typeof value === "number" ? String(value) : "a function or handle";
  return `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** What the compiler of one keyword may use. */
export class KeywordContext {
  constructor(
    private readonly compiler: Compiler,
    private readonly place: SchemaPlace,
    private readonly keyword: string,
  ) {}

  /** The whole schema that the keyword stands in. */
  get schema(): ValueMap {
    return this.place.schema as ValueMap;
  }

  get pointer(): string {
    return this.place.pointer;
  }

  get resource(): Resource {
    return this.place.resource;
  }

  get formats(): boolean {
    return this.compiler.options.formats;
  }

  get spend(): (steps: number) => void {
    return this.compiler.spend;
  }

  /** From here on what was looked at must be known. */
  track(): void {
    this.compiler.tracks = true;
  }

  /** From here on dynamic anchors must have nodes. */
  becomeDynamic(): void {
    this.compiler.isDynamic = true;
  }

  fault(message: string, ...steps: (string | number)[]): SchemaFault {
    return new SchemaFault(this.#pointer(steps), message);
  }

  /** The schema at a place within the keyword. */
  node(schema: Value, ...steps: (string | number)[]): SchemaNode {
    return this.#node(schema, this.#pointer(steps));
  }

  /** The schema that another keyword of the same schema has. */
  sibling(keyword: string): SchemaNode {
    return this.#node(this.schema[keyword] ?? null, `${this.pointer}/${keyword}`);
  }

  #node(schema: Value, pointer: string): SchemaNode {
    return this.compiler.node(this.compiler.documents.placeOf(schema) ?? { schema, resource: this.resource, pointer });
  }

  /** What a reference leads to. */
  refer(reference: Value): { readonly node: SchemaNode; readonly fragment: string } {
    if (typeof reference !== "string") throw this.fault(`must be a string, not ${aKind(reference)}`);
    const found = this.compiler.documents.resolve(reference, this.resource);
    if (found === undefined) {
      throw this.fault(`${JSON.stringify(reference.slice(0, 200))} leads nowhere: nothing is ever fetched`);
    }
    return { node: this.compiler.node(found.place), fragment: found.fragment };
  }

  /** The node of a place that was found otherwise. */
  at(place: SchemaPlace): SchemaNode {
    return this.compiler.node(place);
  }

  pattern(source: Value, ...steps: (string | number)[]): Pattern {
    if (typeof source !== "string") throw this.fault(`must be a string, not ${aKind(source)}`, ...steps);
    try {
      this.spend(source.length);
      return new Pattern(source);
    } catch (error) {
      if (!(error instanceof PatternFault)) throw error;
      throw this.fault(`${JSON.stringify(source.slice(0, 100))} is no regular expression: ${error.message}`, ...steps);
    }
  }

  number(value: Value): number | bigint {
    if (typeof value === "number" || typeof value === "bigint") return value;
    throw this.fault(`must be a number, not ${aKind(value)}`);
  }

  count(value: Value): number {
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
    throw this.fault("must be a whole number of at least 0");
  }

  /** A list; an empty map is one too, since an empty table of Lua is a map. */
  list(value: Value): readonly Value[] {
    if (Array.isArray(value)) return value as readonly Value[];
    if (isValueMap(value) && Object.keys(value).length === 0) return [];
    throw this.fault(`must be an array, not ${aKind(value)}`);
  }

  names(value: Value): readonly string[] {
    return this.list(value).map((name, index) => {
      if (typeof name === "string") return name;
      throw this.fault(`must be a string, not ${aKind(name)}`, index);
    });
  }

  map(value: Value): ValueMap {
    if (isValueMap(value)) return value;
    if (Array.isArray(value) && value.length === 0) return {};
    throw this.fault(`must be an object, not ${aKind(value)}`);
  }

  #pointer(steps: readonly (string | number)[]): string {
    return [this.place.pointer, this.keyword, ...steps]
      .map((step, at) => (at === 0 ? step : pointerStep(step)))
      .join("/");
  }
}

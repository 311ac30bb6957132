import { isValueMap, type Value, type ValueMap } from "../../../contract/value.ts";
import metaSchemas from "./meta-schemas.json" with { type: "json" };
import { SchemaFault } from "./schema-fault.ts";
import {
  has,
  pointerStep,
  resolveUri,
  WITH_NAMED_SCHEMAS,
  WITH_SCHEMA,
  WITH_SCHEMAS,
  type Resource,
  type SchemaPlace,
} from "./resource.ts";

/** The address of a schema that has none. */
const NO_ADDRESS = "json-schema:///";

const VALIDATION = "https://json-schema.org/draft/2020-12/vocab/validation";

/** The meta-schemas of 2020-12, which schemas may refer to. */
const META = new Map((metaSchemas as unknown as readonly ValueMap[]).map((schema) => [String(schema["$id"]), schema]));

/**
 * The schemas that one call knows: the one that is asked about, those that were given beside it, and JSON Schema's own.
 * Nothing else is ever looked up: a reference never leads out of this process.
 */
export class Documents {
  readonly #resources = new Map<string, Resource>();
  readonly #places = new Map<object, SchemaPlace>();

  constructor(
    private readonly given: ReadonlyMap<string, Value>,
    private readonly spend: (steps: number) => void,
  ) {}

  /** Makes a schema known, with all that have addresses or names in it. */
  add(root: Value, uri = NO_ADDRESS): SchemaPlace {
    const resource = this.#open(root, uri, "#");
    this.#index(root, resource, "#");
    return { schema: root, resource, pointer: "#" };
  }

  /** What a reference leads to; undefined where that is not known here. */
  resolve(reference: string, from: Resource): { readonly place: SchemaPlace; readonly fragment: string } | undefined {
    this.spend(1 + (reference.length >> 3));
    const resolved = resolveUri(reference, from.uri);
    if (resolved === undefined) return undefined;
    const { uri, fragment } = resolved;
    const resource = this.#resources.get(uri) ?? this.#load(uri);
    if (resource === undefined) return undefined;
    const place =
      fragment === "" || fragment.startsWith("/") ? this.#follow(resource, fragment) : resource.anchors.get(fragment);
    return place === undefined ? undefined : { place, fragment };
  }

  /** Where a schema stands, for one that is known. */
  placeOf(schema: Value): SchemaPlace | undefined {
    return typeof schema === "object" && schema !== null ? this.#places.get(schema) : undefined;
  }

  /** The schema at a place of a document. */
  at(pointer: string, { resource }: SchemaPlace): SchemaPlace | undefined {
    return this.#follow(resource, pointer.slice(1));
  }

  /** All places that have a `$dynamicAnchor`. */
  dynamicPlaces(): readonly SchemaPlace[] {
    return [...this.#resources.values()].flatMap(({ dynamicAnchors }) => [...dynamicAnchors.values()]);
  }

  #load(uri: string): Resource | undefined {
    const schema = this.given.get(uri) ?? META.get(uri);
    if (schema === undefined) return undefined;
    const { resource } = this.add(schema, uri);
    // One that calls itself otherwise is known by both names.
    this.#resources.set(uri, resource);
    return resource;
  }

  #open(root: Value, base: string, pointer: string): Resource {
    const id = isValueMap(root) && typeof root["$id"] === "string" ? root["$id"] : "";
    const uri = resolveUri(id, base)?.uri;
    if (uri === undefined) throw new SchemaFault(`${pointer}/$id`, `${JSON.stringify(id)} is no address`);
    const validates = this.#validates(root);
    const resource: Resource = { uri, root, anchors: new Map(), dynamicAnchors: new Map(), validates, pointer };
    this.#resources.set(uri, resource);
    return resource;
  }

  #validates(root: Value): boolean {
    const dialect = isValueMap(root) ? root["$schema"] : undefined;
    const meta = typeof dialect === "string" ? this.given.get(dialect) : undefined;
    const vocabulary = isValueMap(meta) ? meta["$vocabulary"] : undefined;
    return !isValueMap(vocabulary) || has(vocabulary, VALIDATION);
  }

  /** Looks only where schemas stand: an `$id` inside of an `enum` is data. */
  #index(schema: Value, outer: Resource, pointer: string): void {
    if (!isValueMap(schema)) return;
    this.spend(10);
    const isOwn = pointer !== "#" && typeof schema["$id"] === "string";
    const resource = isOwn ? this.#open(schema, outer.uri, pointer) : outer;
    const place: SchemaPlace = { schema, resource, pointer };
    this.#places.set(schema, place);
    const { $anchor: anchor, $dynamicAnchor: dynamic } = schema;
    if (typeof anchor === "string") resource.anchors.set(anchor, place);
    if (typeof dynamic === "string") {
      resource.anchors.set(dynamic, place);
      resource.dynamicAnchors.set(dynamic, place);
    }
    for (const [keyword, ...steps] of innerSchemas(schema)) {
      const inner = steps.reduce<Value>((value, step) => (value as ValueMap)[step] ?? null, schema[keyword] ?? null);
      this.#index(
        inner,
        resource,
        [pointer, keyword, ...steps].map((step, at) => (at === 0 ? step : pointerStep(step))).join("/"),
      );
    }
  }

  /** A JSON Pointer within a resource. */
  #follow(resource: Resource, fragment: string): SchemaPlace | undefined {
    let place: SchemaPlace = { schema: resource.root, resource, pointer: resource.pointer };
    const steps = fragment === "" ? [] : fragment.slice(1).split("/");
    this.spend(steps.length);
    for (const step of steps) {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      const { schema } = place;
      const isItem = Array.isArray(schema) && /^(?:0|[1-9]\d{0,8})$/.test(name);
      const inner = isItem
        ? (schema as readonly Value[])[Number(name)]
        : isValueMap(schema) && Object.hasOwn(schema, name)
          ? schema[name]
          : undefined;
      if (inner === undefined) return undefined;
      place = this.placeOf(inner) ?? {
        schema: inner,
        resource: place.resource,
        pointer: `${place.pointer}/${pointerStep(name)}`,
      };
    }
    return place;
  }
}

/** The paths of the schemas directly inside of a schema. */
function innerSchemas(schema: ValueMap): (readonly [string, ...string[]])[] {
  const found: (readonly [string, ...string[]])[] = [];
  for (const keyword of WITH_SCHEMA) if (has(schema, keyword)) found.push([keyword]);
  for (const keyword of [...WITH_SCHEMAS, ...WITH_NAMED_SCHEMAS]) {
    const inner = schema[keyword];
    if (!has(schema, keyword) || typeof inner !== "object" || inner === null) continue;
    for (const name of Object.keys(inner)) found.push([keyword, name]);
  }
  return found;
}

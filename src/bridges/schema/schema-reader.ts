import { SpellError } from "../../contract/errors.ts";
import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { Documents } from "./validate/documents.ts";
import { has, type SchemaPlace } from "./validate/resource.ts";
import { Meter } from "./validate/validation-run.ts";

/** References that lead to references: more are a circle. */
const MAX_HOPS = 100;

/** Fewer than for checking: each step keeps something. */
const MAX_STEPS = 100_000;

/** Walks a schema beside a value, references included, for what changes values and not only checks them. */
export class SchemaReader {
  readonly #documents: Documents;
  readonly root: SchemaPlace;
  readonly spend = new Meter(MAX_STEPS).spend;

  /** `schema` must have been compiled before: it is taken to be right. */
  constructor(schema: Value) {
    this.#documents = new Documents(new Map(), this.spend);
    this.root = this.#documents.add(schema);
  }

  /** The schemas that speak about the same value: itself, what it refers to, and all of `allOf`. */
  layers(place: SchemaPlace, hops = 0): readonly (SchemaPlace & { readonly schema: ValueMap })[] {
    const { schema, resource } = place;
    this.spend(1);
    if (!isValueMap(schema)) return [];
    if (hops > MAX_HOPS) throw new SpellError("schema.too-complex", `The schema leads in a circle at ${place.pointer}`);
    const { $ref: reference, allOf = [] } = schema;
    const target = typeof reference === "string" ? this.#documents.resolve(reference, resource)?.place : undefined;
    return [
      { ...place, schema },
      ...(target === undefined ? [] : this.layers(target, hops + 1)),
      ...(Array.isArray(allOf) ? (allOf as readonly Value[]) : []).flatMap((inner) =>
        this.layers(this.place(inner, place), hops + 1),
      ),
    ];
  }

  /** The schema of a property, where one is said. */
  property(layers: readonly SchemaPlace[], name: string): SchemaPlace | undefined {
    for (const layer of layers) {
      const { properties, additionalProperties } = layer.schema as ValueMap;
      const found = isValueMap(properties) && has(properties, name) ? properties[name] : undefined;
      if (found !== undefined) return this.place(found, layer);
      if (isValueMap(additionalProperties)) return this.place(additionalProperties, layer);
    }
    return undefined;
  }

  /** The schema of an item, where one is said. */
  item(layers: readonly SchemaPlace[], index: number): SchemaPlace | undefined {
    for (const layer of layers) {
      const { prefixItems, items } = layer.schema as ValueMap;
      const found = (Array.isArray(prefixItems) ? (prefixItems as readonly Value[])[index] : undefined) ?? items;
      if (found !== undefined) return this.place(found, layer);
    }
    return undefined;
  }

  /** A schema inside of another one. */
  place(schema: Value, inside: SchemaPlace): SchemaPlace {
    return this.#documents.placeOf(schema) ?? { schema, resource: inside.resource, pointer: inside.pointer };
  }
}

import type { Catalogue, CatalogueModel } from "../../contract/catalogue.ts";

/**
 * The catalogue as an OpenAPI 3.1 document: the schema of a model, and two paths whose examples are the data, so that
 * tools that serve, check or draw such documents can be given it.
 */
export function openApiOf({
  models,
  sources,
}: {
  readonly models: readonly CatalogueModel[];
  readonly sources: Catalogue["sources"];
}): object {
  const dates = sources.map(({ id, date }) => `${id} of ${date}`).join(", ");
  const model = { $ref: "#/components/schemas/Model" };
  const json = (schema: object, examples: object) => ({ "application/json": { schema, examples } });
  const names = Object.fromEntries(models.map((each) => [exampleKey(each.name), { value: each }]));
  return {
    openapi: "3.1.0",
    info: {
      title: "Catalogue of language models",
      version: sources[0]?.date ?? "0",
      description: `What is known of language models, without asking anybody: ${dates}. What is absent is not known.`,
    },
    paths: {
      "/models": {
        get: {
          operationId: "listModels",
          summary: "All models",
          responses: {
            "200": {
              description: "The models",
              content: json({ type: "array", items: model }, { all: { value: models } }),
            },
          },
        },
      },
      "/models/{provider}/{model}": {
        get: {
          operationId: "getModel",
          summary: "One model",
          parameters: ["provider", "model"].map((name) => ({
            name,
            in: "path",
            required: true,
            schema: { type: "string" },
          })),
          responses: {
            "200": { description: "The model", content: json(model, names) },
            "404": { description: "There is no such model" },
          },
        },
      },
    },
    components: { schemas: { Model: MODEL } },
  };
}

/** Keys of examples are letters, digits, dots, dashes and underscores. */
function exampleKey(name: string): string {
  return name.replace(/[^A-Za-z0-9.\-_]/g, "_");
}

const text = (description: string) => ({ type: "string", description });
const count = (description: string) => ({ type: "integer", minimum: 0, description });
const amount = (description: string) => ({ type: "number", minimum: 0, description });

const MODEL = {
  type: "object",
  required: ["name", "provider", "model", "abilities", "sources"],
  properties: {
    name: text("provider/model"),
    provider: text("The provider's id"),
    model: text("The provider's own name"),
    title: text("Its name for people"),
    description: text("What its maker says of it"),
    contextLength: count("Tokens that it takes"),
    maxOutput: count("Tokens of its longest answer"),
    abilities: {
      type: "object",
      description: "What it can do; absent where nobody says",
      additionalProperties: { type: "boolean" },
    },
    cutOff: text("What it knows ends there"),
    released: text("The day of its release"),
    deprecated: { type: "boolean" },
    price: {
      type: "object",
      description: "US dollars for a million tokens",
      required: ["input", "output"],
      properties: {
        input: amount("What is sent"),
        output: amount("What is answered"),
        cachedInput: amount("What is sent and was in the provider's cache"),
        varies: { type: "boolean", description: "Long inputs or other times of the day cost more" },
      },
    },
    sources: { type: "array", items: { type: "string" }, description: "Where this is from" },
  },
} as const;

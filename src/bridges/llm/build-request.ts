import type { CallContext } from "../../contract/bridge.ts";
import type { GenerateRequest, Message } from "../../contract/provider.ts";
import { readSchema } from "../schema/short-form.ts";
import type { Grant } from "./grant.ts";
import type { GenerateOptions } from "./schemas.ts";
import { isValueMap, type ValueMap } from "../../contract/value.ts";

/** A script's question as providers take it. The grant's `maxTokens` holds where the script says none. */
export function buildRequest(
  model: string,
  conversation: readonly Message[],
  options: GenerateOptions,
  { grant, key, timeLeft }: Pick<CallContext, "grant" | "key" | "timeLeft">,
): GenerateRequest {
  const { system, tools, schema, timeout, retries, maxTokens = (grant as Grant).maxTokens } = options;
  const { temperature, topP, stop, seed, toolChoice, thinkingTokens, provider } = options;
  const rest = { temperature, topP, stop, seed, toolChoice, thinkingTokens, provider, maxRetries: retries };
  const messages: Message[] = system === undefined ? [] : [{ role: "system", content: system as Message["content"] }];
  messages.push(...conversation);
  return {
    model,
    messages,
    ...(key === "" ? {} : { key }),
    ...(defined(rest) as Partial<GenerateRequest>),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(Number.isFinite(timeLeft) && { timeLeft }),
    ...(timeout !== undefined && { timeouts: defined(timeout) }),
    ...(tools !== undefined && {
      tools: tools.map(({ parameters, ...tool }) => ({
        ...tool,
        parameters: parameters === undefined ? { type: "object", properties: {} } : asSchema(parameters),
      })),
    }),
    ...(schema !== undefined && {
      schema: namedSchema(asSchema(schema)),
    }),
  };
}

/** Without the keys whose value is undefined: providers take a key that is there for one that was set. */
function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** A schema with the name that some providers want. */
function namedSchema(schema: ValueMap): NonNullable<GenerateRequest["schema"]> {
  return { name: typeof schema["title"] === "string" ? schema["title"] : "answer", schema };
}

/** A schema, or its short form, as providers take it. */
function asSchema(given: ValueMap): ValueMap {
  const schema = readSchema(given);
  return isValueMap(schema) ? schema : {};
}

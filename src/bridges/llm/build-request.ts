import type { CallContext } from "../../contract/bridge.ts";
import type { GenerateRequest, Message } from "../../contract/provider.ts";
import type { Grant } from "./grant.ts";
import type { GenerateOptions } from "./schemas.ts";

/** A script's question as providers take it. The grant's `maxTokens` holds where the script says none. */
export function buildRequest(
  model: string,
  conversation: readonly Message[],
  options: GenerateOptions,
  { grant, key }: Pick<CallContext, "grant" | "key">,
): GenerateRequest {
  const { model: _model, system, tools, schema, maxTokens = (grant as Grant).maxTokens, ...rest } = options;
  const messages: Message[] = system === undefined ? [] : [{ role: "system", content: system }];
  messages.push(...conversation);
  return {
    model,
    messages,
    ...(key === "" ? {} : { key }),
    ...(defined(rest) as Partial<GenerateRequest>),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(tools !== undefined && {
      tools: tools.map(({ parameters, ...tool }) => ({
        ...tool,
        parameters: parameters ?? { type: "object", properties: {} },
      })),
    }),
    ...(schema !== undefined && {
      schema: { name: typeof schema["title"] === "string" ? schema["title"] : "answer", schema },
    }),
  };
}

/** Without the keys whose value is undefined: providers take a key that is there for one that was set. */
function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

import type { GenerateRequest, Message, MessagePart, ToolCall, ToolDefinition } from "../../contract/provider.ts";
import { isValueMap, type Value, type ValueMap } from "../../contract/value.ts";
import { parseArguments, toJsonObject } from "../transport/plain-json.ts";
import { fillSchema } from "./fill-schema.ts";

/** `call tool NAME {…}`, `call the NAME tool with {…}`, `use the NAME tool`. */
const ORDER =
  /\b(?:call|use)\s+(?:the\s+)?(?:tool\s+["'`]?([\w.-]+)["'`]?|["'`]?([\w.-]+)["'`]?\s+tool\b)(?:\s+(?:with|on))?(?:\s+arguments)?:?\s*(?=(\{)?)/gi;

/** The tools that the mock calls: those that the prompt orders, or the one that `toolChoice` demands. */
export function orderedCalls(request: GenerateRequest, prompt: string): ToolCall[] {
  const { tools = [], toolChoice = "auto", messages } = request;
  if (tools.length === 0 || toolChoice === "none" || messages.at(-1)?.role === "tool") return [];
  const calls: ToolCall[] = [];
  const add = (tool: ToolDefinition | undefined, given?: ValueMap): void => {
    if (tool !== undefined) calls.push(toolCall(tool, given, messages.length, calls.length));
  };
  for (const match of prompt.matchAll(ORDER)) {
    const name = match[1] ?? match[2];
    const given = match[3] === undefined ? undefined : readObject(prompt, match.index + match[0].length);
    add(
      tools.find((tool) => tool.name === name),
      given,
    );
  }
  if (calls.length > 0 || toolChoice === "auto") return calls;
  add(typeof toolChoice === "object" ? tools.find((tool) => tool.name === toolChoice.name) : tools[0]);
  return calls;
}

/** A call with the arguments that were given, or with an instance of the tool's schema. */
export function toolCall(
  tool: Pick<ToolDefinition, "name" | "parameters">,
  given: ValueMap | undefined,
  turn: number,
  index: number,
): ToolCall {
  const filled: Value | undefined = given ?? fillSchema({ type: "object", ...toJsonObject(tool.parameters, Number) });
  return { id: `call_${turn}_${index + 1}`, name: tool.name, arguments: isValueMap(filled) ? filled : {} };
}

/** What the mock says to the results of its calls; undefined where there are none. */
export function answerToResults(messages: readonly Message[]): string | undefined {
  const last = messages.at(-1);
  if (last?.role !== "tool" || typeof last.content === "string") return undefined;
  const names = new Map<string, string>();
  for (const message of messages) {
    if (typeof message.content === "string") continue;
    for (const part of message.content) if (part.type === "tool-call") names.set(part.id, part.name);
  }
  const results: MessagePart[] = [];
  // Each result may be a message of its own.
  for (let at = messages.length - 1; messages[at]?.role === "tool"; at--) {
    const content = messages[at]?.content;
    if (Array.isArray(content)) results.unshift(...(content as readonly MessagePart[]));
  }
  const lines = results.map((part) => {
    if (part.type !== "tool-result") return "";
    const name = names.get(part.id) ?? part.id;
    return part.isError === true ? `The tool ${name} failed: ${part.text}` : `The tool ${name} answered: ${part.text}`;
  });
  return lines.filter((line) => line !== "").join("\n");
}

/** The JSON object that begins at a place; undefined where there is none. */
function readObject(text: string, start: number): ValueMap | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return parseArguments(text.slice(start, at + 1));
  }
  return undefined;
}

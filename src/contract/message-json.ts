import { cutMessage, SpellError, type Failure, type SourcePosition, type StackFrame } from "./errors.ts";
import type { EngineMessage, HostMessage, StartMessage, Surface } from "./message.ts";
import { ErrorValue, FunctionHandle, type Value } from "./value.ts";
import { decodeValue, encodeValue } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

/** A message to an engine as JSON for a frame. */
export function hostMessageToJson(message: HostMessage): Json {
  switch (message.type) {
    case "start":
      return {
        ...message,
        parameters: encodeValue(message.parameters, "parameters"),
        surface: mapSurfaceValues(message.surface, (value) => encodeValue(value as Value)),
      };
    case "return":
      if (message.error !== undefined) return { ...message, error: encodeValue(message.error) };
      return { ...message, value: encodeValue(message.value ?? null) };
    case "callback":
      return { ...message, function: message.function.id, args: encodeArguments(message.args) };
    case "release":
      return { ...message };
  }
}

/** The same, read in the spell's process: it trusts the broker. */
export function hostMessageFromJson(json: unknown): HostMessage {
  const message = json as { type: string } & Record<string, unknown>;
  switch (message.type) {
    case "start":
      return {
        ...(message as unknown as StartMessage),
        parameters: decodeValue(message["parameters"]),
        surface: mapSurfaceValues(message["surface"] as Surface, decodeValue) as Surface,
      };
    case "callback": {
      const [id, time] = [Number(message["id"]), Number(message["time"])];
      const target = new FunctionHandle(Number(message["function"]));
      return { type: "callback", id, time, function: target, args: decodeArguments(message["args"]) };
    }
    case "return": {
      const { error, value } = message;
      if (error !== undefined) return { ...message, error: decodeValue(error) } as HostMessage;
      return { ...message, value: decodeValue(value) } as HostMessage;
    }
    default:
      return message as unknown as HostMessage;
  }
}

/** Applies `change` to every constant; everything else in a surface is plain JSON. */
function mapSurfaceValues(surface: Surface, change: (value: unknown) => unknown): Json {
  const result: Record<string, unknown> = {};
  for (const [name, module] of Object.entries(surface)) {
    const values = Object.entries(module.values).map(([key, value]) => [key, change(value)] as const);
    result[name] = { ...module, values: Object.fromEntries(values) };
  }
  return result;
}

/** A message of an engine as JSON for a frame. */
export function engineMessageToJson(message: EngineMessage): Json {
  switch (message.type) {
    case "call":
      return { ...message, args: encodeArguments(message.args) };
    case "returned":
      if (message.error !== undefined) return { ...message, error: encodeValue(message.error) };
      return { ...message, value: encodeValue(message.value ?? null) };
    case "output":
      return { ...message, text: encodeValue(message.text) };
    case "result":
      return { ...message, value: encodeValue(message.value, "result") };
    case "failure":
      return { type: "failure", failure: { ...message.failure, details: encodeValue(message.failure.details) } };
    case "cancel":
      return { ...message };
  }
}

/** A message from the spell's process, checked field by field: it may come from a script that broke out of its VM. */
export function engineMessageFromJson(json: unknown): EngineMessage {
  const message = record(json, "message");
  switch (message["type"]) {
    case "call": {
      const args = decodeArguments(message["args"]);
      const [id, fiber] = [count(message["id"], "id"), count(message["fiber"], "fiber")];
      const [module, name] = [functionName(message["module"], "module"), functionName(message["function"], "function")];
      const call = { type: "call", id, fiber, module, function: name, args } as const;
      return message["position"] === undefined ? call : { ...call, position: positionFromJson(message["position"]) };
    }
    case "cancel":
      return { type: "cancel", id: count(message["id"], "id") };
    case "returned":
      return returnedFromJson(message);
    case "output": {
      const text = decodeValue(message["text"], "text");
      const { stream } = message;
      if (typeof text !== "string" && !(text instanceof Uint8Array)) throw malformed("text");
      if (stream !== "stdout" && stream !== "stderr") throw malformed("stream");
      return { type: "output", stream, text };
    }
    case "result":
      return { type: "result", value: decodeValue(message["value"], "result"), fuel: count(message["fuel"], "fuel") };
    case "failure":
      return { type: "failure", failure: failureFromJson(message["failure"]) };
    default:
      throw malformed("type");
  }
}

/** Each by itself: the list of them is no level of any. */
function encodeArguments(args: readonly Value[]): unknown {
  return args.map((argument, index) => encodeValue(argument, `args[${index}]`));
}

function decodeArguments(json: unknown): Value[] {
  if (!Array.isArray(json)) throw malformed("args");
  return json.map((argument, index) => decodeValue(argument, `args[${index}]`));
}

function returnedFromJson(message: Json): EngineMessage {
  const id = count(message["id"], "id");
  if (message["error"] === undefined)
    return { type: "returned", id, value: decodeValue(message["value"] ?? null, "value") };
  const error = decodeValue(message["error"], "error");
  if (!(error instanceof ErrorValue)) throw malformed("error");
  return { type: "returned", id, error };
}

function failureFromJson(json: unknown): Failure {
  const failure = record(json, "failure");
  const { position, stack, fix, missing } = failure;
  const frames = Array.isArray(stack) ? (stack as unknown[]).slice(0, 100) : [];
  return {
    code: text(failure["code"], "failure.code"),
    message: cutMessage(text(failure["message"], "failure.message")),
    details: decodeValue(failure["details"] ?? null, "details"),
    stack: frames.map((frame): StackFrame => {
      const entry = record(frame, "stack");
      return { name: text(entry["name"], "stack.name").slice(0, 200), ...positionFromJson(entry) };
    }),
    ...(position === undefined ? {} : { position: positionFromJson(position) }),
    ...(fix === undefined ? {} : { fix: cutMessage(text(fix, "fix")) }),
    ...(missing === undefined ? {} : { missing: text(missing, "missing") }),
  };
}

function positionFromJson(json: unknown): SourcePosition {
  const position = record(json, "position");
  return {
    file: text(position["file"], "position.file"),
    line: count(position["line"], "position.line"),
    column: count(position["column"], "position.column"),
  };
}

function record(json: unknown, place: string): Json {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw malformed(place);
  return json as Json;
}

function text(json: unknown, place: string): string {
  if (typeof json !== "string") throw malformed(place);
  return json;
}

function functionName(json: unknown, place: string): string {
  const name = text(json, place);
  if (!/^[A-Za-z][A-Za-z0-9.]{0,99}$/.test(name)) throw malformed(place);
  return name;
}

function count(json: unknown, place: string): number {
  if (typeof json !== "number" || !Number.isSafeInteger(json) || json < 0) throw malformed(place);
  return json;
}

function malformed(place: string): SpellError {
  return new SpellError("frame.malformed", `A message from the spell's process has a wrong "${place}"`);
}

import { SpellError, type Failure } from "./errors.ts";
import type { CallbackEntry, CallEntry, EndEntry, JournalEntry, ReturnEntry, StartEntry } from "./journal.ts";
import type { StartMessage } from "./message.ts";
import { engineMessageFromJson, engineMessageToJson, hostMessageFromJson, hostMessageToJson } from "./message-json.ts";
import type { Profile } from "./profile.ts";
import type { Value } from "./value.ts";
import { decodeValue, encodeValue } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

/** An entry of a journal as JSON. */
export function entryToJson(entry: JournalEntry): Json {
  switch (entry.type) {
    case "start":
      return {
        ...entry,
        message: hostMessageToJson(entry.message),
        profile: encodeValue(entry.profile as unknown as Value, "profile"),
      };
    case "return":
    case "callback":
    case "release":
      return hostMessageToJson(entry);
    case "session":
    case "begun":
      return { ...entry };
    case "end":
      return endToJson(entry);
    default:
      return engineMessageToJson(entry);
  }
}

/** The same, read: throws `journal.damaged` where it is no entry. Its digest was checked before. */
export function entryFromJson(json: unknown): JournalEntry {
  try {
    return readEntry(json as Json);
  } catch (error) {
    if (error instanceof SpellError && error.code === "journal.damaged") throw error;
    throw new SpellError("journal.damaged", "An entry of the journal cannot be read", { cause: error });
  }
}

function readEntry(json: Json): JournalEntry {
  switch (json["type"]) {
    case "start": {
      const message = hostMessageFromJson(json["message"]) as StartMessage;
      const profile = decodeValue(json["profile"], "profile") as unknown as Profile;
      return { ...(json as unknown as StartEntry), message, profile };
    }
    case "return": {
      const message = hostMessageFromJson(json) as ReturnEntry;
      return message;
    }
    case "call": {
      const message = engineMessageFromJson(json) as CallEntry;
      return typeof json["time"] === "number" ? { ...message, time: json["time"] } : message;
    }
    case "callback": {
      const message = hostMessageFromJson(json) as CallbackEntry;
      return { ...message, call: Number(json["call"]), index: Number(json["index"]) };
    }
    case "release":
      return hostMessageFromJson(json) as JournalEntry;
    case "session":
      return { type: "session", time: Number(json["time"]) };
    case "begun":
      return { type: "begun", id: Number(json["id"]) };
    case "end":
      return endFromJson(json);
    default:
      return engineMessageFromJson(json) as JournalEntry;
  }
}

function endToJson({ failure, result, ...entry }: EndEntry): Json {
  const ending = { ...entry, result: encodeValue(result, "result") };
  if (failure === undefined) return ending;
  return { ...ending, failure: { ...failure, details: encodeValue(failure.details) } };
}

function endFromJson(json: Json): EndEntry {
  const { failure, ...entry } = json as unknown as EndEntry;
  const ending = { ...entry, result: decodeValue(json["result"], "result") };
  if (failure === undefined) return ending;
  return { ...ending, failure: { ...(failure as Failure), details: decodeValue(failure.details) } };
}

import { bridgeFunction, type Bridge, type CallContext } from "../contract/bridge.ts";
import { SpellError } from "../contract/errors.ts";
import type { FileAccess, FileInfo, GrantedFiles } from "../contract/files.ts";
import { holdsRedaction } from "../contract/redaction.ts";
import { binary, bytes, integer, shape, oneOf, time, v } from "../contract/schema.ts";
import { Time } from "../contract/value.ts";
import { EVERYTHING, grantSchema, prepareGrant } from "./files/grant.ts";
import { learnPaths } from "./files/learn.ts";

const pathSchema = (doc: string) => v.pipe(v.string(), v.description(doc));
const filesOf = (call: CallContext): GrantedFiles => call.effects.files.under(call.grant as FileAccess);
const nothing = () => v.null();

const read = bridgeFunction({
  doc: "Reads a file as UTF-8 text. What is no UTF-8 is an error: read it as bytes.",
  parameters: () => ({ path: pathSchema("The file") }),
  returns: () => v.string(),
  repeat: "safe",
  async run({ path }, call) {
    const content = await filesOf(call).read(path, {}, call.signal);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    } catch {
      throw new SpellError("files.not-text", `Cannot read ${JSON.stringify(path)}: it is not UTF-8 text`);
    }
  },
});

const readBytes = bridgeFunction({
  doc: "Reads a file, or a part of it, as bytes. Past its end there are none.",
  parameters: () => ({
    path: pathSchema("The file"),
    options: v.optional(
      shape({
        offset: v.optional(v.pipe(integer(), v.description("Where to begin; 0 unless told"))),
        length: v.optional(v.pipe(integer(), v.description("How many bytes at most; all of them unless told"))),
      }),
    ),
  }),
  returns: () => binary(),
  repeat: "safe",
  run: ({ path, options = {} }, call) => filesOf(call).read(path, options, call.signal),
});

const write = bridgeFunction({
  doc: "Writes a file whole. One that is there is replaced at once: nobody sees half of it.",
  parameters: () => ({
    path: pathSchema("The file"),
    content: v.pipe(bytes(), v.description("What it holds then")),
    options: v.optional(
      shape({
        create: v.optional(v.pipe(v.boolean(), v.description("Fail with files.exists where it is there already"))),
        makeFolders: v.optional(v.pipe(v.boolean(), v.description("Make the folders on the way that are missing"))),
        sync: v.optional(v.pipe(v.boolean(), v.description("Wait until it is on the disk"))),
      }),
    ),
  }),
  returns: nothing,
  repeat: "safe",
  async run({ path, content, options = {} }, call) {
    const { create, makeFolders, sync } = options;
    const mode = create ? "create" : "replace";
    requireWhole(path, content);
    await filesOf(call).write(path, toBytes(content), { mode, makeFolders, sync }, call.signal);
    return null;
  },
});

const append = bridgeFunction({
  doc: "Writes at the end of a file, or makes it.",
  parameters: () => ({
    path: pathSchema("The file"),
    content: v.pipe(bytes(), v.description("What is added")),
    options: v.optional(
      shape({
        makeFolders: v.optional(v.pipe(v.boolean(), v.description("Make the folders on the way that are missing"))),
        sync: v.optional(v.pipe(v.boolean(), v.description("Wait until it is on the disk"))),
      }),
    ),
  }),
  returns: nothing,
  repeat: "unsafe",
  async run({ path, content, options = {} }, call) {
    requireWhole(path, content);
    await filesOf(call).write(path, toBytes(content), { ...options, mode: "append" }, call.signal);
    return null;
  },
});

const list = bridgeFunction({
  doc: "The entries of a folder, in the order of their names. A link is a `link`, whatever it leads to; devices, pipes and sockets are `other`.",
  parameters: () => ({ path: v.optional(pathSchema("The folder; the current one unless told")) }),
  returns: () => v.array(shape({ name: v.string(), kind: oneOf(["file", "folder", "link", "other"]) })),
  repeat: "safe",
  run: async ({ path = "." }, call) => (await filesOf(call).list(path, call.signal)).map((entry) => ({ ...entry })),
});

const stat = bridgeFunction({
  doc: "What is at a path; links are followed. Also for what may be written only.",
  parameters: () => ({ path: pathSchema("A file or folder") }),
  returns: () =>
    shape({
      kind: oneOf(["file", "folder"]),
      size: v.pipe(integer(), v.description("Bytes; 0 for a folder")),
      modified: v.pipe(time(), v.description("When it changed last")),
    }),
  repeat: "safe",
  async run({ path }, call) {
    const info: FileInfo | undefined = await filesOf(call).stat(path, call.signal);
    if (info !== undefined) return { ...info, modified: Time.fromMilliseconds(info.modified) };
    throw new SpellError("files.not-found", `Cannot look at ${JSON.stringify(path)}: it does not exist`);
  },
});

const exists = bridgeFunction({
  doc: "Whether there is a file or folder. Outside of the granted folders that is an error, not false.",
  parameters: () => ({ path: pathSchema("A file or folder") }),
  returns: () => v.boolean(),
  repeat: "safe",
  run: async ({ path }, call) => (await filesOf(call).stat(path, call.signal)) !== undefined,
});

const remove = bridgeFunction({
  doc: "Removes a file, a link or a folder. A link is removed itself, never what it leads to.",
  parameters: () => ({
    path: pathSchema("What to remove"),
    options: v.optional(shape({ recursive: v.optional(v.pipe(v.boolean(), v.description("With all that is in it"))) })),
  }),
  returns: nothing,
  repeat: "unsafe",
  async run({ path, options }, call) {
    await filesOf(call).remove(path, options?.recursive ?? false, call.signal);
    return null;
  },
});

const move = bridgeFunction({
  doc: "Gives a file or folder another name or place on the same disk. Both places must be granted for writing; and what may not be read cannot be moved to where it could.",
  parameters: () => ({
    from: pathSchema("What to move"),
    to: pathSchema("Its new path"),
    options: v.optional(
      shape({ replace: v.optional(v.pipe(v.boolean(), v.description("Replace a file that is there"))) }),
    ),
  }),
  returns: nothing,
  repeat: "unsafe",
  async run({ from, to, options }, call) {
    await filesOf(call).move(from, to, options?.replace ?? false, call.signal);
    return null;
  },
});

const glob = bridgeFunction({
  doc: "The paths of the files that match a pattern, in order: `*` stands for any letters of a name, `?` for one, `[a-z]` for one of these, `{a,b}` for either, `**` for any folders. Links are not followed.",
  parameters: () => ({
    pattern: v.pipe(v.string(), v.description("Such as `notes/**/*.md`")),
    options: v.optional(
      shape({
        hidden: v.optional(v.pipe(v.boolean(), v.description("Also names with a dot in front"))),
        folders: v.optional(v.pipe(v.boolean(), v.description("Folders instead of files"))),
      }),
    ),
  }),
  returns: () => v.array(v.string()),
  repeat: "safe",
  run: async ({ pattern, options = {} }, call) => [...(await filesOf(call).glob(pattern, options, call.signal))],
});

const makeFolder = bridgeFunction({
  doc: "Makes a folder, and those on the way that are missing. Nothing happens where it is there.",
  parameters: () => ({ path: pathSchema("The folder") }),
  returns: nothing,
  repeat: "safe",
  async run({ path }, call) {
    await filesOf(call).makeFolder(path, call.signal);
    return null;
  },
});

const scratch = bridgeFunction({
  doc: "The path of the run's own folder, readable and writable and gone when the run ends. Where the profile grants `scratch`.",
  parameters: () => ({}),
  returns: () => v.string(),
  repeat: "safe",
  run: (_args, call) => filesOf(call).scratch(),
});

/** A file with a marker in a secret's place would be broken, and nobody would know when they use it. */
function requireWhole(path: string, content: string | Uint8Array): void {
  if (!holdsRedaction(typeof content === "string" ? content : new TextDecoder("latin1").decode(content))) return;
  throw new SpellError("files.redacted", `Cannot write ${JSON.stringify(path)}: a secret in it was redacted`);
}

function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Files and folders, in granted folders only. */
export const files = {
  name: "files",
  doc: "Reads and writes files in the folders that the profile grants. Relative paths begin in the folder where llmspell was started. Links are followed as long as they stay in granted folders; devices, pipes, sockets and the kernel's own files are never opened.",
  capability: "outside",
  flow: { reads: ["private"] },
  grant: grantSchema,
  everything: EVERYTHING,
  learn: learnPaths,
  grantExample: '{ read: ["."] }',
  prepare: prepareGrant,
  functions: { read, readBytes, write, append, list, stat, exists, remove, move, glob, makeFolder, scratch },
} satisfies Bridge;

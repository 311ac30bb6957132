import type { Engine } from "../../contract/engine.ts";
import { BRIDGES } from "../catalog.ts";

/**
 * How the cases' modules are reached here: `{{fs}}.read` is `files.read`. This mapping is part of the test: a function
 * that were mapped to nothing would fail with an error that a case may accept. What stands here is read with the cases.
 */
interface NamedModule {
  /** Our module's name, the same in every language. */
  readonly ours: string;
  /** Their functions → ours by canonical name, where they differ. */
  readonly functions?: Readonly<Record<string, string>>;
  /**
   * Their functions whose arguments stand otherwise → what is called in its place, as an expression by language. The
   * cases give one map (`llm.complete({prompt = "x", max_tokens = 5})`) where ours take a value and options.
   */
  readonly adapters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A function that takes one key out of a map, and calls ours with its value and the rest. */
function split(call: string, key: string): Readonly<Record<string, string>> {
  return {
    lua: `(function(o, ...) if type(o) ~= "table" or rawget(o, "${key}") == nil then return ${call}(o, ...) end local rest = {} for k, v in next, o do if k ~= "${key}" then rest[k] = v end end return ${call}(o["${key}"], rest) end)`,
    javascript: `((o, ...more) => { if (typeof o !== "object" || o === null || !("${key}" in o)) return ${call}(o, ...more); const { ${key}: first, ...rest } = o; return ${call}(first, rest); })`,
    tengo: `(func(o, ...more) { if !is_map(o) || is_undefined(o["${key}"]) { return ${call}(o, more...) }; rest := {}; for k, v in o { if k != "${key}" { rest[k] = v } }; return ${call}(o["${key}"], rest) })`,
  };
}

/** By the name that stands in the cases' double braces. */
export const MODULES: Readonly<Record<string, NamedModule>> = {
  fs: {
    ours: "files",
    functions: {
      read_file: "read",
      readFile: "read",
      write_file: "write",
      writeFile: "write",
      readdir: "list",
      ls: "list",
      unlink: "remove",
      delete: "remove",
      rename: "move",
      mkdir: "makeFolder",
    },
  },
  http: { ours: "http", adapters: { request: split("http.request", "url"), fetch: split("http.request", "url") } },
  llm: {
    ours: "llm",
    functions: { generate: "complete" },
    adapters: {
      complete: split("llm.complete", "prompt"),
      generate: split("llm.complete", "prompt"),
      stream: split("llm.stream", "prompt"),
      chat: split("llm.chat", "messages"),
    },
  },
  env: { ours: "env", functions: { list: "names", keys: "names", all: "names" } },
  json: { ours: "json", functions: { parse: "decode", stringify: "encode" } },
  log: { ours: "log", functions: { warning: "warn", print: "info" } },
  tools: { ours: "tool" },
  state: { ours: "state" },
  events: { ours: "events" },
  agent: { ours: "agent" },
  mcp: { ours: "mcp" },
  /** The language's own way to load a module. */
  module_loader: { ours: "" },
};

const LOADERS: Readonly<Record<string, string>> = {
  lua: "({load = require, require = require})",
  javascript: "({load: (name) => import(name), require: (name) => import(name)})",
};

/** The expression by which an engine reaches a module, or undefined where the cases' name means nothing. */
export function moduleExpression(name: string, engine: Engine): string | undefined {
  const module = Object.hasOwn(MODULES, name) ? MODULES[name] : undefined;
  if (module === undefined) return undefined;
  return module.ours === "" ? LOADERS[engine.language] : module.ours;
}

/** What stands for `{{name}}.function` in an engine; a call may need another expression than a mention. */
export function functionExpression(name: string, called: string, isCall: boolean, engine: Engine): string {
  const module = MODULES[name];
  const adapter = isCall ? module?.adapters?.[called]?.[engine.language] : undefined;
  if (adapter !== undefined) return adapter;
  const mapped = module?.functions;
  const ours = mapped !== undefined && Object.hasOwn(mapped, called) ? inNaming(mapped[called] ?? "", engine) : called;
  return `${moduleExpression(name, engine)}.${ours}`;
}

/** The modules among these that this version does not have. */
export function missingModules(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const ours = Object.hasOwn(MODULES, name) ? MODULES[name]?.ours : name;
    return ours === undefined || ours === "" || BRIDGES.has(ours) ? [] : [ours];
  });
}

function inNaming(name: string, { naming }: Engine): string {
  return naming === "camel" ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

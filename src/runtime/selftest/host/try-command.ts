import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT } from "../../../contract/error-codes.ts";
import { selfCommand } from "../../self-command.ts";
import type { TryHost } from "./host-kind.ts";
import type { Verdict } from "../verdict.ts";

const PATIENCE = 30_000;

/** What shows that code was run which nobody asked for. */
const MARK = "EVIL-WAS-EXECUTED";
const MARK_FILE = "evil-was-executed";
const EVIL = `require("node:fs").writeFileSync(${JSON.stringify(MARK_FILE)}, "x"); console.log(${JSON.stringify(MARK)});`;

const BY_STATUS: Readonly<Record<number, Verdict>> = { [EXIT.done]: "ok", [EXIT.denied]: "denied" };

/**
 * `` cwd contains bunfig.toml: preload=["./evil.ts"]; run `llmspell --version` ``: the files that it names are made in
 * a folder (those called evil write a mark), variables that it names (`NAME=value`) are set, and the command is run.
 */
export const tryCommand: TryHost = async ({ script }, _lane, folder) => {
  const command = /run `([^`]+)`/i.exec(script)?.[1];
  if (command === undefined) return undefined;
  const where = join(folder.path, "command");
  mkdirSync(where);
  const files = filesIn(script);
  for (const [name, text] of files) put(where, name, text);
  for (const [, name = ""] of script.matchAll(/((?:\.\/)?[\w./-]*evil[\w./-]*\.(?:[cm]?[jt]s|lua|tengo))/g))
    put(where, name, EVIL);
  const { variables, words } = wordsOf(command);
  const named = [...withoutFiles(script, files).matchAll(/\b([A-Z][A-Z0-9_]{2,})=("[^"]*"|\S+)/g)];
  const more = Object.fromEntries(named.map(([, name = "", value = ""]) => [name, value.replace(/^"|"$/g, "")]));
  const child = Bun.spawn([...selfCommand(), ...words], {
    cwd: where,
    env: { PATH: process.env["PATH"] ?? "", HOME: where, ...more, ...variables },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: PATIENCE,
  });
  const [stdout, stderr, status] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const isMarked = existsSync(join(where, MARK_FILE)) || `${stdout}${stderr}`.includes(MARK);
  const faults = isMarked ? ["code in the current folder or the environment was executed"] : [];
  return {
    verdict: BY_STATUS[status] ?? "error",
    code: `exit status ${status}`,
    message: stderr.slice(0, 200),
    faults,
  };
};

/** `contains NAME: TEXT; and NAME: TEXT`, up to the command. */
function filesIn(script: string): [name: string, text: string][] {
  const said = /(?:contains?|holds?|has|with)\s+(.*?)\s*;?\s*(?:then\s+)?run `/is.exec(script)?.[1] ?? "";
  return said.split(/;\s*(?:and\s+)?/).flatMap((part): [string, string][] => {
    const found = /^(?:an? )?([\w./-]*\.[\w./-]+)(?:\s*:\s*|\s+with\s+|$)(.*)$/s.exec(part.trim());
    return found === null ? [] : [[found[1] ?? "", found[2] ?? ""]];
  });
}

function withoutFiles(script: string, files: readonly (readonly [string, string])[]): string {
  return files.reduce((text, [, content]) => (content === "" ? text : text.replace(content, "")), script);
}

function put(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  if (!file.startsWith(folder)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The words of a command line without its program, and the variables that stand before it. */
function wordsOf(command: string): { readonly variables: Record<string, string>; readonly words: string[] } {
  const all = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (found) => found[1] ?? found[2] ?? found[3] ?? "",
  );
  const start = all.findIndex((word) => /(?:^|\/)llmspell$/.test(word));
  const before = all.slice(0, Math.max(0, start)).flatMap((word): [string, string][] => {
    const equals = word.indexOf("=");
    return equals < 1 ? [] : [[word.slice(0, equals), word.slice(equals + 1)]];
  });
  return { variables: Object.fromEntries(before), words: all.slice(start + 1) };
}

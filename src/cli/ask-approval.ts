import type { ApprovalAnswer, ApprovalRequest } from "../contract/approval.ts";
import { exactPattern } from "../contract/call-pattern.ts";
import type { Effects } from "../contract/effects.ts";
import { toJson } from "./format-value.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** Letters of an argument that are shown; what is cut is said. */
const MAX_SHOWN = 600;

const ANSWERS: Readonly<Record<string, ApprovalAnswer>> = {
  o: "once",
  once: "once",
  y: "once",
  yes: "once",
  r: "run",
  run: "run",
  a: "always",
  always: "always",
  n: "no",
  no: "no",
};

/** Shows a call to the person and waits for what they say; the end of input is a no. */
export async function askApproval(
  terminal: Terminal,
  request: ApprovalRequest,
  readLine: Effects["readLine"],
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const { style, note } = terminal;
  const { file, line } = request.origin;
  const place = line === 0 ? "" : style.dim(` (${file}, line ${line})`);
  note(
    `${style.yellow("approve?")} ${style.bold(request.call)} ${style.dim(`asked for by`)} ${printable(request.rule)}${place}`,
  );
  for (const [name, value] of Object.entries(request.arguments)) {
    if (value !== undefined) note(`  ${style.cyan(name)}: ${shown(value)}`);
  }
  const always = printable(exactPattern(request.call, request.arguments));
  note(style.dim(`  [o]nce, for this [r]un, [a]lways (${always}), [n]o`));
  for (;;) {
    const answer = await readLine("> ", signal);
    if (answer === null) return "no";
    const known = ANSWERS[answer.trim().toLowerCase()];
    if (known !== undefined) return known;
    note("Answer o, r, a or n");
  }
}

/** An argument as one line without anything that the terminal would obey. */
function shown(value: unknown): string {
  const text = value instanceof Uint8Array ? `${value.length} bytes` : (JSON.stringify(toJson(value as never)) ?? "");
  const clean = printable(text);
  return clean.length <= MAX_SHOWN ? clean : `${clean.slice(0, MAX_SHOWN)}… (${clean.length - MAX_SHOWN} letters more)`;
}

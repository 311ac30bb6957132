import { SpellError } from "../../contract/errors.ts";
import { parseDuration } from "../../contract/quantity.ts";

const MONTH = "30d";

/** `7d` ago, or the beginning of a day in universal time, in milliseconds since the epoch. */
export function readSince(text: string | undefined, now: number): number {
  const ago = parseDuration(text ?? MONTH);
  if ("value" in ago) return now - ago.value;
  const time = /^\d{4}-\d\d-\d\d$/.test(text ?? "") ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new SpellError("call.arguments", `model: since: ${JSON.stringify(text)} is neither a day nor a duration`, {
    fix: "Write how long ago (7d, 12h) or a day (2026-11-01)",
  });
}

import type { Failure, SourcePosition } from "../../contract/errors.ts";
import { isValueMap } from "../../contract/value.ts";
import { ENGINES } from "../catalog.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { replayRun } from "./replay-run.ts";

/** Where a divergence was found. */
interface Found {
  readonly id: string;
  /** As it was recorded. */
  readonly recorded: RecordedRun;
  /** As it was replayed: the same record with another source, parameters or engine. */
  readonly replayed: RecordedRun;
  readonly signal: AbortSignal;
  /** That of this llmspell. */
  readonly version: string;
}

/**
 * A divergence with the source lines of both calls. Engines say where a call was made only when they are asked, as that
 * costs time: both runs are replayed once more up to the call.
 */
export async function explainDivergence(failure: Failure, found: Found): Promise<Failure> {
  const number = isValueMap(failure.details) ? failure.details["call"] : undefined;
  if (failure.code !== "journal.diverged") return failure;
  const explained = { ...failure, ...otherVersions(found) };
  if (typeof number !== "number") return explained;
  const { id, recorded, replayed, signal } = found;
  const before = await placeOfCall(number, { id, record: recorded, signal });
  const now = await placeOfCall(number, { id, record: replayed, signal });
  const named = (position: SourcePosition | undefined, text: string) =>
    position === undefined ? text : `${text} (${position.file}, line ${position.line})`;
  const { details } = failure;
  const texts = isValueMap(details) ? details : {};
  const [first, second] = [String(texts["recorded"]), String(texts["now"])];
  return {
    ...explained,
    message: `The run diverges from its record at call ${number}: recorded was ${named(before, first)}, now it is ${named(now, second)}`,
    details: { ...texts, ...(before && { recordedAt: toMap(before) }), ...(now && { nowAt: toMap(now) }) },
    ...(now === undefined ? {} : { position: now }),
  };
}

/** Where nothing of the spell was changed, the versions may have been. */
function otherVersions({ recorded, replayed, version }: Found): { readonly fix?: string } {
  const { versions, spell } = recorded.start;
  const now = { llmspell: version, engine: ENGINES.find(({ id }) => id === replayed.start.spell.engine)?.title ?? "" };
  if (versions.llmspell === now.llmspell && versions.engine === now.engine) return {};
  const shown = ({ llmspell, engine }: typeof now) => `llmspell ${llmspell}, ${engine}`;
  return { fix: `${spell.name} was recorded by ${shown(versions)}; this is ${shown(now)}` };
}

function toMap({ file, line, column }: SourcePosition) {
  return { file, line, column };
}

/** Where the script makes call `number`, with the files' names as the person writes them. */
async function placeOfCall(
  number: number,
  { id, record, signal }: { readonly id: string; readonly record: RecordedRun; readonly signal: AbortSignal },
): Promise<SourcePosition | undefined> {
  let place: SourcePosition | undefined;
  const isIt = ({ id: call, position }: { readonly id: number; readonly position?: SourcePosition }) => {
    if (call !== number) return undefined;
    place = position;
    return true;
  };
  await replayRun({ id, record, signal, positions: true, onCall: isIt });
  const shown = record.start.spell.shown;
  return place && { ...place, file: shown[place.file] ?? place.file };
}

import type { SourcePosition, StackFrame } from "../../contract/errors.ts";
import type { CallSite } from "./call-sites.ts";
import type { ModuleFinder } from "./modules.ts";

/** One line of QuickJS's stack text; without a place for functions of the VM. */
interface NotedFrame {
  readonly name: string;
  readonly place?: SourcePosition;
}

const MAX_FRAMES = 30;
/** How QuickJS calls functions without a name, and the main part of a module. */
export const ANONYMOUS = "<anonymous>";

/**
 * QuickJS's stack text as frames of the script with their exact columns. Left out are those of the prelude, of
 * functions of the VM, and of what the script compiled itself. `makes` knows the call that made the error in the first
 * frame, since of that the text says nothing.
 */
export function parseStack(
  text: string | undefined,
  modules: ModuleFinder,
  makes: (site: CallSite) => boolean = () => false,
): StackFrame[] {
  const noted = readFrames(text ?? "");
  // The main part of a module is called by nobody but the prelude, and the VM where it waited for other modules.
  const outermost = noted.findLastIndex(({ name, place }) =>
    place === undefined ? name !== ANONYMOUS : modules.sources.has(place.file),
  );
  const frames: StackFrame[] = [];
  for (const [index, { name, place }] of noted.entries()) {
    if (place === undefined || place.line < 1 || !modules.sources.has(place.file)) continue;
    const at = callPlace(place, index === 0 ? makes : callOf(noted[index - 1]), modules);
    const isMain = index === outermost && !inFunction(at, modules);
    frames.push({ name: name.startsWith("<") ? (isMain ? "" : ANONYMOUS) : name, ...at });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}

/** Where the script's own sources made the call of that stack text. */
export function callPosition(text: string, modules: ModuleFinder): SourcePosition | undefined {
  const noted = readFrames(text);
  const index = noted.findIndex(({ place }) => place !== undefined && modules.sources.has(place.file));
  const place = noted[index]?.place;
  return place && callPlace(place, callOf(noted[index - 1]), modules);
}

/** Whether a place is in a function, and not only in the main part of its module. */
export function inFunction({ file, line, column }: SourcePosition, modules: ModuleFinder): boolean {
  const source = modules.file(file);
  return source.calls.inFunction(source.offset(line, column));
}

/** Whether the first function of a stack text is one of the VM, or of what the script compiled itself. */
export function beginsElsewhere(text: string, modules: ModuleFinder): boolean {
  const [first] = readFrames(text);
  return first !== undefined && (first.place === undefined || !modules.sources.has(first.place.file));
}

function readFrames(text: string): NotedFrame[] {
  const frames: NotedFrame[] = [];
  for (const line of text.split("\n")) {
    const match = /^ {4}at (?:(.*?) \((?:native|(.+):(\d+):(\d+))\)|(.+):(\d+):(\d+))$/.exec(line);
    if (match === null) continue;
    const file = match[2] ?? match[5];
    const place =
      file === undefined
        ? {}
        : { place: { file, line: Number(match[3] ?? match[6]), column: Number(match[4] ?? match[7]) } };
    frames.push({ name: match[1] ?? "", ...place });
  }
  return frames;
}

/** Knows the calls of the function of a frame by its name. */
function callOf(frame: NotedFrame | undefined): (site: CallSite) => boolean {
  const name = frame?.name ?? "";
  return (site) => name !== "" && site.name === name;
}

/**
 * The place of the call that is under way in a frame: what QuickJS notes of it may be a place among its arguments.
 * Where it is not certain which of the calls around is meant, the place is left as it was noted.
 */
function callPlace(noted: SourcePosition, isMeant: (site: CallSite) => boolean, modules: ModuleFinder): SourcePosition {
  const source = modules.file(noted.file);
  const place = { ...noted, column: source.column(noted.line, noted.column) };
  const meant = source.calls.around(source.offset(place.line, place.column)).filter(isMeant);
  // An error made among the arguments of one that is thrown is its cause, or another part of it.
  const [site, ...others] = meant.length > 1 ? meant.filter(({ thrown }) => thrown) : meant;
  return site === undefined || others.length > 0 ? place : { file: noted.file, ...source.place(site.at) };
}

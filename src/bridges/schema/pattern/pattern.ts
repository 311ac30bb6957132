import { compilePattern, type Instruction } from "./compile-pattern.ts";
import { parsePattern } from "./parse-pattern.ts";

/** Counts work, and throws where it is too much. */
export interface WorkMeter {
  spend(steps: number): void;
}

/** Bits of what was tried: 8 MiB. */
const MAX_CELLS = 1 << 26;

/**
 * A regular expression of JavaScript whose time is bound: no place of the text is tried twice with the same
 * instruction, so that it takes at most the pattern's size times the text's, and each step is counted. Looking ahead
 * and behind may try a text again from each place, at the meter's cost. Throws `PatternFault` for what is none.
 */
export class Pattern {
  readonly #program: readonly Instruction[];

  constructor(readonly source: string) {
    this.#program = compilePattern(parsePattern(source));
  }

  /** Whether it matches somewhere in a text. */
  test(text: string, meter: WorkMeter): boolean {
    const letters = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
    const cells = this.#program.length * (letters.length + 1);
    meter.spend(letters.length + Math.floor(cells / 32));
    if (cells > MAX_CELLS) meter.spend(Infinity);
    const tried = new Uint32Array((cells >> 5) + 1);
    const isNew = (cell: number) => {
      const [word, bit] = [cell >> 5, 1 << (cell & 31)];
      if (((tried[word] ?? 0) & bit) !== 0) return false;
      tried[word] = (tried[word] ?? 0) | bit;
      return true;
    };
    for (let start = 0; start <= letters.length; start++) {
      if (this.#run(0, start, letters, isNew, meter)) return true;
    }
    return false;
  }

  #run(
    begin: number,
    start: number,
    letters: readonly number[],
    isNew: (cell: number) => boolean,
    meter: WorkMeter,
  ): boolean {
    const width = letters.length + 1;
    const waiting = [begin, start];
    let steps = 0;
    while (waiting.length > 0) {
      let at = waiting.pop() ?? 0;
      let index = waiting.pop() ?? 0;
      for (;;) {
        if (!isNew(index * width + at)) break;
        if ((++steps & 1023) === 0) meter.spend(1024);
        const instruction = this.#program[index];
        if (instruction === undefined || instruction.op === "match") {
          meter.spend(steps & 1023);
          return true;
        }
        if (instruction.op === "split") {
          waiting.push(instruction.y, at);
          index = instruction.x;
          continue;
        }
        if (instruction.op === "jump") {
          index = instruction.x;
          continue;
        }
        if (instruction.op === "character") {
          const letter = letters[instruction.back ? at - 1 : at];
          if (letter === undefined || !instruction.test(letter)) break;
          at += instruction.back ? -1 : 1;
        } else if (instruction.op === "look") {
          const seen = new Set<number>();
          // What a set keeps takes longer than a bit.
          const fresh = (cell: number) => {
            if (seen.has(cell)) return false;
            if ((seen.add(cell).size & 255) === 0) meter.spend(1024);
            return true;
          };
          if (this.#run(instruction.begin, at, letters, fresh, meter) === instruction.negative) break;
          index = instruction.x;
          continue;
        } else if (!holds(instruction.op, letters, at)) break;
        index++;
      }
    }
    meter.spend(steps & 1023);
    return false;
  }
}

function holds(what: "begin" | "end" | "boundary" | "not-boundary", letters: readonly number[], at: number): boolean {
  if (what === "begin") return at === 0;
  if (what === "end") return at === letters.length;
  return (isWord(letters[at - 1]) !== isWord(letters[at])) === (what === "boundary");
}

function isWord(code: number | undefined): boolean {
  if (code === undefined) return false;
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}

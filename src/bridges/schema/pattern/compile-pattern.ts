import { type CharacterTest, PatternFault, type PatternNode } from "./pattern-tree.ts";

/** What an instruction does; `x` and `y` are the instructions that follow it. */
export type Instruction =
  | { readonly op: "character"; readonly test: CharacterTest; readonly back: boolean }
  | { readonly op: "begin" | "end" | "boundary" | "not-boundary" | "match" }
  | { readonly op: "jump"; x: number }
  | { readonly op: "split"; x: number; y: number }
  | { readonly op: "look"; readonly begin: number; readonly negative: boolean; x: number };

/** More instructions come of nested counts only. */
const MAX_INSTRUCTIONS = 20_000;

/** A tree as instructions, each of which is followed by the next one where it does not say otherwise. */
export function compilePattern(tree: PatternNode): readonly Instruction[] {
  const program: Instruction[] = [];
  emit(tree, program, false);
  program.push({ op: "match" });
  return program;
}

function push<I extends Instruction>(program: Instruction[], instruction: I): I {
  if (program.length >= MAX_INSTRUCTIONS) throw new PatternFault("it is too large: its repetitions multiply");
  program.push(instruction);
  return instruction;
}

/** `back`: what a look behind matches, from its end to its beginning. */
function emit(node: PatternNode, program: Instruction[], back: boolean): void {
  switch (node.type) {
    case "character":
      push(program, { op: "character", test: node.test, back });
      return;
    case "sequence":
      for (const part of back ? node.parts.toReversed() : node.parts) emit(part, program, back);
      return;
    case "choice":
      emitChoice(node.parts, program, back);
      return;
    case "repeat":
      emitRepeat(node, program, back);
      return;
    case "look": {
      const look = push(program, { op: "look", begin: program.length + 1, negative: node.negative, x: 0 });
      emit(node.part, program, node.behind);
      push(program, { op: "match" });
      look.x = program.length;
      return;
    }
    default:
      push(program, { op: node.type });
  }
}

function emitChoice(parts: readonly PatternNode[], program: Instruction[], back: boolean): void {
  const ends = parts.map((part, index) => {
    if (index === parts.length - 1) {
      emit(part, program, back);
      return undefined;
    }
    const split = push(program, { op: "split", x: program.length + 1, y: 0 });
    emit(part, program, back);
    const end = push(program, { op: "jump", x: 0 });
    split.y = program.length;
    return end;
  });
  for (const end of ends) if (end !== undefined) end.x = program.length;
}

function emitRepeat(
  { part, least, most }: Extract<PatternNode, { type: "repeat" }>,
  program: Instruction[],
  back: boolean,
): void {
  for (let count = 0; count < least; count++) {
    const before = program.length;
    emit(part, program, back);
    // Nothing, however often, is nothing.
    if (program.length === before) break;
  }
  if (most === Infinity) {
    const begin = program.length;
    const split = push(program, { op: "split", x: begin + 1, y: 0 });
    emit(part, program, back);
    push(program, { op: "jump", x: begin });
    split.y = program.length;
    return;
  }
  const splits = Array.from({ length: most - least }, () => {
    const split = push(program, { op: "split", x: program.length + 1, y: 0 });
    emit(part, program, back);
    return split;
  });
  for (const split of splits) split.y = program.length;
}

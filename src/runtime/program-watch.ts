import { endMarked } from "../host/end-marked.ts";

/** The third face of the binary: see host/program-watch.ts. In a file of its own, so that it loads nothing else. */
export async function runProgramWatch(mark: string): Promise<void> {
  for await (const _nothing of Bun.stdin.stream());
  endMarked(mark);
}

import { selfCommand } from "../self-command.ts";

/** How long a run on a terminal may take. */
const PATIENCE = 30_000;

/**
 * Runs a spell's file with this program on a terminal of its own, and answers what is wrong with the bytes that come
 * out: nothing in them may steer it. Our own colours are off.
 */
export async function tryTerminal(file: string, engine: string, folder: string): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  const child = Bun.spawn([...selfCommand(), "run", file, "--engine", engine, "--profile", "minimal"], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, NO_COLOR: "1", TERM: "xterm" },
    timeout: PATIENCE,
    terminal: {
      cols: 80,
      rows: 24,
      data: (_terminal, data) => {
        pieces.push(data.slice());
      },
    },
  });
  const status = await child.exited;
  // What it wrote last may still be on its way.
  await Bun.sleep(20);
  child.terminal?.close();
  if (status !== 0) return `on a terminal it ended with status ${status}`;
  const shown = Buffer.concat(pieces).toString();
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\r(?!\n)/.exec(shown)?.[0];
  if (found === undefined) return undefined;
  return `it sent the byte 0x${found.charCodeAt(0).toString(16).padStart(2, "0")} to the terminal`;
}

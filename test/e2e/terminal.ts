import { BINARY, environment, makeFolder, until } from "./binary.ts";

/** Why no terminal can be had; undefined where one can. */
export const NO_TERMINAL = Bun.which("tmux") === null ? "tmux is not installed" : undefined;

/** A real terminal of 100 columns with a shell in it, whose folder has the binary on its path as `llmspell`. */
export interface RealTerminal {
  /** Types a line and Enter. */
  readonly type: (line: string) => void;
  /** Presses keys by tmux's names: `C-c`, `C-d`, `Tab`. */
  readonly press: (...keys: readonly string[]) => void;
  /** What it shows now. */
  readonly screen: () => string;
  /** Waits until what it shows has the text; answers what it shows. */
  readonly shows: (text: string | RegExp) => Promise<string>;
  /** Ends it: write `using terminal = openTerminal(…)`. */
  [Symbol.dispose](): void;
}

let count = 0;

/** Opens one, in a server of tmux of its own. */
export function openTerminal(shell: readonly string[], env: Readonly<Record<string, string>> = {}): RealTerminal {
  const socket = `llmspell-${process.pid}-${++count}`;
  const folder = BINARY.slice(0, BINARY.lastIndexOf("/"));
  const all = environment({ PS1: "$ ", TERM: "screen-256color", LANG: "C.UTF-8", ...env });
  const variables = { ...all, PATH: `${folder}:${all["PATH"]}` };
  const tmux = (...args: string[]) =>
    Bun.spawnSync(["tmux", "-L", socket, "-f", "/dev/null", ...args], { env: variables, cwd: makeFolder() });
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  tmux("new-session", "-d", "-x", "100", "-y", "40", "env", "-i", ...assignments, ...shell);
  const screen = () => tmux("capture-pane", "-p").stdout.toString();
  return {
    type: (line) => {
      tmux("send-keys", "-l", line);
      tmux("send-keys", "Enter");
    },
    press: (...keys) => void tmux("send-keys", ...keys),
    screen,
    async shows(text) {
      const has = () => (typeof text === "string" ? screen().includes(text) : text.test(screen()));
      if (!(await until(has, 30_000))) throw new Error(`the terminal never showed ${text}:\n${screen()}`);
      return screen();
    },
    [Symbol.dispose]: () => void tmux("kill-server"),
  };
}

import { EXIT } from "../contract/error-codes.ts";
import { BASH_COMPLETION } from "./bash-completion.ts";
import { textArgument, type Command } from "./command.ts";
import { unknownName } from "./unknown-name.ts";

const SHELLS: Readonly<Record<string, string>> = {
  bash: "Add to ~/.bashrc: source <(llmspell completion bash)",
  zsh: "Add to ~/.zshrc, after compinit: source <(llmspell completion zsh)",
  fish: "Write to a file: llmspell completion fish > ~/.config/fish/completions/llmspell.fish",
  powershell: "Add to $PROFILE: llmspell completion powershell | Out-String | Invoke-Expression",
};

/** `llmspell completion SHELL` */
export const completion: Command = {
  name: "completion",
  summary: "Print a script that completes command lines in a shell",
  group: "This machine:",
  arguments: [{ form: "<shell>", doc: Object.keys(SHELLS).join(", "), complete: () => Object.entries(SHELLS) }],
  examples: Object.values(SHELLS).map((text) => `# ${text}`),
  async run(input) {
    const shell = textArgument(input, 0);
    if (!Object.hasOwn(SHELLS, shell)) throw unknownName("shell", shell, Object.keys(SHELLS));
    if (shell === "bash") input.terminal.out(BASH_COMPLETION);
    else {
      const { script } = await import("@bomb.sh/tab");
      script(shell as "zsh" | "fish" | "powershell", "llmspell", "llmspell");
    }
    return EXIT.done;
  },
};

import { EXIT } from "../contract/error-codes.ts";
import { VERSION } from "./build-info.ts";
import { catchInterrupts } from "./catch-interrupts.ts";
import { textArgument, type Command } from "./command.ts";

/** `llmspell test-case`: the process that one case of `llmspell test` is run in. */
export const testCase: Command = {
  name: "test-case",
  summary: "Run one case of llmspell test: its task as JSON in, its report as JSON out",
  hidden: true,
  arguments: [{ form: "<parent>", doc: "The process that started it, and without which it ends" }],
  async run(input) {
    const [{ performTask }, { dieWithParent }] = await Promise.all([
      import("../runtime/cases/index.ts"),
      import("../runtime/die-with-parent.ts"),
    ]);
    await dieWithParent(Number(textArgument(input, 0)));
    const interrupt = catchInterrupts();
    const task = (await Bun.stdin.json()) as Parameters<typeof performTask>[0];
    const report = await performTask(task, { signal: interrupt.signal, version: VERSION });
    input.terminal.out(JSON.stringify(report));
    return EXIT.done;
  },
};

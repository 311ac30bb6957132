import { EXIT } from "../contract/error-codes.ts";
import type { Finding } from "../runtime/finding.ts";
import { COMMIT, VERSION } from "./build-info.ts";
import { catchInterrupts } from "./catch-interrupts.ts";
import { flagOption, textOption, type Command } from "./command.ts";
import { formatTable } from "./table.ts";
import { untilInterrupted } from "./until-interrupted.ts";

const TITLES = {
  engines: "Engines, each with a spell in a process of its own",
  isolation: "Isolation",
  journal: "Runs on disk",
  keys: "Keys, by name only",
  servers: "Model servers on this machine",
} as const satisfies Record<Finding["group"], string>;

/** `llmspell doctor` */
export const doctor: Command = {
  name: "doctor",
  summary: "Try out what runs need on this machine, and say what is missing",
  group: "This machine:",
  options: [
    { flags: "--env-file <file>", doc: "Take keys from a file of NAME=value lines" },
    { flags: "--json", doc: "Print JSON" },
  ],
  async run(input) {
    const { terminal } = input;
    const { examineMachine } = await import("../runtime/examine-machine.ts");
    const interrupt = catchInterrupts();
    const work = examineMachine(textOption(input, "envFile"), interrupt.signal);
    const findings = await untilInterrupted(work, interrupt.signal).finally(interrupt.stop);
    const facts = {
      version: VERSION,
      commit: COMMIT,
      bun: Bun.version,
      platform: `${process.platform}-${process.arch}`,
      kernel: (await import("node:os")).release(),
    };
    const broken = findings.filter(({ status }) => status === "broken");
    if (flagOption(input, "json")) {
      terminal.out(`${JSON.stringify({ ok: broken.length === 0, ...facts, findings })}\n`);
    } else {
      const { version, commit, bun, platform, kernel } = facts;
      terminal.out(`llmspell ${version} (${commit}), Bun ${bun}, ${platform}, kernel ${kernel}\n`);
      for (const [group, title] of Object.entries(TITLES)) {
        const rows = findings.filter((finding) => finding.group === group);
        terminal.out(
          `\n${title}\n${formatTable(rows.map(({ status, name, detail }) => [`  ${MARKS[status]}`, name, detail]))}`,
        );
      }
      if (broken.length > 0) terminal.note(`\n${broken.length} broken: spells will not run as they should`);
    }
    return broken.length === 0 ? EXIT.done : EXIT.failed;
  },
};

const MARKS = { ok: "ok", absent: "-", broken: "BROKEN" } as const satisfies Record<Finding["status"], string>;

/**
 * THE LIST of commands, in the order of the help. One file a command, one line here. The command line alone
 * talks to a person: it parses, asks the runtime, and shows. `main.ts` holds the only `process.exit`.
 */
import { ask } from "./ask.ts";
import { bridges } from "./bridges.ts";
import { check } from "./check.ts";
import type { Command } from "./command.ts";
import { complete } from "./complete.ts";
import { completion } from "./completion.ts";
import { doctor } from "./doctor.ts";
import { exec } from "./exec.ts";
import { explain } from "./explain.ts";
import { fork } from "./fork.ts";
import { list } from "./list.ts";
import { models } from "./models/index.ts";
import { newSpell } from "./new.ts";
import { profile } from "./profile.ts";
import { replay } from "./replay.ts";
import { resume } from "./resume.ts";
import { run } from "./run.ts";
import { runs } from "./runs/index.ts";
import { selftest } from "./selftest.ts";
import { selftestBroker } from "./selftest-broker.ts";
import { selftestChild } from "./selftest-child.ts";
import { testCase } from "./test-case.ts";
import { test } from "./test/index.ts";
import { version } from "./version.ts";

/** Every command. */
export const COMMANDS: readonly Command[] = [
  run,
  exec,
  ask,
  resume,
  replay,
  fork,
  list,
  newSpell,
  check,
  test,
  bridges,
  models,
  runs,
  profile,
  explain,
  doctor,
  selftest,
  completion,
  version,
  complete,
  selftestBroker,
  selftestChild,
  testCase,
];

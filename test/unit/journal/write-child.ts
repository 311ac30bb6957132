/** A process of its own that writes runs: `bun write-child.ts FILE NAME RUNS CALLS [hold | only]`. */
import { openJournal } from "../../../src/journal/index.ts";
import { endEntry, exchange, newRun, startEntry } from "./sample-run.ts";

const [file = "", name = "", runs = "1", calls = "1", way] = process.argv.slice(2);
const journal = openJournal({ file });
for (let index = 0; index < Number(runs); index++) {
  const begun = journal.begin(newRun(`${name}-${index}`, { spell: name }));
  const run = way === "only" ? journal.only(begun) : begun;
  run.append(startEntry(name));
  run.flush();
  for (let call = 1; call <= Number(calls); call++) {
    for (const entry of exchange(call, `${name} ${index} ${call}`)) run.append(entry);
    run.flush();
  }
  if (way === "hold") {
    console.log("held");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  run.append(endEntry(Number(calls)));
  run.flush();
  run.close();
}
if (way !== "only") journal.close();
process.exit(0);

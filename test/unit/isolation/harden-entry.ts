// A spell's process whose last layer the machine does not offer: `bun harden-entry.ts --spell-process ENGINE`.
import { runSpellProcess } from "../../../src/isolation/child.ts";
import { LAYERS } from "../../../src/isolation/harden/index.ts";

const layers = LAYERS.map((layer) =>
  layer.name === "seccomp" ? { ...layer, apply: () => "not in this kernel" } : layer,
);
await runSpellProcess(process.argv[3] ?? "", layers);
process.exit(0);

import { compatible } from "../../../src/providers/compatible.ts";
import { openai } from "../../../src/providers/openai.ts";
import { CHAT_COMPLETIONS, KEY, openOverHttp } from "./open-over-http.ts";
import { runProviderTest } from "./run-provider-test.ts";

/** One server for each departure from the protocol; the others differ in their addresses only. */
const TESTED = ["ollama", "mistral", "deepseek"];

for (const definition of [openai, ...compatible.filter(({ id }) => TESTED.includes(id))]) {
  runProviderTest({
    name: definition.id,
    key: KEY,
    open: (situation, overrides) => openOverHttp(definition, CHAT_COMPLETIONS, situation, overrides),
    skip:
      definition.id === "mistral"
        ? [{ reason: "Mistral sends usage unasked, aimock does not", tests: ["counts the tokens of a stream"] }]
        : [],
  });
}

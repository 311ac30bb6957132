import { anthropic } from "../../../src/providers/anthropic.ts";
import { KEY, MESSAGES, openOverHttp } from "./open-over-http.ts";
import { runProviderTest } from "./run-provider-test.ts";

runProviderTest({
  name: anthropic.id,
  key: KEY,
  open: (situation, overrides) => openOverHttp(anthropic, MESSAGES, situation, overrides),
});

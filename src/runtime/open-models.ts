import { SpellError } from "../contract/errors.ts";
import { value } from "../contract/schema.ts";
import type { Value } from "../contract/value.ts";
import { openEnvironment, portAnswers, readText, type Environment } from "../host/index.ts";
import { parseDuration, readYaml } from "../profile/index.ts";
import { ModelCatalogue } from "./models.ts";

/** What the person says about models. */
export interface ModelOptions {
  readonly model: string | undefined;
  readonly mockFile: string | undefined;
  readonly environmentFile: string | undefined;
  readonly onMock: () => void;
}

/** Largest mock script, in bytes. */
const MAX_SCRIPT = 1024 * 1024;
const MAX_RETRIES = 2;

/** The models of this process. Waiting times come from LLMSPELL_FIRST_BYTE_TIMEOUT and LLMSPELL_CHUNK_TIMEOUT where they are set. */
export async function openModels(options: ModelOptions): Promise<ModelCatalogue> {
  const environment = await openEnvironment(options.environmentFile);
  const { mockFile } = options;
  return new ModelCatalogue({
    environment,
    model: options.model ?? (mockFile === undefined ? undefined : "mock"),
    mockScript: mockFile === undefined ? undefined : await readMockScript(mockFile),
    timeouts: {
      firstByte: waitingTime(environment, "LLMSPELL_FIRST_BYTE_TIMEOUT", 120_000),
      chunk: waitingTime(environment, "LLMSPELL_CHUNK_TIMEOUT", 30_000),
    },
    maxRetries: MAX_RETRIES,
    fetch,
    portAnswers,
    onMock: options.onMock,
  });
}

/** Reads a script of the mock. Throws `provider.script`. */
export async function readMockScript(file: string): Promise<Value> {
  const text = await readText(file, MAX_SCRIPT, "provider.script");
  if (text === undefined) throw new SpellError("provider.script", `There is no file "${file}"`);
  return (await readYaml({ file, text }, value(), "provider.script")).value;
}

function waitingTime(environment: Environment, name: string, standard: number): number {
  const text = environment(name);
  if (text === undefined) return standard;
  const parsed = parseDuration(text);
  if ("value" in parsed) return parsed.value;
  throw new SpellError("usage", `${name}: ${parsed.reason}`);
}

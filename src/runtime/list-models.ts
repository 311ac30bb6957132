import type { ProviderState } from "../contract/effects.ts";
import type { ModelInfo } from "../contract/provider.ts";
import { PROVIDERS } from "../providers/index.ts";
import { openModels } from "./open-models.ts";

/** Every provider by id. */
export const PROVIDER_NAMES: readonly string[] = PROVIDERS.map(({ id }) => id);

/** What `llmspell models` shows. */
export interface ModelOverview {
  readonly providers: readonly ProviderState[];
  /** The models of the one provider that was asked for, else of all usable ones. */
  readonly models: readonly ModelInfo[];
  /** The model that answers a spell which names none, as `provider/model`. */
  readonly defaultModel: string;
}

/** Asks the providers what they have. Throws `provider.*` only where one is named. */
export async function listModels(
  provider: string | undefined,
  environmentFile: string | undefined,
  signal: AbortSignal,
): Promise<ModelOverview> {
  const options = { model: undefined, mockFile: undefined, onMock: () => {} };
  const catalogue = await openModels({ ...options, environmentFile });
  const models = await catalogue.list(provider, signal);
  await catalogue.prepare();
  return { providers: catalogue.providers(), models, defaultModel: catalogue.defaultName() };
}

/** What the command line does with the catalogue and with what runs saw. It is apart from `index.ts`, as few commands need it. */
import { figuresOf, type Figures } from "../bridges/model/analytics.ts";
import { requireModel } from "../bridges/model/find-model.ts";
import { recommend, type Recommendation, type Wishes } from "../bridges/model/recommend.ts";
import { withListed } from "../bridges/model/refresh.ts";
import { REPORT_FORMATS, type ReportFormat } from "../bridges/model/report-formats.ts";
import { writeReport } from "../bridges/model/report.ts";
import { searchModels, type ModelFilter } from "../bridges/model/search.ts";
import { TASK_NAMES, TASKS, type TaskName } from "../bridges/model/tasks.ts";
import type { Catalogue, CatalogueModel } from "../contract/catalogue.ts";
import { SpellError } from "../contract/errors.ts";
import { nearest } from "../contract/nearest.ts";
import { modelFacts } from "./model-facts.ts";
import { openModels } from "./open-models.ts";

export type { CatalogueModel, ModelAbility } from "../contract/catalogue.ts";
export type { Candidate, Recommendation, Wishes } from "../bridges/model/recommend.ts";
export { REPORT_FORMATS, TASK_NAMES, TASKS, type ModelFilter, type ReportFormat, type TaskName };

/** How the providers are reached, where they are asked. */
export interface RefreshOptions {
  readonly environmentFile: string | undefined;
  readonly signal: AbortSignal;
}

/** The catalogue; with `refresh` also what the usable providers list, or the one that is named. Throws `provider.*` for that one alone. */
async function openCatalogue(refresh: RefreshOptions | undefined, provider?: string): Promise<Catalogue> {
  const catalogue = await modelFacts(undefined).catalogue();
  if (refresh === undefined) return catalogue;
  const { environmentFile, signal } = refresh;
  const models = await openModels({ model: undefined, mockFile: undefined, environmentFile, onMock: () => {} });
  return withListed(catalogue, await models.list(provider, signal));
}

/** The models of the catalogue that a filter lets through. */
export async function searchCatalogue(
  filter: ModelFilter,
  refresh: RefreshOptions | undefined,
): Promise<{ readonly models: readonly CatalogueModel[]; readonly sources: Catalogue["sources"] }> {
  const { models, sources } = await openCatalogue(refresh, filter.provider);
  return { models: searchModels(models, filter), sources };
}

/** A task by its name. Throws `usage` with the nearest. */
export function requireTask(name: string): TaskName {
  const found = TASK_NAMES.find((task) => task === name);
  if (found !== undefined) return found;
  const hint = nearest(name, TASK_NAMES);
  const advice = hint === undefined ? "" : `; did you mean "${hint}"?`;
  throw new SpellError("usage", `There is no task "${name}"${advice}`, {
    fix: `The tasks are ${TASK_NAMES.join(", ")}`,
  });
}

/** Recommends a model, going by the runs of a journal too. `usable` leaves out the providers that cannot be used here. */
export async function recommendModel(
  task: TaskName,
  wishes: Wishes,
  options: {
    readonly journal: string | undefined;
    readonly since: number;
    readonly usable: boolean;
    readonly environmentFile: string | undefined;
  },
): Promise<Recommendation> {
  const { journal, since, usable, environmentFile } = options;
  const facts = modelFacts(journal);
  const calls = await facts.observed(since);
  const usableIds = usable ? await usableProviders(environmentFile) : undefined;
  const providers = usableIds?.filter((id) => wishes.providers?.includes(id) !== false) ?? wishes.providers;
  return recommend(task, { ...wishes, providers }, await facts.catalogue(), figuresOf(calls).models);
}

async function usableProviders(environmentFile: string | undefined): Promise<string[]> {
  const models = await openModels({ model: undefined, mockFile: undefined, environmentFile, onMock: () => {} });
  return models.providers().flatMap(({ id, usable }) => (usable ? [id] : []));
}

/** What the runs of a journal saw since a time, and a report of it with the models that were called. */
export async function reportModels(
  format: ReportFormat,
  options: {
    readonly journal: string;
    readonly since: number;
    readonly sinceText: string;
    readonly filter?: ModelFilter;
  },
): Promise<{ readonly text: string; readonly figures: Figures }> {
  const facts = modelFacts(options.journal);
  const [calls, catalogue] = await Promise.all([facts.observed(options.since), facts.catalogue()]);
  const figures = figuresOf(calls);
  const { filter } = options;
  const models =
    filter === undefined
      ? figures.models.flatMap(({ model }) => knownModel(catalogue, model))
      : searchModels(catalogue.models, filter);
  const content = { models: [...new Set(models)], sources: catalogue.sources, figures, since: options.sinceText };
  return { text: writeReport(format, content), figures };
}

/** The catalogue's row of a model that was called; none for local ones and the mock. */
function knownModel(catalogue: Catalogue, name: string): CatalogueModel[] {
  try {
    return [requireModel(catalogue, name)];
  } catch (error) {
    if (error instanceof SpellError && error.code === "model.unknown") return [];
    throw error;
  }
}

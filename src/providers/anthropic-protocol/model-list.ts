import type Anthropic from "@anthropic-ai/sdk";
import type { ModelInfo } from "../../contract/provider.ts";
import type { Call } from "../transport/begin-call.ts";
import { wrongAnswer } from "../transport/provider-error.ts";

const MAX_MODELS = 2000;

/** As many as a page may have. */
const PAGE = 1000;

/** All pages of a server's list. Not by the SDK's own, which takes anything for an empty list. */
export async function modelList(client: Anthropic, { options, subject }: Call): Promise<ModelInfo[]> {
  const models: ModelInfo[] = [];
  for (let after: string | undefined; models.length < MAX_MODELS;) {
    const query = { limit: PAGE, ...(after !== undefined && { after_id: after }) };
    const page = await client.get<Partial<Page> | null>("/v1/models", { ...options, query });
    if (!Array.isArray(page?.data)) throw wrongAnswer(subject, "something that is no list of models");
    for (const listed of page.data as readonly unknown[]) {
      if (!isListed(listed)) throw wrongAnswer(subject, "a list that has something else than models in it");
      models.push(modelInfo(subject.id, listed));
    }
    if (page.has_more !== true || !page.last_id || page.data.length === 0) break;
    after = page.last_id;
  }
  return models.slice(0, MAX_MODELS);
}

interface Page {
  readonly data: unknown;
  readonly has_more: boolean;
  readonly last_id: string | null;
}

interface Listed {
  readonly id: string;
  readonly created_at?: string;
  readonly max_input_tokens?: number | null;
}

function isListed(item: unknown): item is Listed {
  return typeof (item as { readonly id?: unknown } | null)?.id === "string";
}

function modelInfo(provider: string, { id, created_at: created, max_input_tokens: contextLength }: Listed): ModelInfo {
  return {
    name: `${provider}/${id}`,
    provider,
    model: id,
    ...(typeof contextLength === "number" && { contextLength }),
    ...(created && { created }),
  };
}

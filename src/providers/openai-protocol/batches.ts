import type OpenAI from "openai";
import { SpellError } from "../../contract/errors.ts";
import type { Batches, BatchResult, BatchState, GenerateRequest } from "../../contract/provider.ts";
import type { Call } from "../transport/begin-call.ts";
import { wrongAnswer } from "../transport/provider-error.ts";
import { generationOf } from "./answer.ts";

/** What the batches of OpenAI's protocol are made from. */
export interface ChatBatches {
  readonly client: OpenAI;
  readonly begin: (signal: AbortSignal) => Call;
  readonly body: (request: GenerateRequest) => object;
}

/** Batches of chat completions: a file of requests, answered within a day for half of the price. */
export function chatBatches({ client, begin, body }: ChatBatches): Batches {
  const run = async <T>(signal: AbortSignal, work: (call: Call) => Promise<T>): Promise<T> => {
    const call = begin(signal);
    return await call.run(() => work(call));
  };
  return {
    submit: (requests, signal) =>
      run(signal, async ({ options }) => {
        const lines = requests.map((request, index) =>
          JSON.stringify({ custom_id: String(index), method: "POST", url: ENDPOINT, body: body(request) }),
        );
        const file = new File([`${lines.join("\n")}\n`], "batch.jsonl", { type: "application/jsonl" });
        const { id } = await client.files.create({ file, purpose: "batch" }, options);
        const batch = { input_file_id: id, endpoint: ENDPOINT, completion_window: "24h" } as const;
        return stateOf(await client.batches.create(batch, options));
      }),
    state: (id, signal) => run(signal, async ({ options }) => stateOf(await client.batches.retrieve(id, options))),
    cancel: (id, signal) => run(signal, async ({ options }) => stateOf(await client.batches.cancel(id, options))),
    results: (id, signal) =>
      run(signal, async (call) => {
        const batch = await client.batches.retrieve(id, call.options);
        const state = stateOf(batch);
        if (state.status !== "done") throw notDone(state);
        const results: BatchResult[] = [];
        for (const file of [batch.output_file_id, batch.error_file_id]) {
          if (!file) continue;
          const text = await (await client.files.content(file, call.options)).text();
          for (const line of text.split("\n")) if (line.trim() !== "") addResult(results, line, call);
        }
        return Array.from(
          { length: state.total },
          (_, index) => results[index] ?? { error: "The request was not answered" },
        );
      }),
  };
}

const ENDPOINT = "/v1/chat/completions";

const STATUS: Readonly<Record<OpenAI.Batch["status"], BatchState["status"]>> = {
  validating: "running",
  in_progress: "running",
  finalizing: "running",
  cancelling: "cancelling",
  completed: "done",
  expired: "done",
  cancelled: "done",
  failed: "failed",
};

function stateOf(batch: OpenAI.Batch): BatchState {
  const { total = 0, completed = 0, failed = 0 } = batch.request_counts ?? {};
  return { id: batch.id, status: STATUS[batch.status] ?? "running", total, succeeded: completed, failed };
}

function notDone({ id, status }: BatchState): SpellError {
  return new SpellError("provider.batch", `The batch "${id}" has no results: it is ${status}`, { details: { status } });
}

/** A line of a file of results. */
interface Line {
  readonly custom_id?: string;
  readonly response?: { readonly status_code?: number; readonly body?: OpenAI.ChatCompletion } | null;
  readonly error?: { readonly message?: string } | null;
}

function addResult(results: BatchResult[], text: string, { subject }: Call): void {
  const { custom_id: place, response, error } = JSON.parse(text) as Line;
  const index = Number(place);
  if (!Number.isSafeInteger(index) || index < 0 || index > MAX_REQUESTS)
    throw wrongAnswer(subject, "a result of no request");
  const isGood = response?.status_code === 200 && response.body !== undefined;
  if (isGood && response.body) results[index] = { generation: generationOf(response.body, subject) };
  else results[index] = { error: error?.message ?? messageOf(response?.body) ?? "The request failed" };
}

/** More than a batch may have. */
const MAX_REQUESTS = 100_000;

function messageOf(body: unknown): string | undefined {
  const message = (body as { error?: { message?: unknown } } | undefined)?.error?.message;
  return typeof message === "string" ? message : undefined;
}

import type Anthropic from "@anthropic-ai/sdk";
import type { Batches, BatchResult, BatchState, GenerateRequest } from "../../contract/provider.ts";
import type { Call } from "../transport/begin-call.ts";
import { generationOf } from "./answer.ts";

/** What the batches of Anthropic's protocol are made from. */
export interface MessageBatches {
  readonly client: Anthropic;
  readonly begin: (signal: AbortSignal) => Call;
  readonly body: (request: GenerateRequest) => Omit<Anthropic.MessageCreateParamsNonStreaming, "stream">;
}

/** Batches of messages: the provider answers each within a day, for half of the price. */
export function messageBatches({ client, begin, body }: MessageBatches): Batches {
  const { batches } = client.messages;
  const run = async <T>(signal: AbortSignal, work: (call: Call) => Promise<T>): Promise<T> => {
    const call = begin(signal);
    return await call.run(() => work(call));
  };
  return {
    submit: (requests, signal) =>
      run(signal, async ({ options }) => {
        const list = requests.map((request, index) => ({ custom_id: String(index), params: body(request) }));
        return stateOf(await batches.create({ requests: list }, options));
      }),
    state: (id, signal) => run(signal, async ({ options }) => stateOf(await batches.retrieve(id, {}, options))),
    cancel: (id, signal) => run(signal, async ({ options }) => stateOf(await batches.cancel(id, {}, options))),
    results: (id, signal) =>
      run(signal, async ({ options, subject }) => {
        const results: BatchResult[] = [];
        for await (const { custom_id: place, result } of await batches.results(id, {}, options)) {
          results[Number(place)] =
            result.type === "succeeded"
              ? { generation: generationOf(result.message, subject) }
              : { error: result.type === "errored" ? result.error.error.message : `The request was ${result.type}` };
        }
        return Array.from(results, (result) => result ?? { error: "The provider gave no result" });
      }),
  };
}

const STATUS = { in_progress: "running", canceling: "cancelling", ended: "done" } as const;

function stateOf(batch: Anthropic.Messages.MessageBatch): BatchState {
  const { processing, succeeded, errored, canceled, expired } = batch.request_counts;
  const failed = errored + canceled + expired;
  const status = STATUS[batch.processing_status] ?? "running";
  return { id: batch.id, status, total: processing + succeeded + failed, succeeded, failed };
}

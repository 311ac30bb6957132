import type { Models, ResolvedModel } from "../contract/effects.ts";
import type { Provider, StreamEvent } from "../contract/provider.ts";
import type { Value } from "../contract/value.ts";
import type { Redactor } from "../gate/index.ts";
import { withOwn } from "./with-own.ts";

/** Models whose streams hold no secret, also where it comes in several pieces, of which none shows it. */
export function cleanModels(models: Models, redactor: Redactor): Models {
  return withOwn(models, { resolve: (name) => cleaned(models.resolve(name), redactor) });
}

function cleaned(resolved: ResolvedModel, redactor: Redactor): ResolvedModel {
  const { provider } = resolved;
  const stream: Provider["stream"] = (request, signal) => cleanStream(provider.stream(request, signal), redactor);
  return { ...resolved, provider: withOwn(provider, { stream }) };
}

type Piece = Extract<StreamEvent, { readonly type: "text" | "thinking" }>;

/** What of a text can be shown already: no half of a secret, and no half of a letter that two code units make. */
function split(text: string, redactor: Redactor): readonly [ready: string, rest: string] {
  const [ready, rest] = redactor.split(text);
  const isCut = rest === "" && /[\ud800-\udbff]$/.test(ready);
  return isCut ? [ready.slice(0, -1), ready.slice(-1)] : [ready, rest];
}

/** The end of a piece that may be the beginning of a secret comes with the next one, or before what is no piece of it. */
async function* cleanStream(events: AsyncIterable<StreamEvent>, redactor: Redactor): AsyncGenerator<StreamEvent> {
  let held: Piece | undefined;
  const release = function* (): Generator<Piece> {
    if (held !== undefined) yield held;
    held = undefined;
  };
  try {
    for await (const event of events) {
      const isPiece = event.type === "text" || event.type === "thinking";
      if (held?.type !== event.type) yield* release();
      if (!isPiece) {
        yield redactor.value(event as unknown as Value) as unknown as StreamEvent;
        continue;
      }
      const [text, rest] = split((held?.text ?? "") + event.text, redactor);
      held = rest === "" ? undefined : { type: event.type, text: rest };
      if (text !== "") yield { type: event.type, text };
    }
  } catch (error) {
    yield* release();
    throw error;
  }
  yield* release();
}

import { bridgeFunction, bridgeMethod, type CallContext, type HandleKind } from "../../../contract/bridge.ts";
import { handle, integer, shape, once, oneOf, type Parsed, v, value } from "../../../contract/schema.ts";
import type { ResourceHandle, Value, ValueMap } from "../../../contract/value.ts";
import { schemaParameter } from "../../schema/check-functions.ts";
import { refuseModel } from "../grant.ts";
import { messages } from "../message-schemas.ts";
import type { PieceReader } from "../pieces.ts";
import { generateOptions, generation } from "../schemas.ts";
import type { ObjectStream } from "./object-stream.ts";

const ownOptions = () => ({
  tries: v.optional(
    v.pipe(
      integer(1, 10),
      v.description("How often it is asked at most, each time told what was wrong; 3 unless told"),
    ),
  ),
  mode: v.optional(
    v.pipe(
      oneOf(["auto", "native", "prompt"]),
      v.description(
        "`native`: the provider holds the model to the schema. `prompt`: the model is told the schema. `auto` (unless told): native, and prompt where the provider has no such mode",
      ),
    ),
  ),
  format: v.optional(
    v.pipe(
      oneOf(["json", "yaml", "xml"]),
      v.description("How the model writes it; other than json in mode prompt only"),
    ),
  ),
  coerce: v.optional(
    v.pipe(
      v.boolean(),
      v.description("Whether values are made to fit where that loses nothing, as schema.coerce does; true unless told"),
    ),
  ),
});

const objectOptions = once(() =>
  shape({
    ...v.omit(generateOptions(), ["schema", "tools", "toolChoice", "onText", "onEvent"]).entries,
    ...ownOptions(),
  }),
);

const streamOptions = once(() => v.omit(objectOptions(), ["cache", "fresh", "sample"]));

const promptParameter = () =>
  v.pipe(v.union([v.string(), messages()]), v.description("What the model is asked, or a conversation as in chat"));

/** An answer whose value fits. */
const objectAnswer = once(() => {
  const { text, model, provider, usage, cost, finishReason } = generation().entries;
  return shape({
    value: v.pipe(value(), v.description("What the model answered; it fits the schema")),
    text: v.pipe(text, v.description("The answer as the model wrote it")),
    ...{ model, provider, finishReason },
    tries: v.pipe(integer(1), v.description("How often it was asked")),
    mode: v.pipe(oneOf(["native", "prompt"]), v.description("How it was asked the last time")),
    usage: v.pipe(usage, v.description("Tokens of all tries")),
    cost: v.pipe(cost, v.description("What all tries cost")),
    repaired: v.optional(
      v.pipe(v.boolean(), v.description("Present and true where the text was no right JSON and was mended")),
    ),
    changes: v.optional(
      v.pipe(
        v.array(shape({ path: v.string(), from: value(), to: value() })),
        v.description("What was changed to fit, as schema.coerce says it"),
      ),
    ),
  });
});

type Options = Parsed<ReturnType<typeof objectOptions>>;

async function questionFor(prompt: unknown, schema: Value, given: Options | undefined) {
  const { tries = 3, mode = "auto", format = "json", coerce = true, ...options } = given ?? {};
  const [{ ObjectQuestion }, { Target }] = await Promise.all([import("./ask-object.ts"), import("./target.ts")]);
  const set = Object.fromEntries(Object.entries(options).filter(([, option]) => option !== undefined)) as ValueMap;
  return new ObjectQuestion(prompt as string | readonly Value[], {
    target: new Target(schema, coerce),
    tries,
    mode,
    format,
    options: set,
  });
}

const object = bridgeFunction({
  doc: "Asks a model for a value that fits a schema. The answer is read, mended where it is no right JSON, and checked; where it does not fit, the model is asked again with what was wrong. After the last try that is the error answer.schema, with the text and the errors in its details. Each try counts as a call to a model.",
  parameters: () => ({
    prompt: promptParameter(),
    schema: schemaParameter(),
    options: v.optional(v.pipe(objectOptions(), v.description("How the model shall answer"))),
  }),
  returns: objectAnswer,
  repeat: "safe",
  untimed: true,
  refuse: (args, call) => refuseModel(args.options, call),
  run: async ({ prompt, schema, options }, call) => (await questionFor(prompt, schema, options)).ask(call),
});

const objectStream = bridgeFunction({
  doc: "As llm.object, with the value as it comes into being: each step has what is there of it so far, and the last one is whole and fits the schema.",
  parameters: () => ({
    prompt: promptParameter(),
    schema: schemaParameter(),
    options: v.optional(v.pipe(streamOptions(), v.description("How the model shall answer"))),
  }),
  returns: () => handle("objects"),
  opens: "objects",
  repeat: "safe",
  untimed: true,
  refuse: (args, call) => refuseModel(args.options, call),
  async run({ prompt, schema, options }, call) {
    const question = await questionFor(prompt, schema, options);
    const { ObjectStream } = await import("./object-stream.ts");
    const pieces = (await question.stream(call)) as ResourceHandle;
    const stream = new ObjectStream(question, call.resource(pieces) as PieceReader, pieces);
    return call.open("objects", stream, () => call.close(pieces));
  },
});

const next = bridgeMethod({
  doc: "Waits until more of the value is there.",
  parameters: () => ({}),
  returns: () =>
    shape({ done: v.boolean(), value: v.optional(v.pipe(value(), v.description("What is there so far"))) }),
  repeat: "safe",
  untimed: true,
  uncounted: true,
  async run(stream: ObjectStream, _args, call): Promise<Value> {
    const step = await stream.next(call);
    return step === undefined ? { done: true } : { done: false, value: step.value };
  },
});

const close = bridgeMethod({
  doc: "Ends the request. Closing twice does nothing.",
  parameters: () => ({}),
  returns: () => v.null(),
  repeat: "safe",
  uncounted: true,
  run(_stream: ObjectStream, _args, call: CallContext & { readonly handle: ResourceHandle }) {
    call.close(call.handle);
    return null;
  },
});

const result = bridgeMethod({
  doc: "Waits for the rest and gives the whole answer, as llm.object does.",
  parameters: () => ({}),
  returns: objectAnswer,
  repeat: "safe",
  untimed: true,
  uncounted: true,
  run: (stream: ObjectStream, _args, call) => stream.result(call),
});

/** The functions for answers that fit a schema. */
export const OBJECT_FUNCTIONS = { object, objectStream };

/** Their handles. */
export const OBJECT_HANDLES = {
  objects: {
    doc: "A value that comes into being.",
    methods: { next, close, result },
    next: "next",
    close: "close",
  },
} satisfies Readonly<Record<string, HandleKind>>;

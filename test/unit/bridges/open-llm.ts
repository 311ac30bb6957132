import { parse } from "../../../src/contract/check-schema.ts";
import { STANDARD_LIMITS } from "../../../src/contract/limits.ts";
import { Ledger } from "../../../src/gate/index.ts";
import { llm } from "../../../src/bridges/llm.ts";
import type { BridgeFunction, CallContext } from "../../../src/contract/bridge.ts";
import type { Effects } from "../../../src/contract/effects.ts";
import { SpellError } from "../../../src/contract/errors.ts";
import type { GenerateRequest, Provider } from "../../../src/contract/provider.ts";
import { shape, type Schema } from "../../../src/contract/schema.ts";
import { ResourceHandle, type Value } from "../../../src/contract/value.ts";
import type { Price } from "../../../src/contract/spending.ts";
import { mock } from "../../../src/providers/mock/mock.ts";
import { countTokens } from "../../../src/providers/tokens.ts";
import { NOTHING_OUTSIDE } from "./bridges.ts";

/** A call as the gate would make it: arguments parsed, the rule asked, the answer checked. */
export interface Caller {
  readonly call: (
    name: keyof typeof llm.functions,
    args: Record<string, unknown>,
    signal?: AbortSignal,
  ) => Promise<Value>;
  readonly method: (name: "next" | "close" | "result", handle: Value, signal?: AbortSignal) => Promise<Value>;
  readonly requests: GenerateRequest[];
  readonly charged: number[];
  readonly closed: () => number;
}

export interface Setup {
  readonly script?: Value;
  readonly grant?: object;
  readonly provider?: Partial<Provider>;
  readonly tokenLimit?: number;
  readonly callback?: CallContext["callback"];
  /** Other calls of the run. */
  readonly perform?: (name: string, args: readonly Value[]) => Promise<Value>;
  readonly price?: Price;
  readonly usdLimit?: number;
  /** Milliseconds that the call has; no end unless told. */
  readonly timeLeft?: number;
}

const nothing = () => Promise.reject(new Error("Not expected"));

/** Opens the bridge over the mock, or over what a test puts in its place. */
export async function openLlm(setup: Setup = {}): Promise<Caller> {
  const { script, grant = {}, provider: replaced, tokenLimit = Infinity, usdLimit, timeLeft = Infinity } = setup;
  const { callback = nothing, perform = nothing, price = { known: true, cost: () => 0 } } = setup;
  const make = await mock.load();
  const timeouts = { firstByte: 20_000, chunk: 20_000 };
  const options = { key: undefined, baseUrl: undefined, fetch, timeouts, maxRetries: 0 };
  const real = make({ ...options, ...(script !== undefined && { script }) });
  const requests: GenerateRequest[] = [];
  const provider: Provider = {
    ...real,
    generate: (request, signal) => {
      const { attempts: _attempts, ...asked } = request;
      requests.push(asked);
      return real.generate(request, signal);
    },
    ...replaced,
  };
  const parsedGrant = parse(llm.grant(), grant);
  const charged: number[] = [];
  const budget = usdLimit === undefined ? {} : { usd: usdLimit };
  const ledger = new Ledger({ ...STANDARD_LIMITS, tokens: tokenLimit }, budget);
  const resources = new Map<number, { resource: unknown; close: () => void }>();
  let closed = 0;
  const effects = effectsOver(provider, price);
  const context = (signal: AbortSignal): CallContext => ({
    signal,
    grant: parsedGrant,
    run: { id: "1", spell: "s", version: "", description: "", parameters: {}, naming: "snake" },
    effects,
    key: "run-1",
    timeLeft,
    cast: () => Promise.reject(new Error("no spells")),
    open(kind, resource, close) {
      const handle = new ResourceHandle(`llm.${kind}`, resources.size + 1);
      resources.set(handle.id, { resource, close });
      return handle;
    },
    close(handle) {
      resources.get(handle.id)?.close();
      resources.delete(handle.id);
      closed++;
    },
    resource: (handle) => resources.get(handle.id)?.resource,
    callback,
    spentWithin: () => ({ tokens: 0, usd: 0 }),
    within: (_part, [module, name], args) => perform(`${module}.${name}`, args),
    budget: {
      left: () => ledger.left(),
      async reserve(worst, signal) {
        const reservation = await ledger.reserve(worst, signal);
        return {
          settle(spent) {
            charged.push(spent.tokens);
            reservation.settle(spent);
          },
        };
      },
    },
  });
  return {
    requests,
    charged,
    closed: () => closed,
    async call(name, given, signal = new AbortController().signal) {
      const definition: BridgeFunction = llm.functions[name];
      const args = parse(shape(definition.parameters as Record<string, Schema>), given);
      const refusal = definition.refuse?.(args, { grant: parsedGrant, effects });
      if (refusal !== undefined) throw new SpellError("grant.rule", `${refusal.reason}; ${refusal.grantLine}`);
      const answer = await definition.run(args, context(signal));
      if (name === "stream") return answer;
      parse(definition.returns, answer);
      return answer;
    },
    async method(name, handle, signal = new AbortController().signal) {
      const open = resources.get((handle as ResourceHandle).id);
      const definition = llm.handles.stream.methods[name];
      const answer = await definition.run(
        open?.resource as never,
        {},
        {
          ...context(signal),
          handle: handle as ResourceHandle,
        },
      );
      parse(definition.returns, answer);
      return answer;
    },
  };
}

/** The models of these tests cost nothing unless told. */
const FREE: Price = { known: true, cost: () => 0 };

/** A world whose models are one provider. */
export function effectsOver(provider: Provider, price = FREE): Effects {
  const unused = () => {
    throw new Error("Not used");
  };
  return {
    ...NOTHING_OUTSIDE,
    clock: { now: () => 0, sleep: unused },
    log: unused,
    readInput: unused,
    readLine: unused,
    models: {
      resolve: (name = "mock") => {
        const [id = "", model = mock.defaultModel] = name.split("/");
        if (!["mock", "other"].includes(id)) throw new SpellError("provider.unknown", `There is no "${id}"`);
        const common = { defaultMaxTokens: undefined, server: () => id, price: () => Promise.resolve(price) };
        return { provider, model, name: `${id}/${model}`, ...common };
      },
      providers: () => [
        { id: "mock", title: "Mock", usable: true, defaultModel: "helper" },
        { id: "other", title: "Other", usable: false, reason: "no key", defaultModel: "m" },
      ],
      list: async () => [
        { name: "mock/helper", provider: "mock", model: "helper", contextLength: 5 },
        { name: "other/m", provider: "other", model: "m" },
      ],
      countTokens,
    },
  };
}

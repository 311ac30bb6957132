/**
 * mock-llm, the second model server of the tests: of another author than aimock, and a process of its own. It speaks
 * OpenAI's chat completions and its list of models; without rules it repeats the last message.
 */
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("@dwmkerr/mock-llm/dist/main.js"));

/** How often another port is tried: somebody may take a free one before the server has it. */
const ATTEMPTS = 5;

/** What it answers where a rule holds; of several the last does. */
export interface ServerRule {
  /** A JMESPath expression over `body`, `headers`, `method`, `path` and `query`. */
  readonly match?: string;
  /** Holds for this request to chat completions only; counted from 0, and only by rules that have it. */
  readonly sequence?: number;
  readonly status?: number;
  /** The answer's JSON; `{{jmes request EXPRESSION}}` in its texts is what was asked. */
  readonly answer: object;
}

/** A running mock-llm. */
export interface RuleServer {
  /** For OPENAI_BASE_URL. */
  readonly openaiBaseUrl: string;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts mock-llm on 127.0.0.1 with its own rules and these after them; streams come in pieces of `chunkSize` letters. */
export async function startRuleServer(rules: readonly ServerRule[], chunkSize = 4): Promise<RuleServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = Bun.spawn([process.execPath, MAIN, "--config", "/dev/null/none.yaml"], {
      env: { PATH: process.env["PATH"] ?? "", HOST: "127.0.0.1", PORT: String(port) },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
    });
    const close = async (): Promise<void> => {
      child.kill();
      await child.exited;
    };
    if (await saysItRuns(child.stdout)) {
      const url = `http://127.0.0.1:${port}`;
      await addRules(url, rules, chunkSize).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      return { url, openaiBaseUrl: `${url}/v1`, close };
    }
    await close();
    if (attempt === ATTEMPTS) throw new Error("mock-llm did not start");
  }
}

async function addRules(url: string, rules: readonly ServerRule[], chunkSize: number): Promise<void> {
  const own = (await (await fetch(`${url}/config`)).json()) as { rules: object[] };
  const added = rules.map(({ status = 200, answer, ...when }) => ({
    path: "^/v1/chat/completions$",
    ...when,
    response: { status, content: JSON.stringify(answer) },
  }));
  const config = { streaming: { chunkSize, chunkIntervalMs: 1 }, rules: [...own.rules, ...added] };
  const headers = { "content-type": "application/json" };
  const { ok } = await fetch(`${url}/config`, { method: "POST", headers, body: JSON.stringify(config) });
  if (!ok) throw new Error("mock-llm did not take the rules");
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return address.port;
}

/** Whether it listens; it says so when it does. What it says later is read away, or it would wait for a reader. */
async function saysItRuns(output: ReadableStream<Uint8Array>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  void (async () => {
    let said = "";
    const decoder = new TextDecoder();
    for await (const chunk of output) {
      if (said.length < 10_000) said += decoder.decode(chunk, { stream: true });
      if (said.includes("server running on")) resolve(true);
    }
    resolve(false);
  })();
  return promise;
}

import { join } from "node:path";

/** Starts `model-server.ts` in a process of its own, which ends with this one. Answers its address. */
export async function startBenchServer(delayMs: number, chunks = 0): Promise<string> {
  const file = join(import.meta.dir, "model-server.ts");
  const server = Bun.spawn([process.execPath, file, String(delayMs), String(chunks)], { stdout: "pipe" });
  process.on("exit", () => server.kill());
  server.unref();
  const port = new TextDecoder().decode((await server.stdout.getReader().read()).value).trim();
  return `http://127.0.0.1:${port}`;
}

/** What every spell of these benchmarks may use. */
export const WIDE_PROFILE = `extends: standard
bridges: { llm: { unknownPrices: count-tokens } }
limits: { llmCalls: 1000k, calls: 1000k, callsInFlight: 1000, fibers: 1000, wallTime: 1h, tokens: 1000000k, fuel: 100G }
budget: { usd: null }
`;

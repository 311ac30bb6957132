/**
 * A spell that does everything at once whose record must be right: models and requests in parallel fibers, files,
 * a stream, a store, a secret-free clock and chance. The same in each language, with the same result. The server
 * counts what reached it, and by which idempotency key.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** File name of each language's spell, by engine. */
export const CRASH_FILES = {
  lua: "work.lua",
  fengari: "work.lua",
  javascript: "work.js",
  tengo: "work.tengo",
} as const;

const LUA = `local base = spell.parameters.base
local function job(n)
  return function()
    local bird = llm.complete("bird " .. n)
    http.post(base .. "/effect/" .. n, tostring(bird))
    state.set("bird" .. n, tostring(bird))
    return tostring(bird)
  end
end
local birds = async.all({job(1), job(2), job(3)})
files.append("out/log.txt", table.concat(birds, ",") .. "\\n")
local text = ""
for chunk in llm.stream("a stream") do
  if chunk.type == "text" then text = text .. chunk.text end
  http.post(base .. "/effect/stream", "x")
end
print(text)
files.write("out/last.txt", text)
time.sleep(1)
files.append("out/log.txt", state.get("bird2") .. "\\n")
return {birds = birds, text = text, kept = state.get("bird1"), chance = math.random(1000000)}
`;

const JAVASCRIPT = `const base = spell.parameters.base;
const job = async (n) => {
  const bird = await llm.complete("bird " + n);
  await http.post(base + "/effect/" + n, String(bird));
  await state.set("bird" + n, String(bird));
  return String(bird);
};
const birds = await Promise.all([1, 2, 3].map(job));
await files.append("out/log.txt", birds.join(",") + "\\n");
let text = "";
for await (const chunk of await llm.stream("a stream")) {
  if (chunk.type === "text") text += chunk.text;
  await http.post(base + "/effect/stream", "x");
}
console.log(text);
await files.write("out/last.txt", text);
await time.sleep(1);
await files.append("out/log.txt", (await state.get("bird2")) + "\\n");
export default { birds, text, kept: await state.get("bird1"), chance: Math.random() };
`;

const TENGO = `rand := import("rand")
base := spell.parameters.base
job := func(n) {
  bird := string(llm.complete("bird " + n))
  http.post(base + "/effect/" + n, bird)
  state.set("bird" + n, bird)
  return bird
}
tasks := [async.spawn(job, "1"), async.spawn(job, "2"), async.spawn(job, "3")]
birds := []
for task in tasks { birds = append(birds, task.await()) }
files.append("out/log.txt", birds[0] + "," + birds[1] + "," + birds[2] + "\\n")
text := ""
for chunk in llm.stream("a stream") {
  if chunk.type == "text" { text += chunk.text }
  http.post(base + "/effect/stream", "x")
}
spell.output(text + "\\n")
files.write("out/last.txt", text)
clock := import("time")
clock.sleep(1)
files.append("out/log.txt", state.get("bird2") + "\\n")
export {birds: birds, text: text, kept: state.get("bird1"), chance: rand.float()}
`;

/** Writes the spells and their profile into a folder. `port`: of the counting server; `rung`: process or none. */
export function writeCrashSpell(folder: string, port: number, rung = "process"): void {
  const files = { "work.lua": LUA, "work.js": JAVASCRIPT, "work.tengo": TENGO };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, "out"), { recursive: true });
  writeFileSync(
    join(folder, "work.yaml"),
    `extends: standard
bridges:
  http: { allow: ["POST http://127.0.0.1:${port}/**"] }
  files: { read: ["./out"], write: ["./out"] }
  time: {}
  state: {}
isolation: { rung: ${rung} }
`,
  );
}

/** A request that had an effect. */
export interface CountedEffect {
  readonly path: string;
  readonly key: string;
}

/** A server that counts. */
export interface CountingServer {
  readonly port: number;
  readonly effects: CountedEffect[];
  /** Called when a request is there, before it is answered. */
  onRequest: (number: number) => void | Promise<void>;
  close(): void;
}

/** Starts it on a free port of 127.0.0.1. */
export function startCountingServer(): CountingServer {
  const effects: CountedEffect[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname } = new URL(request.url);
      effects.push({ path: pathname, key: request.headers.get("idempotency-key") ?? "" });
      await counting.onRequest(effects.length);
      return new Response("done");
    },
  });
  const counting: CountingServer = {
    port: server.port ?? 0,
    effects,
    onRequest: () => {},
    close: () => void server.stop(true),
  };
  return counting;
}

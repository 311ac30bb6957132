import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { castIn, onEveryEngine, type CastEnvironment, type Spells } from "../../cast-engines.ts";
import {
  startModelServer,
  startRawServer,
  type ModelServer,
  type RawServer,
  type RawStep,
} from "../../model-server.ts";
import { CHAT_COMPLETIONS, MESSAGES } from "../providers/open-over-http.ts";

const folder = mkdtempSync(join(tmpdir(), "llm-engines-"));
const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
writeFileSync(join(folder, "wren.png"), PNG);

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const raws: RawServer[] = [];
afterEach(async () => {
  for (const raw of raws.splice(0)) await raw.close();
});

/** Runs the same in each language, and expects the same to be printed (a tab is as good as a space). */
function same(title: string, spells: Spells, expected: string, options: CastEnvironment = {}): void {
  for (const [name, engine, source] of onEveryEngine(spells)) {
    test(`${title} (${name})`, async () => {
      const { output, failure } = await castIn(engine, source, options);
      expect(failure).toBeUndefined();
      expect(output.replaceAll("\t", " ").trimEnd()).toBe(expected);
    });
  }
}

same(
  "functions are told of what arrives",
  {
    lua: `local seen = {}
      llm.complete("Say a b", {on_text = function(t) seen[#seen + 1] = t end, on_event = function(e) seen[#seen + 1] = e.type end})
      print(table.concat(seen, "|"))`,
    javascript: `const seen = [];
      await llm.complete("Say a b", {onText: (t) => { seen.push(t) }, onEvent: (e) => { seen.push(e.type) }});
      console.log(seen.join("|"));`,
    tengo: `seen := ""
      add := func(t) { seen += (seen == "" ? "" : "|") + t }
      llm.complete("Say a b", {on_text: add, on_event: func(e) { add(e.type) }})
      import("fmt").println(seen)`,
  },
  "a |text|b|text|usage|finish",
);

same(
  "functions are forgotten with the question that they were given to",
  {
    lua: `local n = 0
      for i = 1, 30 do llm.complete("Say a", {on_text = function() n = n + 1 end}) end
      print(n)`,
    javascript: `let n = 0;
      for (let i = 0; i < 30; i++) await llm.complete("Say a", {onText: () => { n++ }});
      console.log(n)`,
    tengo: `n := 0
      for i := 0; i < 30; i++ { llm.complete("Say a", {on_text: func(t) { n++ }}) }
      import("fmt").println(n)`,
  },
  "30",
  { profile: "limits: { handles: 4, calls: 100 }" },
);

same(
  "a stream tells of its end where that is asked for",
  {
    lua: `for e in llm.stream("Say a", {events = true}) do print(e.type, e.text or e.finish_reason or e.usage.output_tokens) end`,
    javascript: `for await (const e of await llm.stream("Say a", {events: true})) console.log(e.type, e.text ?? e.finishReason ?? e.usage.outputTokens)`,
    tengo: `fmt := import("fmt")
      for e in llm.stream("Say a", {events: true}) { fmt.println(e.type, " ", e.text || e.finish_reason || e.usage.output_tokens) }`,
  },
  "text a\nusage 1\nfinish stop",
);

same(
  "a conversation goes on with the answer's message",
  {
    lua: `local messages = {{role = "user", content = 'call tool add {"a": 1}'}}
      local answer = llm.chat(messages, {tools = {{name = "add"}}})
      messages[2] = answer.message
      messages[3] = {role = "tool", content = {{type = "tool-result", id = answer.tool_calls[1].id, text = "3"}}}
      print(llm.chat(messages))`,
    javascript: `const messages = [{role: "user", content: 'call tool add {"a": 1}'}];
      const answer = await llm.chat(messages, {tools: [{name: "add"}]});
      messages.push(answer.message, {role: "tool", content: [{type: "tool-result", id: answer.toolCalls[0].id, text: "3"}]});
      console.log((await llm.chat(messages)).text)`,
    tengo: `messages := [{role: "user", content: "call tool add {\\"a\\": 1}"}]
      answer := llm.chat(messages, {tools: [{name: "add"}]})
      messages = append(messages, answer.message, {role: "tool", content: [{type: "tool-result", id: answer.tool_calls[0].id, text: "3"}]})
      import("fmt").println(llm.chat(messages).text)`,
  },
  "The tool add answered: 3",
);

const LOOK = (path: string): Spells => ({
  lua: `local ok, answer = pcall(llm.chat, {{role = "user", content = {{type = "image", path = "${path}"}}}})
    print(ok and answer.text or answer.code)`,
  javascript: `try {
      console.log((await llm.chat([{role: "user", content: [{type: "image", path: "${path}"}]}])).text)
    } catch (e) { console.log(e.code) }`,
  tengo: `answer := llm.chat([{role: "user", content: [{type: "image", path: "${path}"}]}])
    import("fmt").println(is_error(answer) ? answer.value.code : answer.text)`,
});
const SEEN = 'Hello from the mock model. You asked: "[image/png, 11 bytes]"';
describe("an image by its path", () => {
  same("is read where files allows it", LOOK(`${folder}/wren.png`), SEEN, {
    bridges: `llm: {}, files: { read: ["${folder}"] }`,
  });
  same("is not read outside of what files allows", LOOK("/etc/hostname"), "grant.rule", {
    bridges: `llm: {}, files: { read: ["${folder}"] }`,
  });
  same("is not read without files", LOOK(`${folder}/wren.png`), "grant.bridge", { bridges: "llm: {}" });
});

same(
  "the same question is asked once where that is wanted",
  {
    lua: `for _, o in ipairs({{cache = true}, {cache = true}, {cache = true, sample = 2}, {fresh = true}}) do print(llm.complete("Say a", o).cached) end`,
    javascript: `for (const o of [{cache: true}, {cache: true}, {cache: true, sample: 2}, {fresh: true}]) console.log((await llm.complete("Say a", o)).cached ?? "nil")`,
    tengo: `for o in [{cache: true}, {cache: true}, {cache: true, sample: 2}, {fresh: true}] { import("fmt").println(llm.complete("Say a", o).cached || "nil") }`,
  },
  "nil\ntrue\nnil\nnil",
);

same(
  "batches and moderation",
  {
    lua: `local b = llm.batch({"Say a", "Say b"}); print(b.id, b.status)
      for _, r in ipairs(llm.batch_results(b.id)) do print(r.answer.text) end
      print(llm.moderate("I attack").results[1].categories[1])`,
    javascript: `const b = await llm.batch(["Say a", "Say b"]); console.log(b.id, b.status);
      for (const r of await llm.batchResults(b.id)) console.log(r.answer.text);
      console.log((await llm.moderate("I attack")).results[0].categories[0])`,
    tengo: `fmt := import("fmt")
      b := llm.batch(["Say a", "Say b"]); fmt.println(b.id, " ", b.status)
      for r in llm.batch_results(b.id) { fmt.println(r.answer.text) }
      fmt.println(llm.moderate("I attack").results[0].categories[0])`,
  },
  "mock/batch-1 done\na\nb\nviolence",
);

const KEYS = { OPENAI_API_KEY: "sk-test-1", ANTHROPIC_API_KEY: "sk-test-1" };

describe("on the wire", () => {
  for (const [model, protocol] of [
    ["openai/gpt-5-mini", CHAT_COMPLETIONS],
    ["anthropic/claude-sonnet-5", MESSAGES],
  ] as const) {
    const at = async (...answers: readonly (readonly RawStep[])[]) => {
      const raw = await startRawServer(answers);
      raws.push(raw);
      const address = raw.url + protocol.path;
      return { raw, options: { model, env: { ...KEYS, OPENAI_BASE_URL: address, ANTHROPIC_BASE_URL: address } } };
    };

    for (const [name, engine, source] of onEveryEngine({
      lua: `for e in llm.stream("x") do print(e.text) break end
        pcall(llm.complete, "y", {retries = 0})`,
      javascript: `for await (const e of await llm.stream("x")) { console.log(e.text); break } await llm.complete("y", {retries: 0}).catch(() => {})`,
      tengo: `s := llm.stream("x")
        import("fmt").println(s.next().text)
        s.close()
        e := llm.complete("y", {retries: 0})`,
    })) {
      test(`leaving a stream early ends its request while the spell goes on (${model}, ${name})`, async () => {
        const { raw, options } = await at([...protocol.beginning, "stall"], ["stall"]);
        // Lua 5.3 tells nobody that a loop is left.
        const closing =
          name === "fengari"
            ? `local s = llm.stream("x") print(s:next().text) s:close() pcall(llm.complete, "y")`
            : source;
        const casting = castIn(engine, closing, options);
        // The spell waits for its second question by then, whatever became of the first.
        while (raw.requests().length < 2) await Bun.sleep(5);
        await raw.hungUp(0);
        await raw.close();
        const { output, failure } = await casting;
        expect(failure).toBeUndefined();
        expect(output).toBe("A\n");
      });
    }

    for (const [name, engine, source] of onEveryEngine({
      lua: `local s = llm.stream("x")
        local text = ""
        local ok, e = pcall(function() for p in s do text = text .. p.text end end)
        print(e.code, e.details.received.text, text)`,
      javascript: `let text = "";
        try { for await (const p of await llm.stream("x")) text += p.text } catch (e) { console.log(e.code, e.details.received.text, text) }`,
      tengo: `s := llm.stream("x")
        text := ""
        e := undefined
        for {
          piece := s.next()
          if is_error(piece) { e = piece; break }
          text += piece.text
        }
        import("fmt").println(e.value.code, " ", e.value.details.received.text, " ", text)`,
    })) {
      test(`what arrived before the connection broke is in the error (${model}, ${name})`, async () => {
        const { raw, options } = await at([...protocol.beginning, "wait", "disconnect"]);
        const profile = "budget: { usd: null }";
        const casting = castIn(engine, source, { ...options, profile });
        while (raw.requests().length === 0) await Bun.sleep(5);
        await Bun.sleep(100);
        raw.proceed();
        const { output, failure } = await casting;
        expect(failure).toBeUndefined();
        expect(output.replaceAll("\t", " ").trimEnd()).toBe("provider.network A wren A wren");
      });
    }
  }

  for (const [name, engine, source] of onEveryEngine({
    lua: `local ok, e = pcall(llm.complete, ("bird "):rep(10000)); print(e.code, e.details.tokens, e.details.contextLength)`,
    javascript: `try { await llm.complete("bird ".repeat(10000)) } catch (e) { console.log(e.code, e.details.tokens, e.details.contextLength) }`,
    tengo: `e := llm.complete(import("text").repeat("bird ", 10000))
      import("fmt").println(e.value.code, " ", e.value.details.tokens, " ", e.value.details.contextLength)`,
  })) {
    test(`a question that is too long is counted, and not sent (${name})`, async () => {
      const before = server.requests().length;
      const env = { ...KEYS, OPENAI_BASE_URL: server.openaiBaseUrl };
      const { output, failure } = await castIn(engine, source, { model: "openai/gpt-4", env });
      expect(failure).toBeUndefined();
      expect(output.replaceAll("\t", " ").trimEnd()).toBe("provider.context 10001 8192");
      expect(server.requests().length).toBe(before);
    });
  }

  for (const [name, engine, source] of onEveryEngine({
    lua: `local _, a = pcall(llm.complete, "x", {model = "openai/gpt-5-mimi"})
      local _, b = pcall(function() return llm.stream("x", {model = "anthropic/claude-sonet-5"}):result() end)
      print(a.code, a.details.nearest, b.details.nearest)`,
    javascript: `const a = await llm.complete("x", {model: "openai/gpt-5-mimi"}).catch((e) => e);
      const b = await (await llm.stream("x", {model: "anthropic/claude-sonet-5"})).result().catch((e) => e);
      console.log(a.code, a.details.nearest, b.details.nearest)`,
    tengo: `a := llm.complete("x", {model: "openai/gpt-5-mimi"})
      s := llm.stream("x", {model: "anthropic/claude-sonet-5"})
      b := s.result()
      import("fmt").println(a.value.code, " ", a.value.details.nearest, " ", b.value.details.nearest)`,
  })) {
    test(`a model that the provider does not have: the nearest that is known (${name})`, async () => {
      const raw = await startRawServer([[{ status: 404, body: '{"error": {"message": "No such model"}}' }]]);
      raws.push(raw);
      const env = { ...KEYS, OPENAI_BASE_URL: raw.url, ANTHROPIC_BASE_URL: raw.url };
      const { output, failure } = await castIn(engine, source, {
        model: "openai",
        env,
        profile: "budget: { usd: null }",
      });
      expect(failure).toBeUndefined();
      expect(output.replaceAll("\t", " ").trimEnd()).toBe("provider.model openai/gpt-5-mini anthropic/claude-sonnet-5");
    });
  }
});

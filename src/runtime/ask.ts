import { parse } from "../contract/check-schema.ts";
import type { Profile } from "../contract/profile.ts";
import { BRIDGES } from "./catalog.ts";
import { inlineSpell, type FoundSpell } from "./find-spell.ts";

/** What `llmspell ask` is asked for; all of it becomes the spell's parameters. */
export interface AskWishes {
  readonly prompt: string;
  /** Paths of attachments. */
  readonly files: readonly string[];
  /** Whether standard input is a part of the question. */
  readonly input: boolean;
  /** The answer is a value that fits this JSON Schema. */
  readonly schema?: unknown;
  /** Whether the answer is shown as it arrives, and not given back. */
  readonly stream: boolean;
  /** Options of `llm.chat`, as Lua names them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** It asks by the same bridge as every spell, so that everything holds for it that holds for them. */
const SOURCE = `local p = spell.parameters
local parts = {}
if p.prompt ~= "" then parts[#parts + 1] = {type = "text", text = p.prompt} end
for _, path in ipairs(p.files) do parts[#parts + 1] = {type = "file", path = path} end
if p.input then
  local input = spell.input()
  if input ~= "" then parts[#parts + 1] = {type = "file", bytes = input, name = #parts > 0 and "standard input" or nil} end
end
if #parts == 0 then error({code = "usage", message = "There is no question"}) end
local content = #parts == 1 and parts[1].text or parts
local messages = {{role = "user", content = content}}
if p.schema then
  local answer = llm.object(messages, p.schema, p.options)
  return p.stream and answer.value or answer
end
if not p.stream then return llm.chat(messages, p.options) end
local ended = true
for piece in llm.stream(messages, p.options) do
  if piece.type == "text" then
    spell.output(piece.text)
    ended = piece.text:sub(-1) == "\\n"
  end
end
if not ended then spell.output("\\n") end
`;

/** The spell behind `llmspell ask`. */
export function askSpell(): FoundSpell {
  const found = inlineSpell(SOURCE, "lua", "ask");
  return { ...found, manifest: { ...found.manifest, needs: ["llm"] } };
}

/** A profile with as much of it as a question needs: models, and to read the files that the person named. */
export function askProfile(profile: Profile, folders: readonly string[]): Profile {
  const { llm, spell } = profile.bridges;
  const bridges = {
    ...(llm !== undefined && { llm }),
    spell: spell ?? grantOf("spell", {}),
    ...(folders.length > 0 && { files: grantOf("files", { read: [...new Set(folders)] }) }),
  };
  return { ...profile, bridges };
}

function grantOf(bridge: string, options: object): unknown {
  const schema = BRIDGES.get(bridge)?.grant();
  return schema && parse(schema, options);
}

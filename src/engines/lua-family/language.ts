import type { Lexis } from "../../contract/engine.ts";

/** How Lua is written, for both engines. */
export const LUA_LEXIS: Lexis = {
  lineComment: "--",
  blockComment: ["--[[", "]]"],
  imports: [/\brequire\s*\(?\s*["']([^"'\n]+)["']/g],
  resolve(name) {
    const path = name.replaceAll(".", "/");
    return [name, `${path}.lua`, `${path}/init.lua`];
  },
};

/** A new spell in Lua. */
export const LUA_TEMPLATE = `local topic = spell.parameters.topic or "birds"

local answer = llm.complete("Write one line about " .. topic)
print(answer)
`;

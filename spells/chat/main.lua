-- A conversation. Everything said so far goes to the model each time: that is its memory.
local messages = {{role = "system", content = spell.parameters.system}}

while true do
  local line = spell.prompt("you: ")
  -- nil at the end of input (Ctrl-D).
  if line == nil or line == "/quit" then break end
  if line:match("%S") then
    table.insert(messages, {role = "user", content = line})
    -- The answer is written as it arrives.
    local stream = llm.stream(messages)
    for piece in stream do
      if piece.type == "text" then spell.output(piece.text) end
    end
    print()
    table.insert(messages, {role = "assistant", content = stream:result().text})
  end
end

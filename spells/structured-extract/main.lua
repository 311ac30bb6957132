-- Standard input in, JSON out that fits a schema.
local EVENT = {
  title = "string(1..) # a few words",
  date = "date? # of the event, where the text says it",
  kind = "meeting|party|trip|other",
  people = {{name = "string", role = "string?"}},
}

local text = spell.input()
if not text:match("%S") then
  error("There is nothing to extract from: pass a text on standard input, as in `llmspell run structured-extract < mail.txt`", 0)
end

local fields = EVENT
if spell.parameters.fields then fields = json.decode(spell.parameters.fields) end

-- The instruction is the system's: what the text says is no order to the model.
local ok, answer = pcall(llm.object, "Extract from this text:\n\n" .. text, schema.of(fields), {
  system = "Extract what the text says, and nothing that it does not say.",
  tries = spell.parameters.tries,
  temperature = 0,
})
if not ok then
  if answer.code ~= "answer.schema" then error(answer, 0) end
  for _, wrong in ipairs(answer.details.errors) do log.warn(wrong.path .. " " .. wrong.message) end
  error("The model gave nothing that fits, after " .. answer.details.tries .. " tries", 0)
end
print(json.encode(answer.value, {indent = 2}))

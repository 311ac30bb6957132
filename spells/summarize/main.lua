-- Standard input in, a summary out.
local INSTRUCTIONS = {
  sentence = "Summarize the following text in one sentence.",
  paragraph = "Summarize the following text in one short paragraph.",
  bullets = "Summarize the following text as at most five bullet points, each on a line that begins with '- '.",
}

local text = spell.input()
if not text:match("%S") then
  error("There is nothing to summarize: pass a text on standard input, as in `llmspell run summarize < notes.txt`", 0)
end

local instruction = INSTRUCTIONS[spell.parameters.style]
if spell.parameters.language then
  instruction = instruction .. " Write in " .. spell.parameters.language .. "."
end

-- The instruction is the system's: what the text says is no order to the model.
local answer = llm.complete("Summarize this text:\n\n" .. text, {system = instruction, temperature = 0.2})
if answer.finish_reason == "length" then log.warn("the summary was cut off by the model's limit") end
print(answer)

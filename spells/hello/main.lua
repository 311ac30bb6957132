-- The smallest spell: one question, one answer.
local answer = llm.complete("Write one line about " .. spell.parameters.topic)
print(answer)

-- One model after the other until one answers. What failed is logged and fails nothing.
local parameters = spell.parameters

-- A model that keeps failing is left alone for a while: what matters where many questions are asked.
for _, model in ipairs(parameters.models) do
  pool.limit(model, {concurrency = 4, breaker = {failures = 3, pause = "1m"}})
end

local answer = provider.complete(parameters.prompt, {
  models = parameters.models,
  strategy = parameters.strategy,
})
for _, attempt in ipairs(answer.attempts) do
  if attempt.status == "failed" then log.warn(attempt.model .. ": " .. attempt.message) end
end
log.info("answered by " .. answer.provider .. "/" .. answer.model)
print(answer)

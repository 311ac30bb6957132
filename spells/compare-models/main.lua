-- One question to several models at once. A model that fails has a row of its own and spoils no other.
local parameters = spell.parameters

local function ask(model)
  local started = time.milliseconds()
  local ok, answer = pcall(llm.complete, parameters.prompt, {model = model})
  local row = {model = model, ms = ("%d"):format(time.milliseconds() - started)}
  if ok then
    row.tokens = answer.usage.input_tokens + answer.usage.output_tokens
    row.text = answer.text
  else
    row.tokens = "-"
    row.text = "failed: " .. answer.code .. ": " .. answer.message
  end
  return row
end

-- A function for each model: async.all runs them as fibers and waits for all.
local questions = {}
for index, model in ipairs(parameters.models) do
  questions[index] = function() return ask(model) end
end
local rows = async.all(questions)

local width = #"MODEL"
for _, row in ipairs(rows) do width = math.max(width, #row.model) end
local line = "%-" .. width .. "s  %6s  %6s  %s"
local function short(answer)
  local text = answer:gsub("%s+", " ")
  -- By letters, not bytes.
  local cut = utf8.offset(text, parameters.width + 1)
  if cut and cut <= #text then text = text:sub(1, cut - 1) .. "…" end
  return text
end
print(line:format("MODEL", "MS", "TOKENS", "ANSWER"))
local answers = {}
for _, row in ipairs(rows) do
  print(line:format(row.model, row.ms, row.tokens, short(row.text)))
  -- Models that failed have no vote.
  if row.tokens ~= "-" then table.insert(answers, {model = row.model, text = row.text}) end
end

if parameters.consensus ~= "none" and #answers > 1 then
  local found = provider.vote(answers, {by = parameters.consensus})
  print(("%d%% say: %s"):format(math.floor(found.agreement * 100 + 0.5), short(found.text)))
end

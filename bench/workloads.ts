/**
 * What is computed, the same in each language, but that Tengo has nothing that sorts. Each script ends by itself and
 * prints nothing.
 */
export const WORKLOADS: Readonly<Record<string, Readonly<Record<"lua" | "javascript" | "tengo", string>>>> = {
  "fib(30)": {
    lua: `local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
if fib(30) ~= 832040 then error("wrong") end`,
    javascript: `function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
if (fib(30) !== 832040) throw new Error("wrong")`,
    tengo: `fib := func(n) { if n < 2 { return n }; return fib(n - 1) + fib(n - 2) }
if fib(30) != 832040 { export error("wrong") }`,
  },
  "loop of 1e7": {
    lua: `local sum = 0
for i = 1, 10000000 do sum = sum + i % 7 end
if sum ~= 29999997 then error("wrong: " .. sum) end`,
    javascript: `let sum = 0
for (let i = 1; i <= 10000000; i++) sum += i % 7
if (sum !== 29999997) throw new Error("wrong: " + sum)`,
    tengo: `sum := 0
for i := 1; i <= 10000000; i++ { sum += i % 7 }
if sum != 29999997 { export error("wrong: " + sum) }`,
  },
  "strings and tables": {
    lua: `local words, counts = {}, {}
for i = 1, 60000 do words[i] = "word" .. (i * 7919 % 10007) end
table.sort(words)
for _, word in ipairs(words) do
  local key = string.upper(string.sub(word, 1, 6))
  counts[key] = (counts[key] or 0) + 1
end
local text = table.concat(words, " ")
local found = 0
for word in string.gmatch(text, "%a+9%d*") do found = found + #word end
local distinct = 0
for _ in pairs(counts) do distinct = distinct + 1 end
if distinct ~= 100 then error("wrong: " .. distinct) end`,
    javascript: `const words = [], counts = new Map()
for (let i = 1; i <= 60000; i++) words.push("word" + (i * 7919 % 10007))
words.sort()
for (const word of words) {
  const key = word.slice(0, 6).toUpperCase()
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
const text = words.join(" ")
let found = 0
for (const [word] of text.matchAll(/[a-z]+9[0-9]*/g)) found += word.length
if (counts.size !== 100) throw new Error("wrong: " + counts.size)`,
    tengo: `text := import("text")
words := []
counts := {}
for i := 1; i <= 60000; i++ { words = append(words, "word" + (i * 7919 % 10007)) }
for word in words {
  key := text.to_upper(word[:6])
  counts[key] = (counts[key] || 0) + 1
}
joined := text.join(words, " ")
found := 0
for match in text.re_find("[a-z]+9[0-9]*", joined, -1) { found += len(match[0].text) }
if len(counts) != 100 { export error("wrong: " + len(counts)) }`,
  },
};

// One question to several models at once. A model that fails has a row of its own and spoils no other.
const { prompt, models, width } = spell.parameters;

async function ask(model) {
  const started = Date.now();
  try {
    const { text, usage } = await llm.complete(prompt, { model });
    return { model, ms: Date.now() - started, tokens: usage.inputTokens + usage.outputTokens, text };
  } catch (error) {
    return { model, ms: Date.now() - started, tokens: "-", text: `failed: ${error.code}: ${error.message}` };
  }
}

const rows = await Promise.all(models.map(ask));

const column = Math.max("MODEL".length, ...rows.map((row) => row.model.length));
const line = (model, ms, tokens, text) =>
  `${model.padEnd(column)}  ${String(ms).padStart(6)}  ${String(tokens).padStart(6)}  ${text}`;
console.log(line("MODEL", "MS", "TOKENS", "ANSWER"));
for (const { model, ms, tokens, text } of rows) {
  const letters = [...text.replace(/\s+/g, " ")];
  const shown = letters.length > width ? `${letters.slice(0, width).join("")}…` : letters.join("");
  console.log(line(model, ms, tokens, shown));
}

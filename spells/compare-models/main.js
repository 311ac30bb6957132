// One question to several models at once. A model that fails has a row of its own and spoils no other.
const { prompt, models, width, consensus } = spell.parameters;

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
const short = (text) => {
  const letters = [...text.replace(/\s+/g, " ")];
  return letters.length > width ? `${letters.slice(0, width).join("")}…` : letters.join("");
};
console.log(line("MODEL", "MS", "TOKENS", "ANSWER"));
for (const { model, ms, tokens, text } of rows) {
  console.log(line(model, ms, tokens, short(text)));
}

// Models that failed have no vote.
const answers = rows.filter((row) => row.tokens !== "-").map(({ model, text }) => ({ model, text }));
if (consensus !== "none" && answers.length > 1) {
  const { agreement, text } = await provider.vote(answers, { by: consensus });
  console.log(`${Math.round(agreement * 100)}% say: ${short(text)}`);
}

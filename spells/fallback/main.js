// One model after the other until one answers. What failed is logged and fails nothing.
const { prompt, models, strategy } = spell.parameters;

// A model that keeps failing is left alone for a while: what matters where many questions are asked.
for (const model of models) {
  await pool.limit(model, { concurrency: 4, breaker: { failures: 3, pause: "1m" } });
}

const answer = await provider.complete(prompt, { models, strategy });
for (const { model, status, message } of answer.attempts) {
  if (status === "failed") await log.warn(`${model}: ${message}`);
}
await log.info(`answered by ${answer.provider}/${answer.model}`);
console.log(String(answer));

// The smallest spell: one question, one answer.
const answer = await llm.complete(`Write one line about ${spell.parameters.topic}`);
console.log(answer.text);

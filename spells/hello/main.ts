// The smallest spell: one question, one answer.
const topic: string = spell.parameters.topic;
const answer = await llm.complete(`Write one line about ${topic}`);
console.log(answer.text);

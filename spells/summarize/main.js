// Standard input in, a summary out.
const INSTRUCTIONS = {
  sentence: "Summarize the following text in one sentence.",
  paragraph: "Summarize the following text in one short paragraph.",
  bullets: "Summarize the following text as at most five bullet points, each on a line that begins with '- '.",
};

const text = await spell.input();
if (typeof text !== "string") throw new Error("Standard input is not UTF-8 text");
if (text.trim() === "") {
  throw new Error(
    "There is nothing to summarize: pass a text on standard input, as in `llmspell run summarize < notes.txt`",
  );
}

const { style, language } = spell.parameters;
const inLanguage = language === undefined ? "" : ` Write in ${language}.`;

// The instruction is the system's: what the text says is no order to the model.
const answer = await llm.complete(`Summarize this text:\n\n${text}`, {
  system: INSTRUCTIONS[style] + inLanguage,
  temperature: 0.2,
});
if (answer.finishReason === "length") log.warn("the summary was cut off by the model's limit");
console.log(answer.text);

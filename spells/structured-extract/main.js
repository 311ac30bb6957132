// Standard input in, JSON out that fits a schema.
const EVENT = {
  title: "string(1..) # a few words",
  date: "date? # of the event, where the text says it",
  kind: "meeting|party|trip|other",
  people: [{ name: "string", role: "string?" }],
};

const text = await spell.input();
if (typeof text !== "string") throw new Error("Standard input is not UTF-8 text");
if (text.trim() === "") {
  throw new Error(
    "There is nothing to extract from: pass a text on standard input, as in `llmspell run structured-extract < mail.txt`",
  );
}

const { fields, tries } = spell.parameters;
const wanted = await schema.of(fields === undefined ? EVENT : await json.decode(fields));

try {
  // The instruction is the system's: what the text says is no order to the model.
  const answer = await llm.object(`Extract from this text:\n\n${text}`, wanted, {
    system: "Extract what the text says, and nothing that it does not say.",
    tries,
    temperature: 0,
  });
  console.log(await json.encode(answer.value, { indent: 2 }));
} catch (err) {
  if (err.code !== "answer.schema") throw err;
  for (const wrong of err.details.errors) log.warn(`${wrong.path} ${wrong.message}`);
  throw new Error(`The model gave nothing that fits, after ${err.details.tries} tries`, { cause: err });
}

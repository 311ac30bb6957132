// A conversation. Everything said so far goes to the model each time: that is its memory.
const messages = [{ role: "system", content: spell.parameters.system }];

for (;;) {
  const line = await spell.prompt("you: ");
  // null at the end of input (Ctrl-D).
  if (line === null || line === "/quit") break;
  if (line.trim() === "") continue;
  messages.push({ role: "user", content: line });
  // The answer is written as it arrives.
  const stream = await llm.stream(messages);
  for await (const piece of stream) {
    if (piece.type === "text") spell.output(piece.text);
  }
  console.log();
  messages.push({ role: "assistant", content: (await stream.result()).text });
}

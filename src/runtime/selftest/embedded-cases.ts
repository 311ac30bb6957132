import text from "./cases.jsonl" with { type: "text" };

/** The cases inside of the binary, as their file has them. */
export const EMBEDDED_CASES: string = text;

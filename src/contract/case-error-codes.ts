/** The codes of `llmspell test`, a part of ERROR_CODES; the number is the exit status of a wrong use. */
export const CASE_ERROR_CODES = {
  "case.invalid": {
    exit: 2,
    means: "The file of a test case is wrong: a key, a type, or an expectation that could never fail.",
    fix: "Correct it at the line that the message names; `llmspell profile schema case` prints its schema.",
  },
  "case.recording": {
    exit: 2,
    means: "The recording of a test case is missing, damaged, or that of another spell.",
    fix: "Record it again: `llmspell test SPELL --update`.",
  },
  "case.none": {
    exit: 2,
    means: "There is no test case to run.",
    fix: "Write tests/NAME.yaml beside the spell, or make one from a run: `llmspell test SPELL --record NAME`.",
  },
} as const;

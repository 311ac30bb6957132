/** The codes of questions to models that are refused before anything is sent, a part of ERROR_CODES; the number is the exit status. */
export const MODEL_ERROR_CODES = {
  "provider.options": {
    exit: 5,
    means: "The option `provider` has a field that the provider takes from no script.",
    fix: "Leave it out; docs/providers.md lists the fields.",
  },
  "provider.attachment": {
    exit: 5,
    means: "An image, file or sound is too large, of an unknown type, or of another than it is said to be.",
    fix: "Send PNG, JPEG, GIF, WebP, PDF, text, WAV or MP3, within bridges.llm.maxAttachmentBytes of the profile.",
  },
  "provider.context": {
    exit: 5,
    means: "The question has more tokens than the model takes.",
    fix: "Ask with less, in parts, or a model with a longer context.",
  },
  "provider.batch": {
    exit: 5,
    means: "The batch is not known, or has no results yet.",
    fix: "Ask for its state with llm.batchState, and for its results once it is done.",
  },
  "limit.price": {
    exit: 4,
    means: "Nobody knows what the model costs, and the run has a budget in dollars.",
    fix: "Name a model whose price is known, grant llm with `unknownPrices: count-tokens`, or set `budget: {usd: null}`.",
  },
} as const;

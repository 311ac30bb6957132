/** The codes about groups, pools and the catalogue of models, a part of ERROR_CODES; the numbers are exit statuses. */
export const GROUP_ERROR_CODES = {
  "provider.group": {
    exit: 5,
    means: "None of a group's models answered, or fewer than its quorum; the message says what each of them did.",
    fix: "Look at each model's own error; name more models, or a lower quorum.",
  },
  "provider.disagreement": {
    exit: 5,
    means: "A group's models answered, but fewer of them agree than the call asks for; the details hold the votes.",
    fix: "Ask more models, ask for a lower agreement, or look at the votes.",
  },
  "provider.unknown-group": {
    exit: 1,
    means: "A group of models is named that was not defined in this run.",
    fix: "Define it first by provider.define, or correct the name.",
  },
  "pool.full": {
    exit: 5,
    means: "More calls wait for a model than its pool lets wait.",
    fix: "Ask fewer at once, or give pool.limit a longer queue.",
  },
  "pool.open": {
    exit: 5,
    means: "A model failed so often that its circuit breaker lets no call through for now.",
    fix: "Wait, or use another model: provider.complete with several models goes on to the next.",
  },
  "pool.timeout": {
    exit: 5,
    means: "A call to a model took longer than its pool allows.",
    fix: "Give pool.limit a longer timeout, or ask for a shorter answer.",
  },
  "model.unknown": {
    exit: 1,
    means: "The catalogue has no such model. The provider may have it all the same: the data have a date.",
    fix: "Correct the name, or look with refresh, which asks the provider.",
  },
  "model.experiment": {
    exit: 1,
    means: "An experiment has no such arm, or not enough results to compare.",
    fix: "Split before you record, and record some results of at least two arms.",
  },
} as const;

/** The codes of schemas and structured answers, a part of ERROR_CODES; the number is the exit status of a run that ends so. */
export const SCHEMA_ERROR_CODES = {
  "schema.invalid": {
    exit: 1,
    means: "A JSON Schema, or the short form of one, is wrong.",
    fix: "Correct the place in the schema that the message names; `details.path` has it too.",
  },
  "schema.mismatch": {
    exit: 1,
    means: "A value does not fit its schema.",
    fix: "`details.errors` lists all that is wrong; schema.validate gives the same without an error.",
  },
  "schema.too-complex": {
    exit: 4,
    means: "Checking a value by its schema takes too many steps, or the schema leads in a circle.",
    fix: "Make the schema simpler: fewer alternatives within each other, shorter patterns and texts.",
  },
  "schema.not-found": {
    exit: 1,
    means: "A repository has no schema of that name or version, or no such repository is granted.",
    fix: "The message names what is there; schema.list and schema.versions show it.",
  },
  "schema.migration": {
    exit: 1,
    means: "There is no way from one version of a schema to another, or what came of it does not fit.",
    fix: "Register the missing step by schema.addMigration.",
  },
  "schema.store": {
    exit: 1,
    means:
      "What a repository keeps on disk is not as it was written, is not ours or cannot be used, or others save all the time.",
    fix: "The message names the file and why.",
  },
  "answer.schema": {
    exit: 5,
    means: "A model's answer did not fit the schema, after all tries.",
    fix: "`details.text` is the last answer and `details.errors` what is wrong with it; ask for less, describe it better, or allow more tries.",
  },
} as const;

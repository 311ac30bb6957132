import type { ModelAbility } from "../../contract/catalogue.ts";

/** A kind of work: what a model must be able to do for it, and how many tokens one call is taken to have. */
export interface Task {
  readonly doc: string;
  readonly needs: readonly ModelAbility[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly minContext?: number;
}

/** The tasks that can be named. Their tokens are assumptions, shown with each recommendation and replaced by `tokens`. */
export const TASKS = {
  chat: { doc: "A turn of a conversation", needs: [], inputTokens: 2000, outputTokens: 500 },
  classify: { doc: "A label for a short text", needs: [], inputTokens: 500, outputTokens: 20 },
  extract: { doc: "Data from a page of text", needs: [], inputTokens: 4000, outputTokens: 500 },
  summarize: { doc: "A short text of a long one", needs: [], inputTokens: 20_000, outputTokens: 500 },
  translate: { doc: "A page in another language", needs: [], inputTokens: 2000, outputTokens: 2000 },
  code: { doc: "A function or two, with the files around them", needs: [], inputTokens: 10_000, outputTokens: 2000 },
  reason: { doc: "A hard question with much thinking", needs: ["thinking"], inputTokens: 2000, outputTokens: 10_000 },
  agent: { doc: "A step of an agent with tools", needs: ["tools"], inputTokens: 10_000, outputTokens: 1000 },
  vision: { doc: "A question about an image", needs: ["vision"], inputTokens: 2000, outputTokens: 500 },
  documents: {
    doc: "A question about a book",
    needs: [],
    inputTokens: 150_000,
    outputTokens: 1000,
    minContext: 200_000,
  },
} as const satisfies Record<string, Task>;

/** A task's name. */
export type TaskName = keyof typeof TASKS;

/** Every task's name. */
export const TASK_NAMES = Object.keys(TASKS) as [TaskName, ...TaskName[]];

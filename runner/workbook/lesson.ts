// What a lesson is made of, as data. Its checker is beside it in check.ts, its chapter in docs, its solution in solutions.

/** One clause of the contract in the learner's words. */
export interface Clause {
  /** The contract's number, such as `3.4`. */
  readonly id: string;
  readonly text: string;
}

/** The default export of `lessons/NN-name/lesson.ts`. Texts are Markdown. */
export interface LessonData {
  /** As in a table of contents: `IPC counters`. */
  readonly title: string;
  /** One sentence: what one can do afterwards. */
  readonly summary: string;
  readonly aims: readonly string[];
  /** What to do: the situation, what the starter gives, what is asked. */
  readonly task: string;
  /** Every clause that this lesson's checker judges. */
  readonly clauses: readonly Clause[];
  /** From a nudge, over the idea, to almost the code. */
  readonly hints: readonly [string, string, string];
}

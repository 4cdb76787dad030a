// What a lesson is made of, as data. Its checker is beside it in check.ts, its chapter in docs, its solution in solutions.

/** One clause of the contract in the learner's words. */
export interface Clause {
  /** The contract's number, such as `3.4`. */
  readonly id: string;
  readonly text: string;
  /** It allows something and asks for nothing: no property judges it. */
  readonly free?: true;
}

/** The default export of `lessons/NN-name/lesson.ts`. Texts are Markdown. What must be in them: lesson.schema.json. */
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
  /** The clause that the untouched starter is told to have broken first: where a learner begins. */
  readonly firstToDo: string;
  /** From a nudge, over the idea, to almost the code. */
  readonly hints: readonly [string, string, string];
}

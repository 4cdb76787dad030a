// What a lesson is made of, as data. Its checker is beside it in check.ts, its chapter in docs, its solution in solutions.
import type { Beat } from './beat.ts';

/** One clause of the contract in the learner's words. */
export interface Clause {
  /** The contract's number, such as `3.4`. */
  readonly id: string;
  readonly text: string;
  /** It allows something and asks for nothing: no property judges it. */
  readonly free?: true;
}

/** A question about a run that has not been yet. What answers it is in predictions.ts beside lesson.ts. */
export interface Prediction {
  /** Of the experiment that answers it. */
  readonly id: string;
  /** As in a list: `One kept connection`. */
  readonly title: string;
  /** What is run, and what is asked of it. */
  readonly question: string;
  /** What is run, from the lesson's folder, such as `./predictions/name.ts`; the solution where it is not given. */
  readonly program?: string;
  /** By their names, in the order in which they are shown. Where there are none, the answer is a number. */
  readonly choices?: Readonly<Record<string, string>>;
  /** A number, or the name of a choice: the same on every machine. */
  readonly answer: number | string;
  /** Why it is so, in a sentence. */
  readonly because: string;
  /** The chapter's heading below which it is explained, as an anchor. */
  readonly read: string;
}

/** What each worker says of itself over HTTP, as JSON: the live page asks it again and again. */
export interface Shows {
  readonly path: string;
  /** Of the object that is answered. The worker's pid is in its field `pid`. */
  readonly field: string;
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
  /** What a learner guesses, and then sees. */
  readonly predictions: readonly Prediction[];
  readonly shows?: Shows;
  /** What an instructor shows on the live page, in this order. */
  readonly beats: readonly Beat[];
}

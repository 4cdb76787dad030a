// What answers a prediction: what is done to its program, and what the history of that run says.
import type { Scenario } from '#harness';
import type { History } from '#history';

/** `lessons/NN-name/predictions.ts` exports one for each prediction of the lesson, by its id, as `experiments`. */
export interface Experiment {
  readonly scenario: Scenario;
  /** Null where the run did not come far enough to tell. */
  readonly answer: (history: History) => Answer | null;
}

export type Experiments = Readonly<Record<string, Experiment>>;

/** What really happened. */
export interface Answer {
  /** As in the prediction: a number, or the name of a choice. */
  readonly value: number | string;
  /** In the run's own pids and times, to go on from the answer: `pid 4711 answered all 100`. */
  readonly seen: string;
}

/** What came of running an experiment. */
export type Tried =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** `why` is a sentence for the learner. */
  | { readonly kind: 'none'; readonly why: string };

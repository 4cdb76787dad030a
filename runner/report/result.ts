// What a check came to, as every report tells it.
import type { Finding, Verdict } from '#checker';
import type { History } from '#history';

export interface CheckResult {
  readonly lesson: { readonly number: number; readonly slug: string; readonly title: string };
  /** The program's path as the learner would type it. */
  readonly file: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  readonly histories: readonly History[];
  /** What the type checker said of the program; null where it was not asked, or did not answer in time. */
  readonly typeErrors: readonly TypeProblem[] | null;
}

/** They decide nothing: TypeScript's types are stripped before the program runs. */
export interface TypeProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}

/** Why a program could not be judged at all. */
export interface Obstacle {
  readonly what: string;
  readonly why: string;
  readonly next: string;
}

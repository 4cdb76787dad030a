// Findings: what a property says about a history.
import type { Event, History, Life } from '#history';

export type Status = 'holds' | 'broken' | 'inconclusive';
export type Verdict = 'passed' | 'failed' | 'inconclusive' | 'fault';

/** What shows a finding: an event, or all that is told of a worker's life. */
export type Witness = Event | Life | null | undefined;

/** What judging one property on one history gives. */
export interface Opinion {
  readonly status: Status;
  /** How much was judged; 0 never holds. */
  readonly judged: number;
  /** One line in numbers: what was seen (holds), or why it could not be told (inconclusive). */
  readonly summary: string;
  /** Set where it is broken. */
  readonly expected?: string;
  readonly observed?: string;
  readonly cause?: string;
  /** Which side of the clause it is about, where the book has a place for each: a key of the property's `readMore`. */
  readonly about?: string;
  /** What shows it, where it is broken. */
  readonly evidence?: readonly Witness[];
}

/** One clause of the contract as a pure function of a history. */
export interface Property {
  /** The contract's number, such as `3.4`. */
  readonly id: string;
  /** The clause as a short sentence about the program. */
  readonly says: string;
  /** Heading in the book: `docs/03-ipc-counters.md#…`. */
  readonly read: string;
  /** Other headings for single sides of the clause, by the opinion's `about`. */
  readonly readMore?: Readonly<Record<string, string>>;
  /** Names of the scenarios that it is judged on; all of them must have been run. */
  readonly on: readonly string[];
  /** Clauses without which this one says nothing: where one of them is broken, this one is not judged. */
  readonly needs?: readonly string[];
  readonly judge: (history: History) => Opinion;
}

/** What is known of one property after all its scenarios. */
export interface Finding {
  readonly id: string;
  readonly says: string;
  readonly status: Status;
  readonly judged: number;
  readonly summary: string;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly cause: string | null;
  readonly read: string;
  /** The scenario that decided it. */
  readonly scenario: string | null;
  /** What shows it: indexes into the events of that scenario's history. */
  readonly evidence: readonly number[];
  /** The property itself failed: the workbook's fault, nothing of the program's. */
  readonly crashed?: true;
  /** What its scenarios need is not on this machine: the verdict is that of the others. */
  readonly unavailable?: true;
}

export function holds(judged: number, summary: string): Opinion {
  // nothing judged is nothing known
  return judged > 0 ? { status: 'holds', judged, summary } : unknown('nothing was there to be judged');
}

export interface Broken {
  readonly judged: number;
  readonly expected: string;
  readonly observed: string;
  readonly cause: string;
  readonly about?: string;
  readonly evidence: readonly Witness[];
}

export function broken(what: Broken): Opinion {
  return { status: 'broken', summary: what.observed, ...what };
}

export function unknown(why: string, judged = 0): Opinion {
  return { status: 'inconclusive', judged, summary: why };
}

/** Where no program can be blamed: `what` goes on after “to tell”. */
export function tooBusy(what: string, judged = 0): Opinion {
  return unknown(`this machine is too busy to tell ${what}`, judged);
}

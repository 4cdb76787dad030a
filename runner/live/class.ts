// The class board: how far those are who chose to tell it. It knows nobody: what comes is a random id, a lesson, a verdict
// and the numbers of broken clauses; no name, address or code, and nothing of it is written anywhere.
import { randomInt } from 'node:crypto';
import { openLimit } from './limit.ts';

/** What the board shows; the data of the event `board` on `/class/stream`. */
export interface Board {
  /** What a learner types to take part; null before the server's address is known. */
  readonly command: string | null;
  /** All lessons, in their order. */
  readonly lessons: readonly BoardLesson[];
  /** Findings that are broken in somebody's latest result, the most frequent first; at most 8. */
  readonly broken: readonly BrokenFinding[];
  /** Who told something in the last three hours. */
  readonly learners: number;
  /** Reports that were taken, since the board was opened. */
  readonly reports: number;
  /** And those that were not, by the reason. */
  readonly refused: Refused;
}

export interface BoardLesson {
  readonly number: number;
  readonly title: string;
  /** Whose latest result is of this lesson, and is not a pass. */
  readonly here: number;
  /** Of these, whose latest result is a failure. */
  readonly failed: number;
  /** Who has passed it, wherever they are now. */
  readonly passed: number;
}

export interface BrokenFinding {
  /** The clause's number. */
  readonly id: string;
  /** The clause as a short sentence about the program. */
  readonly says: string;
  readonly lesson: number;
  readonly learners: number;
}

export type Refused = Readonly<Record<Refusal, number>>;

/** `full`: nobody new can be taken any more. */
export type Refusal = 'wrong token' | 'malformed' | 'too large' | 'too many' | 'full';

/** A lesson as the board has to know it. */
export interface ClassLesson {
  readonly number: number;
  readonly title: string;
  /** What its properties judge. */
  readonly findings: readonly { readonly id: string; readonly says: string }[];
}

/** What a learner's workbook posts. */
export interface Report {
  /** Random, and another one every day; a newer result under the same id replaces the older one. */
  readonly id: string;
  readonly lesson: number;
  readonly verdict: 'passed' | 'failed' | 'inconclusive' | 'fault';
  /** Numbers of the clauses that were found broken. */
  readonly broken: readonly string[];
}

export type Reported = { readonly ok: true } | { readonly ok: false; readonly why: string; readonly refusal: Refusal };

export interface ClassBoard {
  /** Short enough to be read out and typed. */
  readonly token: string;
  board(): Board;
  /** `from`: the address that it came from, for the limits only. */
  report(from: string, token: string, value: unknown): Reported;
  /** Counts what was refused before it could be read. */
  refuse(refusal: Refusal): void;
}

export interface ClassOptions {
  readonly lessons: readonly ClassLesson[];
  /** ms, of any beginning. */
  readonly now?: () => number;
}

export const MOST_LEARNERS = 2000;
/** A big class, or several, may sit behind one address. */
export const MOST_OF_AN_ADDRESS = 300;
const FORGOTTEN_AFTER_MS = 3 * 3_600_000;
const MOST_BROKEN_SHOWN = 8;
const MOST_BROKEN_TOLD = 64;
/** A whole school may sit behind one address: two hundred that post once a second are far below. */
const AN_ADDRESS = { perSecond: 500, burst: 1000 };
const ALL = { perSecond: 1000, burst: 2000 };
/** A class that types the word of yesterday is far below; whoever tries them all would need years. */
const WRONG = { perSecond: 5, burst: 100 };
const NEWCOMERS = { perSecond: (1000 * MOST_OF_AN_ADDRESS) / FORGOTTEN_AFTER_MS, burst: MOST_OF_AN_ADDRESS };

interface Learner {
  readonly lesson: number;
  readonly verdict: Report['verdict'];
  readonly broken: readonly string[];
  readonly passed: ReadonlySet<number>;
  readonly at: number;
}

/** `command`: what a learner types, as it is known by then. */
export function openClass(
  { lessons, now = () => performance.now() }: ClassOptions,
  command: () => string | null = () => null,
): ClassBoard {
  const token = newToken();
  // the one that told something longest ago is the first
  const learners = new Map<string, Learner>();
  const limit = openLimit({ each: AN_ADDRESS, all: ALL, now });
  const wrong = openLimit({ each: WRONG, now });
  const newcomers = openLimit({ each: NEWCOMERS, now });
  const refused: Record<Refusal, number> = {
    'wrong token': 0,
    malformed: 0,
    'too large': 0,
    'too many': 0,
    full: 0,
  };
  let reports = 0;

  function forget(): void {
    for (const [id, { at }] of learners) {
      if (at > now() - FORGOTTEN_AFTER_MS) return;
      learners.delete(id);
    }
  }

  function refusal(kind: Refusal, why: string): Reported {
    refused[kind] += 1;
    return { ok: false, why, refusal: kind };
  }

  return {
    token,
    refuse(kind) {
      refused[kind] += 1;
    },
    report(from, said, value) {
      const report = asReport(value);
      forget();
      const before = report === null ? undefined : learners.get(report.id);
      // who is on the board already knew the word: the guesses of others must not keep them out
      if (before === undefined && wrong.isSpent(from))
        return refusal('too many', 'Too many wrong addresses were tried from there: try again in a moment.');
      if (said !== token) {
        wrong.grants(from);
        return refusal('wrong token', 'That is not the address that is shown in class now.');
      }
      if (!limit.grants(from)) return refusal('too many', 'Too many reports at once: try again in a moment.');
      const lesson = lessons.find(({ number }) => number === report?.lesson);
      if (report === null || lesson === undefined) return refusal('malformed', 'That is no report of a check.');
      if (before === undefined && learners.size >= MOST_LEARNERS)
        return refusal('full', `The board has ${MOST_LEARNERS} learners, and no room for more.`);
      if (before === undefined && !newcomers.grants(from))
        return refusal('full', `${MOST_OF_AN_ADDRESS} learners reported from there: there is no room for more.`);
      const { verdict } = report;
      const known = new Set(lesson.findings.map(({ id }) => id));
      learners.delete(report.id);
      learners.set(report.id, {
        lesson: report.lesson,
        verdict,
        broken: [...new Set(report.broken)].filter((id) => known.has(id)),
        passed:
          verdict === 'passed' ? new Set([...(before?.passed ?? []), report.lesson]) : (before?.passed ?? new Set()),
        at: now(),
      });
      reports += 1;
      return { ok: true };
    },
    board() {
      forget();
      const all = [...learners.values()];
      return {
        command: command(),
        lessons: lessons.map(({ number, title }) => {
          const here = all.filter(({ lesson, verdict }) => lesson === number && verdict !== 'passed');
          return {
            number,
            title,
            here: here.length,
            failed: here.filter(({ verdict }) => verdict === 'failed').length,
            passed: all.filter(({ passed }) => passed.has(number)).length,
          };
        }),
        broken: brokenNow(lessons, all),
        learners: all.length,
        reports,
        refused: { ...refused },
      };
    },
  };
}

function brokenNow(lessons: readonly ClassLesson[], all: readonly Learner[]): BrokenFinding[] {
  return lessons
    .flatMap(({ number, findings }) => {
      const times = new Map<string, number>();
      for (const { lesson, broken } of all)
        if (lesson === number) for (const id of broken) times.set(id, (times.get(id) ?? 0) + 1);
      return findings.map(({ id, says }) => ({ id, says, lesson: number, learners: times.get(id) ?? 0 }));
    })
    .filter((finding) => finding.learners > 0)
    .toSorted((one, other) => other.learners - one.learners)
    .slice(0, MOST_BROKEN_SHOWN);
}

const VERDICTS = ['passed', 'failed', 'inconclusive', 'fault'] as const;

/** Null where it is none. What else was posted is left out. */
export function asReport(value: unknown): Report | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, lesson, verdict: said, broken } = value as Readonly<Record<keyof Report, unknown>>;
  const verdict = VERDICTS.find((each) => each === said);
  if (typeof id !== 'string' || !/^[\w-]{16,40}$/.test(id) || typeof lesson !== 'number') return null;
  if (verdict === undefined || !Array.isArray(broken) || broken.length > MOST_BROKEN_TOLD) return null;
  return broken.every(isClause) ? { id, lesson, verdict, broken } : null;
}

function isClause(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,2}\.\d{1,2}$/.test(value);
}

/** Without signs that look like each other. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** As in `k7-mq-2p`. */
function newToken(): string {
  const pair = () => Array.from({ length: 2 }, () => SIGNS.charAt(randomInt(SIGNS.length))).join('');
  return [pair(), pair(), pair()].join('-');
}

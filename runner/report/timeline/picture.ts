// One scenario as a picture's data: lanes, faults, marks and answers on one axis of time. What is left out is counted.
import type { Finding } from '#checker';
import { type Event, type EventOf, type History, of } from '#history';
import { count } from '../numbers.ts';
import { type Answered, answeredIn, sumOf } from './answered.ts';
import { type FaultLine, faultLines } from './faults.ts';
import { chosen, endOf, type Generation, generationsOf, pidsAt } from './generations.ts';
import { lossesOf } from './losses.ts';
import { isAnswer, type Owner } from './requests.ts';
import { evidenceOf, gather, type Item, type Mark } from './mark.ts';
import { messagesOf } from './messages.ts';
import type { Span } from './span.ts';
import { moment, type Namer, plural } from './words.ts';
import { witnessesOf } from './witnesses.ts';

export interface Lane extends Generation {
  /** A process that no cluster.fork made: when it was seen first is all that is known. */
  readonly stranger: boolean;
  readonly answered: number;
  readonly words: string;
  readonly findings: readonly string[];
}

export interface Picture {
  readonly history: History;
  readonly span: Span;
  readonly lanes: readonly Lane[];
  readonly faults: readonly FaultLine[];
  readonly marks: readonly Mark[];
  readonly answered: Answered;
  readonly steps: readonly EventOf<'step'>[];
  /** When the checker ended the program, where the picture goes on after that. */
  readonly stop: EventOf<'stop'> | null;
  /** What became of all requests, in words. */
  readonly account: string;
  readonly messages: string | null;
  /** What has no place in the picture, a sentence each. */
  readonly out: readonly string[];
}

/** Columns of time for the density in the lanes; other numbers of columns divide it. */
export const COLUMNS = 240;
const MOST_LANES = 16;

/** `room` is how many marks the picture may have. Null where no program was started. */
export function pictureOf(history: History, findings: readonly Finding[], owner: Owner, room: number): Picture | null {
  const start = of(history, 'start')[0];
  if (!start) return null;
  const evidence = evidenceOf(history, findings);
  const end = Math.max(endOf(history), ...[...evidence.keys()].map((index) => afterTheEnd(history.events[index])));
  const span = { from: 0, to: end };
  const all = [...generationsOf(history, end).map((each) => asKilled(each, history)), ...strangersOf(history, end)];
  const drawn = chosen(all, pidsAt(history, [...evidence.keys()]), MOST_LANES);
  const name = namer(all);
  const answered = answeredIn(history, span, COLUMNS, drawn, owner);
  const messages = messagesOf(history, evidence, name, Math.floor(room * 0.4));
  const lost = lossesOf(history, all, owner, evidence, name);
  const losses = gather(lost, span, Math.floor(room * 0.4));
  const witnesses = gather(witnessesOf(history, owner, evidence, name, messages.drawn), span, Math.floor(room * 0.25));
  const stop = of(history, 'stop')[0] ?? null;
  return {
    history,
    span,
    lanes: drawn.map((each) => laneOf(each, history, evidence, sumOf(answered.by.get(each.pid)), name)),
    faults: faultLines(history, span, evidence, name),
    marks: [...messages.arrows, ...losses.marks, ...witnesses.marks],
    answered,
    steps: of(history, 'step'),
    stop: stop !== null && stop.t < end ? stop : null,
    account: accountOf(history, lost),
    messages: messages.told,
    out: [
      left(all.length - drawn.length, 'process', 'processes', 'without a lane'),
      left(losses.out, 'lost request', 'lost requests', 'without a mark'),
      left(witnesses.out, 'error or witness', 'errors and witnesses', 'without a mark'),
    ].filter((line) => line !== ''),
  };
}

/** What was left behind is looked for after the end. */
function afterTheEnd(event: Event | undefined): number {
  return event?.kind === 'left' || event?.kind === 'cleaned' ? event.t : 0;
}

function left(number: number, one: string, many: string, how: string): string {
  return number === 0 ? '' : `${plural(number, one, many)} ${how}`;
}

function namer(generations: readonly Generation[]): Namer {
  const labels = new Map(generations.map(({ pid, label }) => [pid, `${label} (pid ${pid})`]));
  return (pid) => (pid === null ? 'an unknown process' : (labels.get(pid) ?? `pid ${pid}`));
}

/** It was dead from the moment that the checker killed it; what the primary was told, and when, is another thing. */
function asKilled(generation: Generation, history: History): Generation {
  const { pid, leaving, ended } = generation;
  const kill = of(history, 'fault').find((each) => each.fault === 'SIGKILL' && each.pid === pid);
  if (!kill || !(kill.landed || ended?.why === 'SIGKILL')) return generation;
  const late = ended !== null && ended.t - kill.t > LATE_MS ? `, its exit told at ${moment(ended.t)}` : '';
  return {
    ...generation,
    leaving: leaving !== null && leaving < kill.t ? leaving : null,
    ended: { t: kill.t, why: `SIGKILL${late}`, planned: false },
  };
}

const LATE_MS = 50;

type Stranger = Generation & { readonly stranger?: true };

function strangersOf(history: History, end: number): Stranger[] {
  const known = new Set([...of(history, 'start'), ...of(history, 'fork')].map(({ pid }) => pid));
  return of(history, 'hello').flatMap(({ pid, t }): Stranger[] => {
    if (known.has(pid) || t > end) return [];
    known.add(pid);
    const never = { worker: null, online: null, listening: null, elsewhere: null, leaving: null, ended: null };
    return [{ ...never, label: 'other process', pid, forked: t, stranger: true }];
  });
}

function laneOf(
  generation: Stranger,
  { events }: History,
  evidence: ReturnType<typeof evidenceOf>,
  answered: number,
  name: Namer,
): Lane {
  const findings = [...evidence].flatMap(([index, ids]) => {
    const event = events[index];
    return event !== undefined && isOfALife(event) && event.pid === generation.pid ? ids : [];
  });
  const { pid, stranger = false } = generation;
  const words = `${name(pid)}: ${lifeInWords(generation, stranger)}; ${plural(answered, 'request')} answered`;
  return { ...generation, stranger, answered, words, findings: [...new Set(findings)] };
}

type OfALife = EventOf<'start' | 'fork' | 'online' | 'listening' | 'closed' | 'disconnect' | 'exit' | 'ended'>;

function isOfALife(event: Event): event is OfALife {
  return ['start', 'fork', 'online', 'listening', 'closed', 'disconnect', 'exit', 'ended'].includes(event.kind);
}

/** The phases of a life with their moments. */
function lifeInWords(generation: Generation, stranger = false): string {
  const { worker, forked, online, listening, elsewhere, leaving, ended } = generation;
  const began = stranger ? 'no worker of the cluster; seen first at' : worker === null ? 'started at' : 'forked at';
  const told = [`${began} ${moment(forked)}`];
  if (worker !== null && online !== null) told.push(`online at ${moment(online)}`);
  if (worker !== null && listening !== null) told.push(`listening at ${moment(listening)}`);
  if (worker !== null && listening === null)
    told.push(elsewhere === null ? 'never listened' : `listened on port ${elsewhere} only`);
  if (leaving !== null) told.push(`draining from ${moment(leaving)}`);
  if (ended !== null) told.push(`dead at ${moment(ended.t)} (${ended.why}${ended.planned ? ', as planned' : ''})`);
  return told.join(', ');
}

function accountOf(history: History, lost: readonly Item[]): string {
  const requests = of(history, 'request');
  const measured = of(history, 'pressure');
  const answers = requests.filter(isAnswer).length;
  const counted = of(history, 'answers').reduce((sum, event) => sum + event.count, 0);
  const ok = measured.reduce((sum, event) => sum + event.ok, 0);
  const failed = measured.reduce((sum, { other, errors }) => sum + other + errors, 0);
  const excused = lost.filter(({ kind }) => kind === 'excused').length;
  const unfinished = requests.length - answers - lost.length;
  return [
    `${plural(answers + counted + ok, 'request')} answered`,
    `${count(lost.length + failed)} lost${excused === 0 ? '' : ` (${count(excused)} excused)`}`,
    ...(unfinished === 0 ? [] : [`${count(unfinished)} still under way at the end`]),
  ].join(', ');
}

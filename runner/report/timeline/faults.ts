// Fault lines: what the checker broke, at its moment across all lanes, with names that do not stand on each other.
import type { EventOf, History } from '#history';
import type { Evidence } from './mark.ts';
import { place, type Span } from './span.ts';
import { bootsInShort, FAULTS, moment, type Namer, tell } from './words.ts';

export interface FaultLine {
  readonly t: number;
  readonly label: string;
  /** Row of the label above the lanes; null where there was no room for it. */
  readonly row: number | null;
  /** The label stands before its line instead of behind it. */
  readonly before: boolean;
  readonly words: string;
  readonly findings: readonly string[];
  /** A signal, not a message. */
  readonly hard: boolean;
}

export const LABEL_ROWS = 4;
/** Faults of one name that follow each other within this share of the time are one line. */
const TOGETHER = 0.012;
/** Of the narrowest picture; what fits there fits in a wider one. */
const WIDTH = 620;
const LETTER = 6.4;
const GAP = 10;

export function faultLines(history: History, span: Span, evidence: Evidence, name: Namer): FaultLine[] {
  const rows = Array.from({ length: LABEL_ROWS }, () => -Infinity);
  return together(history, span, evidence).map((group) => {
    const first = group[0] as Fault;
    const label = labelOf(group.map(({ event }) => event));
    const x = place(span, first.event.t) * WIDTH;
    const length = label.length * LETTER;
    const before = x + length + GAP > WIDTH;
    const left = before ? x - length - GAP : x;
    const row = rows.findIndex((end) => end <= left);
    if (row !== -1) rows[row] = left + length + 2 * GAP;
    return {
      t: first.event.t,
      label,
      row: row === -1 ? null : row,
      before,
      words: wordsOf(group, name),
      findings: [...new Set(group.flatMap(({ findings }) => findings))],
      hard: first.event.kind === 'boots' || first.event.fault.startsWith('SIG'),
    };
  });
}

/** A fault, or another way for workers to boot. */
type Broke = EventOf<'fault'> | EventOf<'boots'>;

interface Fault {
  readonly event: Broke;
  readonly findings: readonly string[];
}

function together(history: History, span: Span, evidence: Evidence): Fault[][] {
  const groups: Fault[][] = [];
  for (const [index, event] of history.events.entries()) {
    if (event.kind !== 'fault' && event.kind !== 'boots') continue;
    const fault = { event, findings: evidence.get(index) ?? [] };
    const last = groups.at(-1);
    const before = last?.at(-1)?.event;
    const close = before !== undefined && place(span, event.t) - place(span, before.t) < TOGETHER;
    if (last && close && nameOf(before) === nameOf(event)) last.push(fault);
    else groups.push([fault]);
  }
  return groups;
}

function nameOf(event: Broke): string {
  return event.kind === 'fault' ? (FAULTS[event.fault] ?? event.fault) : bootsInShort(event);
}

function labelOf(group: readonly Broke[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const name = nameOf(first);
  if (group.length > 1) return `${group.length} × ${name}`;
  return first.kind === 'boots' || first.worker === null ? name : `${name} · worker ${first.worker}`;
}

function wordsOf(group: readonly Fault[], name: Namer): string {
  const told = group.slice(0, 3).map(({ event }) => tell(event, name));
  const rest = group.length - told.length;
  return rest === 0
    ? told.join('; ')
    : `${told.join('; ')}; and ${rest} more until ${moment(group.at(-1)?.event.t ?? 0)}`;
}

// Recorded transcripts: what a wrong specimen is told about the clauses that it breaks, word by word, so that a change of
// wording shows in review. Numbers are `#`, since pids, times and counts are of a single run. An author may write `…`
// where any words may stand, and `or` before what may be told instead; both are kept as long as they fit.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding } from '#checker';
import { stemOf } from '../end-to-end/specimens.ts';
import type { Known } from '../trial/known.ts';

const FIELDS = ['says', 'expected', 'observed', 'cause', 'read'] as const;
type Field = (typeof FIELDS)[number];

/** What is told about one clause; of each part, all that may be told. */
export interface Told extends Readonly<Record<Field, readonly string[]>> {
  readonly id: string;
}

export type Transcript = readonly Told[];

/** What a wrong specimen was told when that was recorded (null where it never was), and what it is told now. */
export interface Telling {
  readonly recorded: Transcript | null;
  readonly now: Transcript;
}

/** Null for what has no transcript to be compared with: right programs are told nothing, and starters are no specimens. */
export function tellingOf(known: Pick<Known, 'file' | 'must'>, findings: readonly Finding[]): Telling | null {
  return 'breaks' in known.must ? { recorded: readTranscript(known), now: transcriptOf(known, findings) } : null;
}

/** Clauses that may break too are left out: not every run breaks them. */
export function transcriptOf({ must }: Pick<Known, 'must'>, findings: readonly Finding[]): Transcript {
  const breaks = 'breaks' in must ? must.breaks : [];
  return findings
    .filter(({ id, status }) => status === 'broken' && breaks.includes(id))
    .map(({ id, says, expected, observed, cause, read }) => ({
      id,
      says: [says],
      expected: [steady(expected)],
      observed: [steady(observed)],
      cause: [steady(cause)],
      read: [read],
    }));
}

/** Without numbers, however many there are in a row, as many workers, and whatever unit suits a time. */
function steady(text: string | null): string {
  return (text ?? '')
    .replaceAll(/\d+(?:[.,]\d+)*/g, '#')
    .replaceAll(/(?:# min )?# m?s\b/g, '# s')
    .replaceAll(/#(?:, #)*(?:,? and #)/g, '#, #')
    .replaceAll(/(worker # \(pid #\)(?: listens on #)?)(?:, \1)* and \1/g, '$1, $1')
    .trim();
}

/** The lines of `now` that were not recorded, each below what was; empty where nothing changed. */
export function changes(recorded: Transcript, now: Transcript): readonly string[] {
  const ids = [...new Set([...recorded, ...now].map(({ id }) => id))];
  return ids.flatMap((id) => {
    const before = recorded.find((told) => told.id === id);
    const after = now.find((told) => told.id === id);
    const lines = FIELDS.filter((field) => !fits(before?.[field], after?.[field])).flatMap((field) => [
      ...linesOf(field, before?.[field] ?? []).map((line) => `- ${line}`),
      ...linesOf(field, after?.[field] ?? []).map((line) => `+ ${line}`),
    ]);
    return lines.length > 0 ? [`  ${id}`, ...lines] : [];
  });
}

/** What is to be recorded now: what was, where it still fits; `also` keeps the rest beside what is told now. */
export function recordedAnew(recorded: Transcript | null, now: Transcript, also: boolean): Transcript {
  return now.map((told) => {
    const before = recorded?.find(({ id }) => id === told.id);
    if (before === undefined) return told;
    const field = (name: Field): readonly string[] => {
      if (fits(before[name], told[name])) return before[name];
      return also ? [...before[name], ...told[name]] : told[name];
    };
    return {
      id: told.id,
      says: field('says'),
      expected: field('expected'),
      observed: field('observed'),
      cause: field('cause'),
      read: field('read'),
    };
  });
}

function fits(recorded: readonly string[] | undefined, now: readonly string[] | undefined): boolean {
  if (recorded === undefined || now === undefined) return false;
  return now.every((text) => recorded.some((pattern) => patternOf(pattern).test(text)));
}

function patternOf(recorded: string): RegExp {
  const parts = recorded.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** `test/specimens/NN-name/transcripts/NAME.txt`. */
export function transcriptFile({ file }: Pick<Known, 'file'>): string {
  return join(dirname(file), '..', 'transcripts', `${stemOf(file)}.txt`);
}

/** Null where none was recorded. */
export function readTranscript(known: Pick<Known, 'file'>): Transcript | null {
  const file = transcriptFile(known);
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : null;
}

export function writeTranscript(known: Pick<Known, 'file'>, transcript: Transcript): void {
  const file = transcriptFile(known);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, transcript.map(printed).join('\n'));
}

const LABEL = 10;

/** The clause and its sentence in one line, then a line for each part, so that a change is a line too. */
function printed({ id, says, ...parts }: Told): string {
  const fields = FIELDS.filter((field) => field !== 'says');
  const lines = fields.flatMap((field) => linesOf(field, parts[field]));
  return [...says.map((text) => `${id.padEnd(LABEL)}${text}`), ...lines, ''].join('\n');
}

function linesOf(field: Field, texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => `${(index === 0 ? field : 'or').padEnd(LABEL)}${text}`);
}

function parse(text: string): Transcript {
  const transcript: {
    id: string;
    says: string[];
    expected: string[];
    observed: string[];
    cause: string[];
    read: string[];
  }[] = [];
  let field: Field = 'says';
  for (const line of text.split('\n')) {
    const [, label = '', words = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (/^\d+\.\d+$/.test(label)) {
      transcript.push({ id: label, says: [], expected: [], observed: [], cause: [], read: [] });
      field = 'says';
    } else field = FIELDS.find((each) => each === label) ?? field;
    if (label !== '') transcript.at(-1)?.[field].push(words);
  }
  return transcript;
}

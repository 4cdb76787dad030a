// What became of each trial, a JSON value a line: appended as soon as it is known, and read again by the next one.
import { appendFileSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Outcome } from '../trial/compare.ts';

export interface Trialled {
  readonly fingerprint: string;
  readonly at: string;
  /** As `called` says it. */
  readonly program: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** How often a process of the program was paused. */
  readonly pauses: number;
  /** Where its histories are. */
  readonly kept: string | null;
}

export interface Records {
  readonly all: readonly Trialled[];
  add(record: Trialled): void;
}

export function openRecords(path: string): Records {
  const text = readOrNone(path);
  const all = parseRecords(text);
  // Whoever was ended within a line left half of one.
  let gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    all,
    add(record) {
      all.push(record);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${gap}${JSON.stringify(record)}\n`);
      gap = '';
    },
  };
}

/** Puts the records aside, under a name that tells when. Gives that name; null where there are none. */
export function putAside(path: string, now: Date): string | null {
  const aside = path.replace(/(\.\w+)?$/, `-until-${now.toISOString().replaceAll(':', '-')}$1`);
  try {
    renameSync(path, aside);
    return aside;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Lines that are no records are left out. */
export function parseRecords(text: string): Trialled[] {
  return text.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isRecord(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

function isRecord(value: unknown): value is Trialled {
  const { fingerprint, outcome, durationMs } = (value ?? {}) as Partial<Trialled>;
  return typeof fingerprint === 'string' && typeof outcome?.kind === 'string' && typeof durationMs === 'number';
}

function readOrNone(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

// The answers of one run of a lesson's experiments, kept for readers who cannot run them: `predictions.json`.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeAtomic } from './atomic.ts';
import type { Answer } from './experiment.ts';
import type { Lesson } from './find.ts';

export interface Recorded {
  /** Without the `v`. */
  readonly node: string;
  /** Of the machine that it was recorded on. */
  readonly cores: number;
  /** `2026-01-31` */
  readonly date: string;
  /** By the ids of the predictions. */
  readonly answers: Readonly<Record<string, Answer>>;
}

/** Null where nothing is recorded. */
export function readRecorded(lesson: Lesson): Recorded | null {
  try {
    return JSON.parse(readFileSync(fileOf(lesson), 'utf8')) as Recorded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** As of now, on this machine. Rejects where the file cannot be written. */
export async function writeRecorded(lesson: Lesson, answers: Recorded['answers']): Promise<void> {
  const recorded: Recorded = {
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString().slice(0, 10),
    answers,
  };
  await writeAtomic(fileOf(lesson), `${JSON.stringify(recorded, null, 2)}\n`);
}

function fileOf(lesson: Lesson): string {
  return join(lesson.folder, 'predictions.json');
}

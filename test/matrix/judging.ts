// What the checker says of recorded runs, with all properties of a lesson and with each of them taken away.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeAll, verdictOf, type Finding, type Opinion, type Property } from '#checker';
import { of, type History } from '#history';
import { load, type Lesson } from '#workbook';
import { readHistory } from '../../runner/harness/history-file.ts';
import { compare, type Must, type Outcome, type Said } from '../trial/compare.ts';

export interface Judgement {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** By the id of the property that was taken away. */
  readonly without: ReadonlyMap<string, Outcome>;
}

export async function propertiesOf(lesson: Lesson): Promise<readonly Property[]> {
  return (await load<{ readonly properties: readonly Property[] }>(lesson.check)).properties;
}

/** The histories in a folder. Throws where one of them is none. */
export async function readRun(folder: string): Promise<readonly History[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const read = await readHistory(path);
      switch (read.kind) {
        case 'read':
          return read.history;
        case 'other schema':
          throw new Error(`${path} was recorded in version ${read.schema} of the history's format`);
        case 'damaged':
        case 'unreadable':
          throw new Error(`${path} cannot be read: ${read.why}`);
      }
    }),
  );
}

/** Pure. */
export function judgeRun(must: Must, properties: readonly Property[], histories: readonly History[]): Judgement {
  const once = properties.map(remembering);
  const findings = judgeAll(once, histories);
  const left = leftBehind(histories);
  if (left !== null) return { findings, outcome: { kind: 'fault', why: left }, without: new Map() };
  const without = once.map(({ id }) => {
    const others = once.filter((property) => property.id !== id);
    return [id, compare(must, said(judgeAll(others, histories), histories))] as const;
  });
  return { findings, outcome: compare(must, said(findings, histories)), without: new Map(without) };
}

function said(findings: readonly Finding[], histories: readonly History[]): Said {
  return { findings, verdict: verdictOf(findings, histories), error: null };
}

/** Judges each history once, however often it is asked: what is taken away changes what follows from an opinion, not the opinion. */
function remembering(property: Property): Property {
  const opinions = new Map<History, Opinion>();
  return {
    ...property,
    judge(history) {
      const opinion = opinions.get(history) ?? property.judge(history);
      opinions.set(history, opinion);
      return opinion;
    },
  };
}

/** What a check must never leave, whatever its verdict; null where it left nothing. */
function leftBehind(histories: readonly History[]): string | null {
  if (histories.length === 0) return 'nothing was recorded';
  for (const history of histories) {
    const [cleaned, ...more] = of(history, 'cleaned');
    if (cleaned === undefined || more.length > 0) return `“${history.scenario}” does not say once what was left`;
    if (cleaned.pids.length > 0) return `“${history.scenario}” left processes: ${cleaned.pids.join(', ')}`;
    if (cleaned.port) return `“${history.scenario}” left its port in use`;
  }
  return null;
}

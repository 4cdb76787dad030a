// Saved runs: the histories of one check and their timeline, as files in one folder. The latest one of each lesson is
// always there.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ownersIn } from '../checker/owners.ts';
import { readHistory, writeHistory } from '../harness/history-file.ts';
import type * as Timeline from '../report/timeline/page.ts';
import type { History } from '#history';
import type { CheckResult } from '#report';
import { load, type Lesson, writeAtomic } from '#workbook';

export interface SavedRun {
  readonly latest: string;
  /** Of the folder `latest`: another check may put its own there. */
  readonly inode: number;
  /** Where it was kept for good, if that was asked for. */
  readonly kept: string | null;
}

/** Fails like any write; then the run that was there before is still there. */
export async function saveRun(lesson: Lesson, histories: readonly History[], keep: boolean): Promise<SavedRun> {
  const folder = runsOf(lesson);
  await mkdir(folder, { recursive: true });
  await sweep(folder);
  const draft = join(folder, `.new-${process.pid}-${randomUUID()}`);
  await mkdir(draft);
  try {
    for (const history of histories) await writeHistory(join(draft, `${fileName(history.scenario)}.jsonl`), history);
    const { ino: inode } = await stat(draft);
    const kept = keep ? await copyForGood(draft, folder) : null;
    const latest = join(folder, 'latest');
    await replace(draft, latest);
    return { latest, inode, kept };
  } finally {
    await discard(draft);
  }
}

/** Named after the time, and numbered where two checks end within the same millisecond. */
async function copyForGood(draft: string, folder: string): Promise<string> {
  const time = new Date().toISOString().replaceAll(':', '-');
  for (let number = 1; ; number += 1) {
    const kept = join(folder, number === 1 ? time : `${time}-${number}`);
    try {
      await mkdir(kept);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      continue;
    }
    await cp(draft, kept, { recursive: true });
    return kept;
  }
}

/** Where the timeline of the run in a folder is. */
export function timelineIn(folder: string): string {
  return join(folder, 'timeline.html');
}

/**
 * Draws the timeline of a run that was just saved: 60 ms of work, so it is done when the verdict is on the screen. Gives
 * what went wrong in a line; that is no reason for anything.
 */
export async function drawTimeline({ latest, inode, kept }: SavedRun, result: CheckResult): Promise<string | null> {
  const draft = join(dirname(latest), `.new-${process.pid}-${randomUUID()}`);
  try {
    await writeFile(draft, await timelineOf(result));
    if (kept) await cp(draft, timelineIn(kept));
    if ((await stat(latest)).ino === inode) await rename(draft, timelineIn(latest));
    return null;
  } catch (error) {
    return untold(error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Draws the timeline of a saved run again, into its folder; as `drawTimeline`. */
export async function redrawTimeline(folder: string, result: CheckResult): Promise<string | null> {
  try {
    await writeAtomic(timelineIn(folder), await timelineOf(result));
    return null;
  } catch (error) {
    return untold(error);
  }
}

async function timelineOf(result: CheckResult): Promise<string> {
  const page = join(import.meta.dirname, '../report/timeline/page.ts');
  const { renderTimeline } = await load<typeof Timeline>(page);
  return renderTimeline(result, ownersIn);
}

function untold(error: unknown): string {
  return `The timeline could not be drawn: ${(error as Error).message}`;
}

export type LoadedRun =
  | { readonly kind: 'loaded'; readonly folder: string; readonly histories: readonly History[] }
  | { readonly kind: 'refused'; readonly what: string; readonly next: string };

/** `run` is `latest`, the name of a kept run, or a folder counted from `cwd`. */
export async function loadRun(lesson: Lesson, run: string, cwd: string): Promise<LoadedRun> {
  const folder = await firstFolder([join(runsOf(lesson), run), resolve(cwd, run)]);
  const again = `npm run check ${lesson.number}   records a new run`;
  if (!folder)
    return { kind: 'refused', what: `There is no saved run \`${run}\` of lesson ${lesson.number}.`, next: again };
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).toSorted();
  if (names.length === 0) return { kind: 'refused', what: `There is no history in ${folder}.`, next: again };
  const histories: History[] = [];
  for (const name of names) {
    const read = await readHistory(join(folder, name));
    switch (read.kind) {
      case 'read':
        histories.push(read.history);
        break;
      case 'unreadable':
        return { kind: 'refused', what: `${read.path} cannot be read: ${read.why}`, next: again };
      case 'damaged':
        return { kind: 'refused', what: `${read.path} is damaged at line ${read.line}: ${read.why}.`, next: again };
      case 'other schema':
        return {
          kind: 'refused',
          what: `${read.path} was recorded in version ${read.schema} of the history's format, which this workbook does not judge.`,
          next: again,
        };
    }
  }
  const other = histories.find((history) => ![lesson.id, lesson.slug, lesson.name].includes(history.lesson));
  if (other) {
    return {
      kind: 'refused',
      what: `${folder} is a run of lesson ${other.lesson}, not of ${lesson.slug}.`,
      next: `npm run check ${other.lesson} -- --replay ${run}`,
    };
  }
  return { kind: 'loaded', folder, histories };
}

function runsOf(lesson: Lesson): string {
  return join(lesson.root, '.workbook', 'runs', lesson.id);
}

function fileName(scenario: string): string {
  return (
    scenario
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'scenario'
  );
}

async function firstFolder(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) return path;
  }
  return null;
}

// A folder cannot be renamed onto a full one. Whoever looks in between finds none, never half of one; and where two checks
// end at the same moment, one of them is tried again.
async function replace(draft: string, target: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const old = `${draft.replace('.new-', '.old-')}-${tries}`;
    await rename(target, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    try {
      await rename(draft, target);
      return;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (tries === 10 || (code !== 'ENOTEMPTY' && code !== 'EEXIST')) throw error;
    } finally {
      await discard(old);
    }
  }
}

// A check that ended just before may be putting its timeline there. What is left is swept by a later one, and no reason to
// lose the run that is there.
async function discard(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}

// Drafts of checks that did not come to their end.
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.(?:new|old)-(\d+)-/.exec(name)?.[1];
    if (pid && !lives(Number(pid))) await discard(join(folder, name));
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

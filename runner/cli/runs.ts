// Saved runs: the histories of one check and their timeline, as files in one folder. The latest one of each lesson is
// always there.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ownersIn } from '../checker/owners.ts';
import { readHistory, writeHistory } from '../harness/history-file.ts';
import type { History } from '#history';
import { type CheckResult, renderTimeline } from '#report';
import { type Lesson, writeAtomic } from '#workbook';

export interface SavedRun {
  readonly latest: string;
  readonly timeline: Timeline;
  /** Where it was kept for good, if that was asked for. */
  readonly kept: string | null;
}

/** Where it was written, or why it was not; it is no reason for a run not to be saved. */
export type Timeline = { readonly path: string } | { readonly trouble: string };

/** Fails like any write; then the run that was there before is still there. */
export async function saveRun(lesson: Lesson, result: CheckResult, keep: boolean): Promise<SavedRun> {
  const folder = runsOf(lesson);
  await mkdir(folder, { recursive: true });
  await sweep(folder);
  const draft = join(folder, `.new-${process.pid}-${randomUUID()}`);
  await mkdir(draft);
  try {
    for (const history of result.histories)
      await writeHistory(join(draft, `${fileName(history.scenario)}.jsonl`), history);
    const drawn = await drawTimeline(join(draft, TIMELINE), result, writeFile);
    if ('trouble' in drawn) await rm(join(draft, TIMELINE), { force: true });
    const kept = keep ? join(folder, new Date().toISOString().replaceAll(':', '-')) : null;
    if (kept) await cp(draft, kept, { recursive: true, errorOnExist: true, force: false });
    const latest = join(folder, 'latest');
    await replace(draft, latest);
    const timeline = 'path' in drawn ? { path: join(latest, TIMELINE) } : drawn;
    return { latest, timeline, kept };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Draws the timeline of a saved run again, into its folder. */
export async function redrawTimeline(folder: string, result: CheckResult): Promise<Timeline> {
  return drawTimeline(join(folder, TIMELINE), result, writeAtomic);
}

/** What of a saved run is there to be looked at; `root` is what its path is counted from. */
export function whereToLook({ latest, timeline }: SavedRun, root: string): { label: string; path: string } {
  return 'path' in timeline
    ? { label: 'timeline', path: relative(root, timeline.path) }
    : { label: 'history', path: relative(root, latest) };
}

const TIMELINE = 'timeline.html';

async function drawTimeline(
  path: string,
  result: CheckResult,
  write: (path: string, text: string) => Promise<void>,
): Promise<Timeline> {
  try {
    await write(path, renderTimeline(result, ownersIn));
    return { path };
  } catch (error) {
    return { trouble: `The timeline could not be drawn: ${(error as Error).message}` };
  }
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
      await rm(old, { recursive: true, force: true });
    }
  }
}

// Drafts of checks that did not come to their end.
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^\.(?:new|old)-(\d+)-/.exec(name)?.[1];
    if (pid && !lives(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
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

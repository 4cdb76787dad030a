// The fingerprint of all that decides a verdict: while it is the same, two trials are trials of the same thing.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { Known } from '../trial/known.ts';

/** What of the workbook decides, beside the lesson's check: folders with all in them, and files. */
const DECIDES = ['runner/harness', 'runner/checker', 'runner/cli/judge.ts'];

export interface Circumstances {
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly busy: boolean;
}

export function circumstances(busy: boolean): Circumstances {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    busy,
  };
}

/** Of each program, in their order, with the files as they are now. Throws where one cannot be read. */
export function fingerprintsOf(programs: readonly Known[], around: Circumstances): readonly string[] {
  const common = new Map<string, string>();
  return programs.map(({ lesson, name, file }) => {
    const { root } = lesson;
    const shared =
      common.get(root) ??
      hashOf(
        root,
        DECIDES.flatMap((part) => filesIn(join(root, part))),
      );
    common.set(root, shared);
    const { node, platform, cores, busy } = around;
    const own = hashOf(root, [lesson.check, file]);
    const all = JSON.stringify([lesson.slug, name, node, platform, cores, busy, shared, own]);
    return createHash('sha256').update(all).digest('hex').slice(0, 24);
  });
}

function hashOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const text = readFileSync(path);
    hash.update(`${relative(root, path)} ${text.length}\n`).update(text);
  }
  return hash.digest('hex');
}

function filesIn(path: string): readonly string[] {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

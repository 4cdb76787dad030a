import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchContent } from '../../runner/cli/changes.ts';
import type { JudgeOptions } from '../../runner/cli/judge.ts';
import { makePlayground } from '../workbook/playground.ts';
import { failed, setScene } from './surroundings.ts';

/** Hands out what comes, to whoever waits for it. */
function queue<T>(): { put: (item: T) => void; next: () => Promise<T>; size: () => number } {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put: (item) => {
      const first = waiting.shift();
      if (first) first(item);
      else items.push(item);
    },
    next: () => {
      const first = items.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    size: () => items.length,
  };
}

describe('a save is noticed', () => {
  async function watched() {
    const file = join(makePlayground(), 'lessons/01-fork-per-core/exercise.ts');
    const saves = queue<string>();
    const changes = await watchContent(
      file,
      () => saves.put('save'),
      (error) => saves.put(error.message),
    );
    onTestFinished(changes.close);
    return { file, saves };
  }

  test('when the file is written in place, emptied first or not', async () => {
    const { file, saves } = await watched();
    writeFileSync(file, '// one\n');
    expect(await saves.next()).toBe('save');
    writeFileSync(file, '');
    writeFileSync(file, '// two\n');
    expect(await saves.next()).toBe('save');
  });

  test('when an editor replaces the file by another, again and again', async () => {
    const { file, saves } = await watched();
    for (const text of ['// one\n', '// two\n', '// three\n']) {
      writeFileSync(`${file}.swp`, text);
      renameSync(`${file}.swp`, file);
      expect(await saves.next()).toBe('save');
    }
  });

  test('but not where the content is what it was, or another file was saved', async () => {
    const { file, saves } = await watched();
    writeFileSync(file, '// mine of 01-fork-per-core\nconsole.log(1);\n');
    writeFileSync(join(file, '../notes.txt'), 'something');
    // The next real save is the first that is told.
    writeFileSync(file, '// one\n');
    expect(await saves.next()).toBe('save');
    expect(saves.size()).toBe(0);
  });
});

describe('watch', () => {
  test('judges at once, and again at a save; a save meanwhile begins anew; an interrupt ends it', async () => {
    const begun = queue<JudgeOptions>();
    const ends: ((verdict: typeof failed) => void)[] = [];
    const scene = setScene({
      judge: (asked) =>
        new Promise((resolve, reject) => {
          asked.signal.addEventListener('abort', () => reject(asked.signal.reason as Error));
          ends.push(resolve);
          begun.put(asked);
        }),
    });
    const file = join(scene.root, 'lessons/03-ipc-counters/exercise.ts');
    const ran = scene.run('watch', '3', '--no-type-check');

    const first = await begun.next();
    expect(first.file).toBe(file);
    ends[0]!(failed);
    await until(() => scene.seen().includes('waiting for a save'));

    writeFileSync(file, '// second\n');
    const second = await begun.next();
    expect(first.signal.aborted).toBe(false);
    writeFileSync(file, '// third\n');
    await begun.next();
    expect(second.signal.aborted).toBe(true);
    ends[2]!(failed);
    await until(() => scene.seen().split('waiting for a save').length === 3);

    process.emit('SIGINT', 'SIGINT');
    const { code, out } = await ran;
    expect(code).toBe(0);
    expect(out.match(/2 of 4 hold/g)).toHaveLength(2);
    expect(out.match(/ {2}stopped/g)).toHaveLength(1);
  });

  test('an interrupt during a check stops it too', async () => {
    const scene = setScene({
      judge: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          process.emit('SIGINT', 'SIGINT');
        }),
    });
    expect((await scene.run('watch', '3', '--no-type-check')).code).toBe(0);
    expect(scene.asked).toHaveLength(1);
    expect(scene.asked[0]!.signal.aborted).toBe(true);
  });
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise(setImmediate);
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprint, newsOf } from '../../runner/cli/standing.ts';
import { writeHistory } from '../../runner/harness/history-file.ts';
import { history } from '../report/example.ts';
import { passed, type Scene, setScene } from './surroundings.ts';

const CHAPTER =
  '# IPC counters\n\nText.\n\n## One listener\n\nThe part.\n\n### Deeper\n\nStill.\n\n## Another\n\nNot this.\n';

function sceneWithBook(env: NodeJS.ProcessEnv = {}): Scene {
  const scene = setScene({ env });
  writeFileSync(join(scene.root, 'docs', '03-ipc-counters.md'), CHAPTER);
  writeFileSync(join(scene.root, 'docs', 'glossary.md'), '# Glossary\n');
  return scene;
}

describe('docs, in the terminal', () => {
  test.each(['3', 'ipc-counters', '03-ipc-counters.md', 'docs/03-ipc-counters.md'])(
    'shows the chapter `%s`',
    async (typed) => {
      const { code, out } = await sceneWithBook().run('docs', typed, '--terminal');
      expect(code).toBe(0);
      expect(out).toContain('IPC counters\n━━━━━━━━━━━━\n\nText.');
    },
  );

  test('shows a guide by its name, and the contents without one', async () => {
    const scene = sceneWithBook();
    expect((await scene.run('docs', 'glossary', '--terminal')).out).toContain('Glossary');
    const { out } = await scene.run('docs', '--terminal');
    for (const text of ['IPC counters', 'npm run docs glossary -- --terminal']) expect(out).toContain(text);
  });

  test('goes to the place that a finding names', async () => {
    const { code, out } = await sceneWithBook().run('docs', 'docs/03-ipc-counters.md#one-listener', '--terminal');
    expect(code).toBe(0);
    expect(out).toBe('One listener\n\nThe part.\n\nDeeper\n\nStill.\n\n');
  });
});

describe('docs, as files', () => {
  test('are written where it is said, and else below .workbook', async () => {
    const scene = sceneWithBook();
    const { code, out, err } = await scene.run('docs', '--build', '--out', 'public');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^\d+ files in .* Begin with public\/index\.html\n$/);
    expect(readFileSync(join(scene.root, 'public', '03-ipc-counters.html'), 'utf8')).toContain(
      '<h2 id="one-listener">',
    );
    await scene.run('docs', '--build');
    expect(existsSync(join(scene.root, '.workbook', 'book', 'index.html'))).toBe(true);
  });

  test('what leads nowhere is told, and is no success', async () => {
    const scene = sceneWithBook();
    writeFileSync(join(scene.root, 'docs', 'glossary.md'), '# Glossary\n\n[x](gone.md)\n');
    expect(await scene.run('docs', '--build')).toMatchObject({
      code: 2,
      err: 'docs/glossary.md: there is no `docs/gone.md`\n',
    });
  });

  test('a folder that cannot be made is told', async () => {
    const scene = sceneWithBook();
    writeFileSync(join(scene.root, 'taken'), '');
    const { code, err } = await scene.run('docs', '--build', '--out', 'taken');
    expect(code).toBe(2);
    expect(err).toContain('next  give another folder');
  });
});

describe('docs, typed wrongly', () => {
  test.each([
    [['glosary'], 'Did you mean `glossary`?'],
    [['3#one-listner'], 'Did you mean `#one-listener`?'],
    [['--port', '80'], 'is no port'],
    [['--out', 'x'], '`--out` goes with `--build`'],
    [['--build', '--terminal'], 'exclude each other'],
    [['3', '--build'], 'so `3` says nothing'],
  ])('%j says so', async (words, why) => {
    const { code, out, err } = await sceneWithBook().run('docs', ...words);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(why);
    expect(err).toContain('  next  npm run docs');
  });

  test('a flag that npm kept is told', async () => {
    const scene = sceneWithBook({ npm_lifecycle_event: 'docs:build', npm_config_out: 'true' });
    expect(await scene.run('docs', '--build')).toMatchObject({ code: 64 });
  });
});

describe('what the book tells of a lesson', () => {
  test('is nothing at first, then how it stands, and a passed one is passed', async () => {
    const scene = setScene({ judge: async () => passed });
    expect((await newsOf('03', scene.surroundings)).lessons['03']).toEqual({ mark: 'new', words: 'not begun' });
    const before = await fingerprint(scene.surroundings);
    await scene.run('check', '3', '--no-type-check');
    expect(await fingerprint(scene.surroundings)).not.toBe(before);
    const { lessons } = await newsOf('03', scene.surroundings);
    expect(lessons['03']).toMatchObject({ mark: 'passed' });
    expect(lessons['01']).toMatchObject({ mark: 'new' });
  });

  test('are the findings of the latest run of the exercise, and of no other program', async () => {
    const scene = setScene();
    const latest = join(scene.root, '.workbook', 'runs', '03', 'latest');
    mkdirSync(latest, { recursive: true });
    const save = (file: string, startedAt: string) =>
      writeHistory(join(latest, 'a.jsonl'), { ...history, lesson: '03', file, startedAt });
    await save('solutions/03-ipc-counters.ts', '2020-01-01T00:00:00.000Z');
    expect((await newsOf('03', scene.surroundings)).last).toBeNull();
    await save('lessons/03-ipc-counters/exercise.ts', '2020-01-01T00:00:00.000Z');
    const { last } = await newsOf('03', scene.surroundings);
    expect(last?.changed).toBe(true);
    expect(last?.findings.map(({ status }) => status)).toContain('broken');
    await save('lessons/03-ipc-counters/exercise.ts', '2999-01-01T00:00:00.000Z');
    expect((await newsOf('03', scene.surroundings)).last?.changed).toBe(false);
    expect((await newsOf(null, scene.surroundings)).last).toBeNull();
  });
});

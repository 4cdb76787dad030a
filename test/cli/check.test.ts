import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { findings } from '../report/example.ts';
import { failed, passed, setScene } from './surroundings.ts';

const journalOf = (root: string): string => {
  const folder = join(root, '.workbook/progress');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
};

const NO_TYPES = '--no-type-check';

describe('a check', () => {
  test('judges the exercise, shows the screen, and ends with the code of the verdict', async () => {
    const scene = setScene();
    const { code, out } = await scene.run('check', '3', NO_TYPES);
    expect(code).toBe(1);
    expect(scene.asked[0]).toMatchObject({ file: join(scene.root, 'lessons/03-ipc-counters/exercise.ts') });
    expect(out).toMatch(
      /^Lesson 3 · Title of 03-ipc-counters +lessons\/03-ipc-counters\/exercise.ts\n {2}✔ every request/,
    );
    expect(out).toContain('2 of 4 hold · 3.1 s');
  });

  test.each([
    ['passed', 0],
    ['failed', 1],
    ['inconclusive', 2],
    ['fault', 2],
  ] as const)('%s ends with code %i', async (verdict, code) => {
    const scene = setScene({ judge: async () => ({ ...passed, verdict }) as typeof passed });
    expect((await scene.run('check', '1', NO_TYPES)).code).toBe(code);
  });

  test('tells findings on standard error as they are known, before the verdict is there', async () => {
    let before = '';
    const scene = setScene({
      judge: async ({ onFinding, onStep }) => {
        onStep('kill', 'a worker is killed');
        onFinding(findings[0]!);
        onFinding(findings[2]!);
        before = 'told';
        return failed;
      },
    });
    const { err } = await scene.run('check', '3', NO_TYPES);
    expect(before).toBe('told');
    expect(err).toMatch(
      /^ {2}✔ every request is counted once +600 answered.*\n {2}✖ a replacement's requests are counted\n$/,
    );
  });

  test('with --json writes one object to standard output, and nothing else', async () => {
    const scene = setScene();
    const { code, out } = await scene.run('check', '3', '--json', NO_TYPES);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      lesson: '03-ipc-counters',
      verdict: 'failed',
      typeErrors: null,
    });
  });

  test('what cannot be judged at all is an obstacle with a next step, as JSON too', async () => {
    const judge = async () =>
      ({ kind: 'cannot', what: 'a syntax error', why: 'line 12, column 7', next: 'repair it' }) as const;
    const scene = setScene({ judge });
    const { code, out } = await scene.run('check', '3', NO_TYPES);
    expect(code).toBe(2);
    expect(out).toContain('✖ a syntax error\n      line 12, column 7\n      next      repair it');
    const json = await scene.run('check', '3', '--json', NO_TYPES);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'inconclusive', error: { what: 'a syntax error' } });
  });
});

describe('which program is judged', () => {
  test('--solution and --file name another, and do not count for progress', async () => {
    const scene = setScene({ judge: async () => passed });
    writeFileSync(join(scene.root, 'mine.mjs'), '');
    await scene.run('check', '3', '--solution', NO_TYPES);
    await scene.run('check', '3', '--file', 'mine.mjs');
    expect(scene.asked.map(({ file }) => file)).toEqual([
      join(scene.root, 'solutions/03-ipc-counters.ts'),
      join(scene.root, 'mine.mjs'),
    ]);
    expect((await scene.run('progress')).out).toContain('0 of 3 lessons passed');
    await scene.run('check', '3', NO_TYPES);
    expect((await scene.run('progress')).out).toContain('1 of 3 lessons passed');
  });

  test('--scenario plays a part of the check, which decides nothing and does not count', async () => {
    const scene = setScene({ judge: async () => ({ ...passed, verdict: 'inconclusive' }) as typeof passed });
    const { code, out } = await scene.run('check', '3', '--scenario', 'two signals, SIGTERM', NO_TYPES);
    expect(scene.asked[0]).toMatchObject({ only: ['two signals', 'SIGTERM'] });
    expect(code).toBe(2);
    expect(out).toContain('next  npm run check 3   all of it');
    const verdicts = () => /"verdict"/.test(journalOf(scene.root));
    expect(verdicts()).toBe(false);
    await scene.run('check', '3', NO_TYPES);
    expect(verdicts()).toBe(true);
  });

  test.each([
    [['--scenario', 'crashes', '--replay', 'latest'], 64, '`--scenario`'],
    [['--scenario', 'crashes', '--report', 'http://x:1/aa-bb-cc'], 64, '`--scenario`'],
    [['--file', 'nothing.ts'], 64, 'There is no file nothing.ts.'],
    [['--file', 'lessons'], 64, 'is no program'],
    [['--file', 'package.json'], 64, 'is no program'],
    [['--file', 'a.ts', '--solution'], 64, 'two different programs'],
    [['--port-range', '80-90'], 64, 'must lie within'],
    [['--port-range', '9000'], 64, 'is no range'],
    [['--port-range', '9000-8000'], 64, 'ends before it begins'],
    [['--junit', 'no/such/folder/a.xml'], 64, 'There is no folder'],
    [['--replay', 'latest', '--keep'], 64, '`--replay`'],
    [['--replay', 'latest'], 2, 'There is no saved run'],
  ])('%j is refused with code %i, a reason and a next step', async (flags, code, reason) => {
    const scene = setScene();
    const ran = await scene.run('check', '3', ...flags);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toContain(reason);
    expect(ran.err).toContain('\n  next  ');
    expect(scene.asked).toEqual([]);
  });

  test('a folder with the name of a program is refused', async () => {
    const scene = setScene();
    mkdirSync(join(scene.root, 'folder.ts'));
    expect(await scene.run('check', '3', '--file', 'folder.ts')).toMatchObject({
      code: 64,
      err: expect.stringContaining('is not a file'),
    });
  });

  test('where the exercise is gone, reset is the next step', async () => {
    const scene = setScene();
    rmSync(join(scene.root, 'lessons/03-ipc-counters/exercise.ts'));
    expect(await scene.run('check', '3')).toMatchObject({ code: 2, err: expect.stringContaining('npm run reset 3') });
  });

  test('without a lesson it is the one whose folder one is in, else the one that the learner is at', async () => {
    const scene = setScene();
    await scene.run('lesson', '2');
    await scene.run('check', NO_TYPES);
    expect(scene.asked.at(-1)?.lesson.number).toBe(2);
    const within = { ...scene.surroundings, cwd: join(scene.root, 'lessons/03-ipc-counters') };
    const { main } = await import('../../runner/cli/main.ts');
    await main(['check', NO_TYPES], within);
    expect(scene.asked.at(-1)?.lesson.number).toBe(3);
  });
});

describe('what a check leaves', () => {
  test('the latest run, which can be judged again', async () => {
    const scene = setScene();
    await scene.run('check', '3', NO_TYPES);
    const folder = join(scene.root, '.workbook/runs/03');
    expect(readdirSync(folder)).toEqual(['latest']);
    expect(readdirSync(join(folder, 'latest')).toSorted()).toEqual(['kill.jsonl', 'timeline.html']);
    const { code, out } = await scene.run('check', '3', '--replay', 'latest');
    expect(code).toBe(1);
    expect(out).toContain('worker 4');
    expect(scene.asked).toHaveLength(1);
  });

  test('with --keep a run that the next check does not replace', async () => {
    const scene = setScene();
    const { err } = await scene.run('check', '3', '--keep', NO_TYPES);
    await scene.run('check', '3', NO_TYPES);
    const names = readdirSync(join(scene.root, '.workbook/runs/03')).toSorted();
    expect(names).toEqual([expect.stringMatching(/^\d{4}-.*Z$/), 'latest']);
    expect(err).toContain(`.workbook/runs/03/${names[0]}`);
    expect((await scene.run('check', '3', '--replay', names[0]!)).code).toBe(1);
    expect((await scene.run('check', '3', '--replay', join(scene.root, '.workbook/runs/03', names[0]!))).code).toBe(1);
  });

  test('two runs, when two checks that are to be kept end within the same millisecond', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const scene = setScene();
    await scene.run('check', '3', '--keep', NO_TYPES);
    const { err } = await scene.run('check', '3', '--keep', NO_TYPES);
    const names = readdirSync(join(scene.root, '.workbook/runs/03')).toSorted();
    expect(names).toEqual([expect.stringMatching(/^\d{4}-.*Z$/), `${names[0]}-2`, 'latest']);
    expect(err).toContain(`.workbook/runs/03/${names[1]}`);
    expect((await scene.run('check', '3', '--replay', names[1]!)).code).toBe(1);
  });

  test('one whole run, when two checks end together', async () => {
    const scene = setScene();
    const other = setScene();
    const here = { ...other.surroundings, root: scene.root, cwd: scene.root };
    const { main } = await import('../../runner/cli/main.ts');
    const codes = await Promise.all([0, 1, 2, 3].map(() => main(['check', '3', NO_TYPES], here)));
    expect(codes).toEqual([1, 1, 1, 1]);
    expect(readdirSync(join(scene.root, '.workbook/runs/03'))).toEqual(['latest']);
    expect((await scene.run('check', '3', '--replay', 'latest')).code).toBe(1);
    expect(other.surroundings.root).not.toBe(scene.root);
  });

  test('a saved run of another format, another lesson, or damaged is refused with its reason', async () => {
    const scene = setScene();
    await scene.run('check', '3', NO_TYPES);
    const file = join(scene.root, '.workbook/runs/03/latest/kill.jsonl');
    const whole = readFileSync(file, 'utf8');
    for (const [text, reason] of [
      [whole.replace(/"schema":\d+/, '"schema":99'), 'version 99'],
      [whole.replace('"lesson":"03"', '"lesson":"01"'), 'is a run of lesson 01'],
      [whole.slice(0, -20), 'is damaged at line 18'],
      ['', 'is damaged at line 1'],
    ] as const) {
      writeFileSync(file, text);
      const ran = await scene.run('check', '3', '--replay', 'latest');
      expect(ran).toMatchObject({ code: 2, out: '' });
      expect(ran.err).toContain(reason);
    }
  });

  test('a JUnit report where that is asked for', async () => {
    const scene = setScene();
    expect((await scene.run('check', '3', '--junit', 'report.xml', NO_TYPES)).code).toBe(1);
    expect(readFileSync(join(scene.root, 'report.xml'), 'utf8')).toContain('<testsuites>');
  });

  test('a verdict all the same where nothing can be written, and the trouble is told', async () => {
    const scene = setScene();
    writeFileSync(join(scene.root, '.workbook'), 'in the way');
    const { code, out, err } = await scene.run('check', '3', NO_TYPES);
    expect(code).toBe(1);
    expect(out).toContain('2 of 4 hold');
    expect(err).toContain('The run could not be saved');
    expect(err).toContain('The progress of lesson 3 could not be saved');
  });

  test('nothing but the verdict, when it is interrupted', async () => {
    const scene = setScene({
      judge: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          process.emit('SIGINT', 'SIGINT');
        }),
    });
    const listeners = process.listenerCount('SIGINT');
    const { code, err } = await scene.run('check', '3', NO_TYPES);
    expect(code).toBe(130);
    expect(err).toContain('Stopped.');
    expect(existsSync(join(scene.root, '.workbook'))).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });

  test('a judge that fails is not hidden', async () => {
    const scene = setScene({ judge: async () => Promise.reject(new Error('broken harness')) });
    await expect(scene.run('check', '3', NO_TYPES)).rejects.toThrow('broken harness');
  });
});

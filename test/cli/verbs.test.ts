import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { passed, setScene } from './surroundings.ts';

describe('start', () => {
  test('says where one is, with no progress at all, and with some', async () => {
    const scene = setScene({ judge: async () => passed });
    const fresh = await scene.run();
    expect(fresh).toMatchObject({ code: 0, err: '' });
    expect(fresh.out).toContain('0 of 3 lessons passed');
    expect(fresh.out).toContain('npm run lesson 1');
    await scene.run('check', '1', '--no-type-check');
    const later = await scene.run('start');
    expect(later.out).toContain('1 of 3 lessons passed');
    expect(later.out).toContain('npm run lesson 2');
  });
});

describe('lesson', () => {
  test('without a terminal: title first, then task and clauses, and the next commands', async () => {
    const { code, out } = await setScene().run('lesson', '02-load-balancing/');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('Lesson 2 · Title of 02-load-balancing');
    for (const text of ['Do this.', 'an aim', '0.1 It listens.', 'npm run check 2']) expect(out).toContain(text);
    expect(out).not.toContain('\x1b');
  });

  test('an unknown one gives the list and the nearest', async () => {
    const { code, out, err } = await setScene().run('lesson', 'ipc-conters');
    expect(code).toBe(64);
    expect(out).toBe('');
    expect(err).toContain('Did you mean 3, `ipc-counters`?');
    expect(err).toContain(' 2  load-balancing');
  });
});

describe('hint', () => {
  test('gives the next one each time, and remembers', async () => {
    const scene = setScene();
    const heads = [];
    for (const flags of [[], [], ['--again'], [], [], ['--all']])
      heads.push((await scene.run('hint', '3', ...flags)).out);
    expect(heads.map((out) => [...out.matchAll(/hint (\d) of 3/g)].map(([, number]) => Number(number)))).toEqual([
      [1],
      [2],
      [2],
      [3],
      [3],
      [1, 2, 3],
    ]);
    expect(heads[0]).toContain('a nudge');
    expect(heads[3]).toContain('npm run solution 3');
  });
});

describe('solution', () => {
  test('asks first while the lesson is not passed; without a terminal it says how', async () => {
    const { code, out, err } = await setScene().run('solution', '3');
    expect(code).toBe(64);
    expect(out).toBe('');
    expect(err).toContain('npm run solution 3 -- --yes');
  });

  test('shows the difference from the learner to the solution', async () => {
    const { code, out } = await setScene().run('solution', '3', '--yes');
    expect(code).toBe(0);
    expect(out).toContain(' // mine of 03-ipc-counters\n-console.log(1);\n+console.log(2);\n');
  });

  test('does not ask when the lesson is passed', async () => {
    const scene = setScene({ judge: async () => passed });
    await scene.run('check', '3', '--no-type-check');
    expect((await scene.run('solution', '3')).code).toBe(0);
  });

  test('one that is missing is an error with a next step', async () => {
    const scene = setScene();
    rmSync(join(scene.root, 'solutions/03-ipc-counters.ts'));
    expect(await scene.run('solution', '3', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('git checkout'),
    });
  });
});

describe('reset', () => {
  test('asks first; without a terminal it says how, and touches nothing', async () => {
    const scene = setScene();
    const { code, err } = await scene.run('reset', '3');
    expect(code).toBe(64);
    expect(err).toContain('npm run reset 3 -- --yes');
    expect(readFileSync(join(scene.root, 'lessons/03-ipc-counters/exercise.ts'), 'utf8')).toContain('mine of');
  });

  test('puts the starter back and says where the copy is', async () => {
    const scene = setScene();
    const { code, out } = await scene.run('reset', '3', '--yes');
    expect(code).toBe(0);
    const [copy] = readdirSync(join(scene.root, '.workbook/replaced'));
    expect(out).toContain(`.workbook/replaced/${copy}`);
    expect(readFileSync(join(scene.root, 'lessons/03-ipc-counters/exercise.ts'), 'utf8')).toContain('starter of');
  });

  test('replaces nothing where no copy can be kept', async () => {
    const scene = setScene();
    writeFileSync(join(scene.root, '.workbook'), 'in the way');
    expect(await scene.run('reset', '3', '--yes')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Nothing was replaced'),
    });
    expect(readFileSync(join(scene.root, 'lessons/03-ipc-counters/exercise.ts'), 'utf8')).toContain('mine of');
  });
});

describe('progress', () => {
  test('lists all lessons with a mark, what was broken, hints, and what is next', async () => {
    const scene = setScene();
    await scene.run('check', '3', '--no-type-check');
    await scene.run('hint', '3');
    const { code, out } = await scene.run('progress');
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 3)).toEqual([
      '  ·  1  Title of 01-fork-per-core   not begun',
      '  ·  2  Title of 02-load-balancing  not begun',
      '  ✖  3  Title of 03-ipc-counters    judged once, broken: 3.4, 1 hint   ← you are here',
    ]);
    expect(out).toContain('next  npm run lesson 3');
  });

  test('tells damage and goes on', async () => {
    const scene = setScene();
    await scene.run('check', '3', '--no-type-check');
    writeFileSync(join(scene.root, '.workbook/progress/03.jsonl'), 'garbage\n', { flag: 'a' });
    const { code, out, err } = await scene.run('progress');
    expect(code).toBe(0);
    expect(out).toContain('judged once');
    expect(err).toContain('is kept as');
  });
});

describe('wrong usage', () => {
  test.each([
    [['chek'], 'Did you mean `check`?'],
    [['check', '3', '4'], 'does not take `4`'],
    [['check', '--jsno'], 'Did you mean `--json`?'],
    [['check', '3', '--file'], '--file'],
    [['check', '3', '--json=yes'], '--json'],
    [['progress', '3'], 'does not take `3`'],
    [['reset', '3', '-y'], 'has no flag `-y`'],
  ])('%j ends with 64 and says what was meant', async (words, text) => {
    const { code, out, err } = await setScene().run(...words);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(text);
  });

  test('without lessons there is nothing to do, and that is said', async () => {
    const scene = setScene();
    rmSync(join(scene.root, 'lessons'), { recursive: true });
    for (const verb of ['start', 'lesson', 'check', 'progress']) {
      expect(await scene.run(verb)).toMatchObject({ code: 2, err: expect.stringContaining('There are no lessons') });
    }
  });
});

test.each(['start', 'lesson', 'check', 'watch', 'hint', 'solution', 'reset', 'progress'])(
  '%s has help, asked for in any way',
  async (verb) => {
    const scene = setScene();
    const first = await scene.run(verb, '--help');
    expect(first.code).toBe(0);
    expect(first.out.split('\n').length).toBeGreaterThan(1);
    for (const words of [
      [verb, '-h'],
      [verb, 'help'],
      ['help', verb],
    ])
      expect(await scene.run(...words)).toEqual(first);
  },
);

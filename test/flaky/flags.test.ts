import { describe, expect, test } from 'vitest';
import { called, solutions, specimens, type Known } from '../trial/known.ts';
import { choose, parseFlags, type Flags } from './flags.ts';

function flagsOf(...args: readonly string[]): Flags {
  const parsed = parseFlags(args, {});
  if (parsed.kind !== 'flags') throw new Error(JSON.stringify(parsed));
  return parsed.flags;
}

describe('flags', () => {
  test('without any, all programs run ten times on an idle machine, and what is recorded counts', () => {
    expect(flagsOf()).toEqual({
      runs: 10,
      busy: false,
      lesson: null,
      only: [],
      kind: 'all',
      minutes: null,
      fresh: false,
    });
  });

  test('each of them is read', () => {
    const typed = ['--runs', '20', '--busy', '--lesson=3', '--only', 'flood', '--only', 'solution', '--minutes', '1.5'];
    expect(flagsOf(...typed, '--fresh')).toEqual({
      runs: 20,
      busy: true,
      lesson: 3,
      only: ['flood', 'solution'],
      kind: 'all',
      minutes: 1.5,
      fresh: true,
    });
    expect(flagsOf('--solutions').kind).toBe('solutions');
    expect(flagsOf('--specimens').kind).toBe('specimens');
  });

  test.each([
    ['--runs', '0'],
    ['--runs', 'many'],
    ['--runs', '-1'],
    ['--runs', '2.5'],
    ['--runs'],
    ['--minutes', '0'],
    ['--minutes', 'x'],
    ['--lesson', '99'],
    ['--lesson', 'x'],
    ['--solutions', '--specimens'],
    ['--bsy'],
    ['3'],
  ])('%s %s is refused, with what to do instead', (...args) => {
    const parsed = parseFlags(args, {});
    expect(parsed).toMatchObject({ kind: 'wrong', what: expect.stringMatching(/./), next: expect.stringMatching(/./) });
  });

  test('flags that npm kept for itself are found, and the right command is told', () => {
    const env = { npm_lifecycle_event: 'flaky', npm_config_busy: 'true', npm_config_runs: '3' };
    expect(parseFlags([], env)).toMatchObject({ kind: 'wrong', next: 'npm run flaky -- --runs 3 --busy' });
    expect(parseFlags(['--runs', '3', '--busy'], env)).toMatchObject({ kind: 'flags' });
    expect(parseFlags([], { ...env, npm_lifecycle_event: 'test' })).toMatchObject({ kind: 'flags' });
  });

  test('help is help, whatever else is typed', () => {
    expect(parseFlags(['--help', '--runs', '2'], {})).toEqual({ kind: 'help' });
  });
});

describe('which programs', () => {
  const all = [...solutions(), ...specimens()];
  const every = { lesson: null, kind: 'all', only: [] } as const;

  function chosen(how: Pick<Flags, 'lesson' | 'kind' | 'only'>): readonly Known[] {
    const choice = choose(all, how);
    if (choice.kind !== 'programs') throw new Error(choice.what);
    return choice.programs;
  }

  test('are all, solutions alone, specimens alone, or those of a lesson', () => {
    expect(chosen(every)).toEqual(all);
    expect(chosen({ ...every, kind: 'solutions' }).map(called)).toEqual(solutions().map(called));
    expect(chosen({ ...every, kind: 'specimens' }).map(called)).toEqual(specimens().map(called));
    const third = chosen({ ...every, lesson: 3 });
    expect(third.length).toBeGreaterThan(1);
    expect(third.every(({ lesson }) => lesson.number === 3)).toBe(true);
  });

  test('may be named, in full or by the last part of the name', () => {
    expect(chosen({ ...every, lesson: 1, only: ['wrong/faked-pid', 'solution'] }).map(called)).toEqual([
      '01 solution',
      '01 wrong/faked-pid',
    ]);
    expect(chosen({ ...every, lesson: 1, only: ['faked-pid'] }).map(called)).toEqual(['01 wrong/faked-pid']);
  });

  test('a name that nothing has is refused, with the name that was probably meant', () => {
    expect(choose(all, { ...every, only: ['faked-pit'] })).toMatchObject({
      kind: 'wrong',
      next: expect.stringContaining('faked-pid'),
    });
    expect(choose(all, { ...every, kind: 'solutions', only: ['faked-pid'] })).toMatchObject({ kind: 'wrong' });
    expect(choose([], every)).toMatchObject({ kind: 'wrong' });
  });
});

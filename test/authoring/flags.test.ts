// The words behind `npm run authoring --` and `npm run predictions --`: what is taken, and what is refused, with a next step.
import { describe, expect, test } from 'vitest';
import { parseFlags } from './flags.ts';

const numbers = (...args: readonly string[]) => {
  const parsed = parseFlags('predictions', args, {});
  return parsed.kind === 'flags' ? parsed.flags.lessons.map(({ number }) => number) : parsed.kind;
};

test('all lessons are meant, or the one that is named', () => {
  expect(numbers()).toEqual(expect.arrayContaining([1, 2, 3]));
  expect(numbers('--lesson', '2')).toEqual([2]);
  expect(numbers('--lesson=2')).toEqual([2]);
});

test('programs are run, unless the files alone are to be looked at', () => {
  expect(parseFlags('authoring', [], {})).toMatchObject({ flags: { run: true } });
  expect(parseFlags('authoring', ['--no-run'], {})).toMatchObject({ flags: { run: false } });
});

test('help is given, and nothing else is done', () => {
  expect(numbers('--help')).toBe('help');
  expect(numbers('-h')).toBe('help');
});

describe('what is refused says what to do:', () => {
  test.each([
    ['a lesson that is not there', ['--lesson', '99'], 'There is no lesson `99`.'],
    ['a word that is no flag', ['2'], "Unexpected argument '2'"],
    ['a flag of the other script', ['--no-run'], "Unknown option '--no-run'"],
  ])('%s', (_what, args, what) => {
    const parsed = parseFlags('predictions', args, {});
    expect(parsed).toMatchObject({ kind: 'wrong', what: expect.stringContaining(what) });
    expect(parsed).toMatchObject({
      next: expect.stringMatching(/^(give one of 1, 2, |npm run predictions -- --help$)/),
    });
  });

  test('a flag that npm kept', () => {
    const env = { npm_lifecycle_event: 'authoring', npm_config_lesson: '2' };
    expect(parseFlags('authoring', [], env)).toMatchObject({ kind: 'wrong', next: 'npm run authoring -- --lesson 2' });
  });
});

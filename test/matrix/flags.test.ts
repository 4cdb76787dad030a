import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Property } from '#checker';
import { JOBS, parseFlags } from './flags.ts';
import { RUNS } from './rows.ts';

const PROPERTIES: readonly Property['id'][] = ['0.1', '3.4', '0.1'];
const parse = (words: string, env: NodeJS.ProcessEnv = {}) =>
  parseFlags(words.split(' ').filter(Boolean), env, PROPERTIES);

describe('the flags of the matrix', () => {
  test('are none, or all', () => {
    const none = {
      lesson: null,
      only: [],
      without: null,
      runs: RUNS,
      replay: false,
      record: false,
      also: false,
      jobs: JOBS,
    };
    expect(parse('')).toEqual({ kind: 'flags', flags: none });
    expect(parse('--lesson 3 --only a --only wrong/b --without 3.4 --runs some/where --replay --jobs 1')).toEqual({
      kind: 'flags',
      flags: {
        lesson: 3,
        only: ['a', 'wrong/b'],
        without: '3.4',
        runs: resolve('some/where'),
        replay: true,
        record: false,
        also: false,
        jobs: 1,
      },
    });
    expect(parse('--record')).toMatchObject({ flags: { ...none, record: true } });
    expect(parse('--record --also')).toMatchObject({ flags: { ...none, record: true, also: true } });
    expect(parse('-h')).toEqual({ kind: 'help' });
  });

  test.each([
    ['--lesson 77', 'There is no lesson `77`.', 'give one of 1, 2, 3'],
    ['--lesson', "Option '--lesson <value>' argument missing", '--help'],
    ['--jobs 0', '`--jobs` takes a whole number', '--help'],
    ['--jobs two', '`--jobs` takes a whole number', '--help'],
    ['--without 9.9', 'There is no property `9.9`.', 'give one of 0.1, 3.4'],
    ['--without 3.4 --record', 'would record what nobody is told', 'one of them'],
    ['--also', '`--also` says how `--record` is meant.', 'both'],
    ['--onyl a', "Unknown option '--onyl'", '--help'],
    ['a', "Unexpected argument 'a'", '--help'],
  ])('that cannot be meant are told with what to do next: %s', (words, what, next) => {
    expect(parse(words)).toMatchObject({
      kind: 'wrong',
      what: expect.stringContaining(what),
      next: expect.stringContaining(next),
    });
  });

  test('that npm kept are told with the right command', () => {
    const env = { npm_lifecycle_event: 'specimens', npm_config_lesson: '3', npm_config_replay: 'true' };
    expect(parse('x', env)).toMatchObject({ kind: 'wrong', next: 'npm run specimens -- --lesson 3 --replay x' });
  });
});

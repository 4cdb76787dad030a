import { describe, expect, test } from 'vitest';
import { choose, parseFlags, type Flags } from './flags.ts';
import { allPrograms, DEEDS } from './programs.ts';

function flagsOf(...args: readonly string[]): Flags {
  const parsed = parseFlags(args, {});
  if (parsed.kind !== 'flags') throw new Error(JSON.stringify(parsed));
  return parsed.flags;
}

function chosenBy(...args: readonly string[]): readonly string[] {
  const chosen = choose(allPrograms(), flagsOf(...args));
  if (chosen.kind !== 'programs') throw new Error(chosen.what);
  return chosen.programs.map(({ name }) => name);
}

describe('flags', () => {
  test('without any, the solutions have a hundred rounds of each', () => {
    expect(flagsOf()).toEqual({ rounds: 100, deeds: DEEDS, programs: [], peers: false, minutes: 20 });
  });

  test('each of them is read', () => {
    const typed = [
      '--rounds',
      '20',
      '--only',
      'deploys',
      '--only=restarts',
      '--program',
      'pm2 naive',
      '--minutes',
      '1.5',
    ];
    expect(flagsOf(...typed, '--peers')).toEqual({
      rounds: 20,
      deeds: ['restarts', 'deploys'],
      programs: ['pm2 naive'],
      peers: true,
      minutes: 1.5,
    });
  });

  test.each([
    ['--rounds', '0'],
    ['--rounds', 'many'],
    ['--minutes', '0'],
    ['--only', 'restart'],
    ['--round', '3'],
    ['100'],
  ])('%s %s is refused, with what to do', (...args) => {
    expect(parseFlags(args, {})).toMatchObject({ kind: 'wrong', next: expect.stringMatching(/help|give one of/) });
  });

  test('that npm kept are told with the command that was meant', () => {
    const env = { npm_lifecycle_event: 'soak', npm_config_rounds: '5', npm_config_peers: 'true' };
    expect(parseFlags([], env)).toMatchObject({ kind: 'wrong', next: 'npm run soak -- --rounds 5 --peers' });
  });

  test('help is help', () => {
    expect(parseFlags(['--rounds', '0', '-h'], {})).toEqual({ kind: 'help' });
  });
});

describe('programs', () => {
  test('are the three solutions, each for what its lesson is about', () => {
    expect(chosenBy()).toEqual(['04 solution', '06 solution', '07 solution']);
    expect(chosenBy('--only', 'shutdowns')).toEqual(['07 solution']);
  });

  test('are more to compare with, for each deed', () => {
    for (const deed of DEEDS) {
      const names = chosenBy('--peers', '--only', deed);
      expect(names).toContain('pm2 goodbye');
      expect(names.some((name) => name.includes('wrong/'))).toBe(true);
    }
  });

  test('can be named, whatever they are', () => {
    expect(chosenBy('--program', 'pm2 naive', '--program', '04 solution')).toEqual(['04 solution', 'pm2 naive']);
  });

  test('that are not there, or have nothing to do, are told', () => {
    const wrong = (...args: readonly string[]) => choose(allPrograms(), flagsOf(...args));
    expect(wrong('--program', 'pm2 naiv')).toMatchObject({ kind: 'wrong', next: "do you mean 'pm2 naive'?" });
    expect(wrong('--program', '04 solution', '--only', 'deploys')).toMatchObject({ kind: 'wrong' });
  });
});

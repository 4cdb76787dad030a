import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Finding } from '#checker';
import {
  changes,
  readTranscript,
  recordedAnew,
  tellingOf,
  transcriptFile,
  transcriptOf,
  writeTranscript,
  type Transcript,
} from './transcript.ts';

const FINDING: Finding = {
  id: '3.4',
  says: 'a replacement’s requests are counted',
  status: 'broken',
  judged: 1011,
  summary: '1,011 messages unheard',
  expected: 'total 2,745 + the 1,011 requests that worker 4 answered',
  observed: 'total stayed at 2,745 for 1.5 s (pid 4152 on port 20113)',
  cause: '‘message’ listeners exist for workers 1, 2 and 3 only',
  read: 'docs/03-ipc-counters.md#one-listener-for-every-worker',
  scenario: 'crashes',
  evidence: [1, 2],
};
const TEXT = [
  '3.4       a replacement’s requests are counted',
  'expected  total # + the # requests that worker # answered',
  'observed  total stayed at # for # s (pid # on port #)',
  'cause     ‘message’ listeners exist for workers #, # only',
  'read      docs/03-ipc-counters.md#one-listener-for-every-worker',
  '',
];
const MUST = { must: { verdict: 'failed', breaks: ['3.4'], mayBreak: ['2.3'] } } as const;
const NOW = transcriptOf(MUST, [FINDING]);

/** The same, but for what was observed. */
function observing(...observed: string[]): Transcript {
  return NOW.map((told) => ({ ...told, observed }));
}

/** Beside a specimen in a folder of its own. */
function specimen(): { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'workbook-transcript-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'wrong'));
  return { file: join(folder, 'wrong', 'first.workers.ts') };
}

describe('a transcript', () => {
  test('is asked of wrong specimens alone: a starter fails too, and what it is told is recorded nowhere', () => {
    const { file } = specimen();
    expect(tellingOf({ file, ...MUST }, [FINDING])).toEqual({ recorded: null, now: NOW });
    expect(tellingOf({ file, must: { verdict: 'failed', first: '3.4' } }, [FINDING])).toBeNull();
    expect(tellingOf({ file, must: { verdict: 'passed' } }, [])).toBeNull();
  });

  test('has a line for each part of the intended clause, without numbers', () => {
    const known = specimen();
    const others: Finding[] = [
      { ...FINDING, id: '2.3' },
      { ...FINDING, id: '3.1', status: 'holds' },
    ];
    writeTranscript(known, transcriptOf(MUST, [...others, FINDING]));
    expect(readFileSync(transcriptFile(known), 'utf8')).toBe(TEXT.join('\n'));
  });

  test('is the same whatever the numbers are, however many, and whatever unit suits them', () => {
    const later: Finding = {
      ...FINDING,
      observed: 'total stayed at 12,745,001 for 980 ms (pid 9 on port 8)',
      cause: '‘message’ listeners exist for workers 1 and 2 only',
    };
    expect(transcriptOf(MUST, [later])).toEqual(NOW);
    const long: Finding = { ...FINDING, observed: 'total stayed at 7 for 2 min 5 s (pid 9 on port 8)' };
    expect(transcriptOf(MUST, [long])).toEqual(NOW);
    const observed = (words: string) => transcriptOf(MUST, [{ ...FINDING, observed: words }])[0]?.observed;
    const two = observed('worker 1 (pid 7) and worker 2 (pid 8) still ran');
    expect(observed('worker 1 (pid 7), worker 2 (pid 8) and worker 3 (pid 9) still ran')).toEqual(two);
    expect(observed('worker 1 (pid 7) still ran')).not.toEqual(two);
  });

  test('has a part for each clause that must be broken, and is read as it was written', () => {
    const known = specimen();
    expect(readTranscript(known)).toBeNull();
    const must = { verdict: 'failed', breaks: ['3.4', '3.5'], mayBreak: [] } as const;
    const both = transcriptOf({ must }, [FINDING, { ...FINDING, id: '3.5' }]);
    expect(both.map(({ id }) => id)).toEqual(['3.4', '3.5']);
    writeTranscript(known, both);
    expect(readTranscript(known)).toEqual(both);
    writeTranscript(known, observing('this', 'that'));
    expect(readFileSync(transcriptFile(known), 'utf8')).toContain('\nobserved  this\nor        that\ncause ');
    expect(readTranscript(known)).toEqual(observing('this', 'that'));
  });

  test('is kept under the specimen’s name', () => {
    const known = specimen();
    expect(transcriptFile(known)).toMatch(/transcripts.first\.txt$/);
    mkdirSync(join(transcriptFile(known), '..'));
    writeFileSync(transcriptFile(known), TEXT.join('\n'));
    expect(readTranscript({ file: known.file.replace('.workers.ts', '.cjs') })).toEqual(NOW);
  });
});

describe('what is told now', () => {
  test('is compared with what was recorded, part by part', () => {
    expect(changes(NOW, NOW)).toEqual([]);
    expect(changes(observing('this'), observing('that'))).toEqual(['  3.4', '- observed  this', '+ observed  that']);
  });

  test('may be any of what was recorded', () => {
    expect(changes(observing('this', 'that'), observing('that'))).toEqual([]);
    expect(changes(observing('this', 'that'), observing('thus'))).toEqual([
      '  3.4',
      '- observed  this',
      '- or        that',
      '+ observed  thus',
    ]);
  });

  test('may be any words where `…` was written, and nothing else is a pattern', () => {
    const recorded = observing('lost (…), at worker # (pid #)');
    expect(changes(recorded, observing('lost (# fresh, # busy), at worker # (pid #)'))).toEqual([]);
    expect(changes(recorded, observing('lost (# fresh) at worker # (pid #)'))).toHaveLength(3);
    expect(changes(observing('a.c'), observing('abc'))).toHaveLength(3);
    expect(changes(observing('a'), observing('ab'))).toHaveLength(3);
  });

  test('is told as changed where a clause is new or gone', () => {
    expect(changes([], NOW).filter((line) => line.startsWith('+'))).toHaveLength(5);
    expect(changes(NOW, []).filter((line) => line.startsWith('-'))).toHaveLength(5);
  });

  test('is recorded in the place of what does not fit any more', () => {
    expect(recordedAnew(null, NOW, false)).toEqual(NOW);
    expect(recordedAnew(observing('this'), observing('that'), false)).toEqual(observing('that'));
    expect(recordedAnew(observing('th…', 'other'), observing('that'), false)).toEqual(observing('th…', 'other'));
    expect(recordedAnew(NOW, [], false)).toEqual([]);
  });

  test('is recorded beside it where that is asked for', () => {
    expect(recordedAnew(observing('this'), observing('that'), true)).toEqual(observing('this', 'that'));
    expect(recordedAnew(observing('this', 'that'), observing('that'), true)).toEqual(observing('this', 'that'));
  });
});

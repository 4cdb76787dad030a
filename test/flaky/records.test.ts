import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRecords, parseRecords, putAside, type Trialled } from './records.ts';

function somewhere(): string {
  const folder = mkdtempSync(join(tmpdir(), 'workbook-records-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'below', 'results.jsonl');
}

function record(fingerprint: string): Trialled {
  const at = '2026-01-02T03:04:05.678Z';
  return {
    fingerprint,
    at,
    program: '01 solution',
    outcome: { kind: 'as it must' },
    durationMs: 1,
    pauses: 0,
    kept: null,
  };
}

test('what is added is there at once, and for the next one too', () => {
  const path = somewhere();
  const records = openRecords(path);
  expect(records.all).toEqual([]);
  records.add(record('a'));
  records.add(record('b'));
  expect(records.all).toEqual([record('a'), record('b')]);
  expect(openRecords(path).all).toEqual([record('a'), record('b')]);
});

test('half a line, as somebody leaves it who is killed, is left out, and costs no other line', () => {
  const path = somewhere();
  openRecords(path).add(record('a'));
  appendFileSync(path, '{"fingerprint":"b","at');
  const records = openRecords(path);
  expect(records.all).toEqual([record('a')]);
  records.add(record('c'));
  records.add(record('d'));
  expect(openRecords(path).all).toEqual([record('a'), record('c'), record('d')]);
});

test('lines that are no records are left out', () => {
  const lines = ['', '{}', 'null', '[]', '3', 'text', JSON.stringify(record('a')), '{"fingerprint":"x","outcome":{}}'];
  expect(parseRecords(lines.join('\n'))).toEqual([record('a')]);
});

test('put aside, they are all kept under another name, and it begins again', () => {
  const path = somewhere();
  expect(putAside(path, new Date(0))).toBeNull();
  openRecords(path).add(record('a'));
  const aside = putAside(path, new Date(0));
  expect(existsSync(path)).toBe(false);
  expect(aside).toMatch(/results-until-1970-01-01T00-00-00.000Z\.jsonl$/);
  expect(parseRecords(readFileSync(aside!, 'utf8'))).toEqual([record('a')]);
  expect(openRecords(path).all).toEqual([]);
});

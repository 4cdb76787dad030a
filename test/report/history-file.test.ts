import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HISTORY_SCHEMA } from '#history';
import { readHistory, writeHistory } from '../../runner/harness/history-file.ts';
import { history } from './example.ts';

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'kill.jsonl');
}

test('a history comes back as it was, a line an event', async () => {
  const file = path();
  const long = { ...history, events: Array.from({ length: 700 }, () => history.events).flat() };
  await writeHistory(file, long);
  expect(await readHistory(file)).toEqual({ kind: 'read', history: long });
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(long.events.length + 2);
  expect(readdirSync(join(file, '..'))).toEqual(['kill.jsonl']);
});

test('every way to be unreadable is told apart, with the line', async () => {
  const file = path();
  expect(await readHistory(file)).toMatchObject({ kind: 'unreadable', path: file });
  await writeHistory(file, history);
  const whole = readFileSync(file, 'utf8');
  const lines = whole.split('\n');
  const reading = async (text: string) => {
    writeFileSync(file, text);
    return readHistory(file);
  };
  expect(await reading(whole.replace(`"schema":${HISTORY_SCHEMA}`, '"schema":1'))).toMatchObject({
    kind: 'other schema',
    schema: 1,
  });
  expect(await reading('')).toMatchObject({ kind: 'damaged', line: 1 });
  expect(await reading('[]\n')).toMatchObject({ kind: 'damaged', line: 1 });
  expect(await reading(`{"schema":${HISTORY_SCHEMA}}\n`)).toMatchObject({ kind: 'damaged', line: 1 });
  expect(await reading(lines.with(4, '{"t":1}').join('\n'))).toMatchObject({ kind: 'damaged', line: 5 });
  expect(await reading(lines.with(4, lines[4]!.slice(1)).join('\n'))).toMatchObject({ kind: 'damaged', line: 5 });
  for (const length of [10, 200, whole.length - 1]) {
    expect(await reading(whole.slice(0, length)), String(length)).toMatchObject({ kind: 'damaged' });
  }
});

test('where it cannot be written it fails, and leaves nothing behind', async () => {
  const file = path();
  await expect(writeHistory(join(file, 'deeper'), history)).rejects.toThrow('ENOENT');
  expect(readdirSync(join(file, '..'))).toEqual([]);
});

// Who printed what: texts as they are read from one pipe, and what the processes say that they write, in any order.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openAttributed } from '../../runner/harness/output.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function reader() {
  const told: [number | null, string][] = [];
  const stream = openAttributed(
    () => Date.now(),
    (pid, text) => told.push([pid, text]),
  );
  const wrote = (pid: number, text: string) => stream.wrote(pid, text, text.length);
  return { ...stream, wrote, wroteLong: stream.wrote, told, later: (ms: number) => vi.advanceTimersByTime(ms) };
}

test('a text is whose report says so, whether the report comes before or after it', () => {
  const { read, wrote, told } = reader();
  wrote(11, 'one\n');
  read('one\n');
  read('two\n');
  wrote(12, 'two\n');
  expect(told).toEqual([
    [11, 'one\n'],
    [12, 'two\n'],
  ]);
});

test('several texts that were read at once are taken apart, in the order of the pipe', () => {
  const { read, wrote, told } = reader();
  wrote(12, 'b\n');
  wrote(11, 'a\n');
  wrote(12, 'b\n');
  read('a\nb\nb\n');
  expect(told).toEqual([
    [11, 'a\n'],
    [12, 'b\n'],
    [12, 'b\n'],
  ]);
});

test('a text that was read in pieces is told whole', () => {
  const { read, wroteLong, told } = reader();
  const text = `${'x'.repeat(5000)}\n`;
  wroteLong(11, text.slice(0, 4096), text.length);
  read(text.slice(0, 4500));
  expect(told).toEqual([]);
  read(text.slice(4500));
  expect(told).toEqual([[11, text]]);
});

test('what nobody claims is nobody’s, after a moment, and does not hide what follows it', () => {
  const { read, wrote, told, later } = reader();
  read('from the depths\nmine\n');
  wrote(11, 'mine\n');
  expect(told).toEqual([]);
  later(250);
  expect(told).toEqual([
    [null, 'from the depths\n'],
    [11, 'mine\n'],
  ]);
});

test('at the end nothing waits any more', () => {
  const { read, close, told } = reader();
  read('last words');
  close();
  expect(told).toEqual([[null, 'last words']]);
});

test('a flood is told to so many characters and texts a second, with how much was left out', () => {
  const { read, told, later } = reader();
  for (let n = 0; n < 1000; n += 1) read('x'.repeat(4096));
  later(250);
  for (let n = 0; n < 1000; n += 1) read('x'.repeat(4096));
  const shown = told.reduce((sum, [, text]) => sum + text.length, 0);
  expect(shown).toBeGreaterThan(0);
  later(1000);
  read('after\n');
  later(250);
  expect(told.some(([pid, text]) => pid === null && /^… [\d,]+ characters left out\n$/.test(text))).toBe(true);
  expect(told.at(-1)).toEqual([null, 'after\n']);
});

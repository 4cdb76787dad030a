// What a program prints, as the page shows it: whole lines of plain text, and never too many.
import { expect, test } from 'vitest';
import { openLines, textLine } from '../../runner/live/lines.ts';

function printed(...chunks: readonly string[]) {
  const lines = openLines();
  for (const [i, text] of chunks.entries()) lines.add({ kind: 'output', t: i, stream: 'stdout', text, pid: 7 });
  return lines;
}

test('lines are told whole, also where they came in pieces', () => {
  const lines = printed('one\ntw', 'o\r\nthr');
  expect(lines.taken(10, true)).toEqual([
    { t: 0, pid: 7, stream: 'stdout', text: 'one' },
    { t: 1, pid: 7, stream: 'stdout', text: 'two' },
  ]);
  lines.add({ kind: 'output', t: 20, stream: 'stdout', text: 'ee\n', pid: 7 });
  expect(lines.taken(30, true).map(({ text }) => text)).toEqual(['three']);
});

test('the begin of a line is told when it has waited, and at the end', () => {
  const lines = printed('name? ');
  expect(lines.taken(100, true)).toEqual([]);
  expect(lines.taken(200, true).map(({ text }) => text)).toEqual(['name? ']);
  expect(
    printed('bye')
      .taken(1, false)
      .map(({ text }) => text),
  ).toEqual(['bye']);
});

test('writers are kept apart, and one whose pid nobody knows is nobody', () => {
  const lines = openLines();
  lines.add({ kind: 'output', t: 1, stream: 'stdout', text: 'from 7, ', pid: 7 });
  lines.add({ kind: 'output', t: 1, stream: 'stderr', text: 'unknown\n' });
  lines.add({ kind: 'output', t: 1, stream: 'stdout', text: 'and on\n', pid: 7 });
  expect(lines.taken(2, true)).toEqual([
    { t: 1, pid: null, stream: 'stderr', text: 'unknown' },
    { t: 1, pid: 7, stream: 'stdout', text: 'from 7, and on' },
  ]);
});

test('of a flood the first lines are told, and how many more there were', () => {
  const lines = openLines();
  for (let i = 0; i < 100; i += 1)
    lines.add({ kind: 'output', t: 1, stream: 'stdout', text: 'flood\n'.repeat(1000), pid: 7 });
  lines.add({ kind: 'output', t: 1, stream: 'stdout', text: 'still here\n', pid: 8 });
  const told = lines.taken(2, true);
  expect(told).toHaveLength(22);
  expect(told.filter(({ pid }) => pid === 7).at(-1)?.text).toBe('… and 99,980 more lines');
  expect(told).toContainEqual({ t: 1, pid: 8, stream: 'stdout', text: 'still here' });
  expect(lines.taken(3, true)).toEqual([]);
});

test('a line without end is told in part, and not kept', () => {
  const lines = openLines();
  for (let i = 0; i < 1000; i += 1)
    lines.add({ kind: 'output', t: 1, stream: 'stdout', text: 'x'.repeat(10_000), pid: 7 });
  const [line] = lines.taken(500, true);
  expect(line?.text).toBe(`${'x'.repeat(499)}…`);
});

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['what was written over', '10 %\r20 %\r30 %', '30 %'],
  ['a bell, and signs that turn writing round', 'a\u0007b\u202ec', 'a·b·c'],
  ['half of a sign', 'a\ud83d', 'a\ufffd'],
  ['markup, which stays text', '<b>1 & 2</b>', '<b>1 & 2</b>'],
  ['a family, which is one sign of three', '👩\u200d👩\u200d👧', '👩\u200d👩\u200d👧'],
])('%s', (_, text, shown) => {
  expect(textLine(text, 100)).toBe(shown);
});

test('a sign is never cut in its middle', () => {
  const text = 'ab🙂🙂🙂';
  for (const most of [3, 4, 5, 6, 7]) {
    const cut = textLine(text, most);
    expect(cut.length).toBeLessThanOrEqual(most);
    expect(cut).not.toMatch(/\p{Surrogate}/u);
    expect(cut.endsWith('…')).toBe(true);
  }
  expect(textLine(text, 8)).toBe(text);
});

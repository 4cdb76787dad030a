// A guess beside the answer of a run: confirmed with the reason, or sent to the paragraph that has it.
import { expect, test } from 'vitest';
import type { Look } from '#reader';
import { findLessons, type Lesson, type Prediction } from '#workbook';
import { guessOf, renderOutcome } from '../../runner/cli/predict-outcome.ts';

const plain: Look = { width: 60, colour: false, unicode: true };
const lesson = findLessons()[1] as Lesson;
const seen = 'pid 4711 answered all 100';

const prediction: Prediction = {
  id: 'one-connection',
  title: 'One kept connection',
  question: 'How many pids answer?',
  answer: 1,
  because: 'Connections are dealt, and *not* requests: whoever has the connection answers all that comes over it.',
  read: 'what-free-means',
};

const choice: Prediction = {
  ...prediction,
  choices: { nobody: 'nobody: it is lost', old: 'the old worker, and so on, until its last client has gone away' },
  answer: 'old',
};

test('a right guess is confirmed with the reason', async () => {
  expect(await renderOutcome(lesson, prediction, 1, { value: 1, seen }, plain)).toBe(
    [
      '  you said     1',
      '  it was       1',
      '               pid 4711 answered all 100',
      '',
      '  as you said  Connections are dealt, and not requests:',
      '               whoever has the connection answers all that',
      '               comes over it.',
    ].join('\n'),
  );
});

test('a wrong one is told the reason, and where it is told at length', async () => {
  const text = await renderOutcome(lesson, prediction, 1000, { value: 1, seen }, plain);
  expect(text).toContain('  you said     1,000\n  it was       1\n');
  expect(text).toContain('  read         docs/02-load-balancing.md#what-free-means');
  expect(text).toContain('  because      Connections are dealt, and not requests:\n');
  expect(text).not.toContain('as you said');
});

test('choices are told in their words, within the width', async () => {
  const text = await renderOutcome(lesson, choice, 'nobody', { value: 'old', seen }, plain);
  expect(text).toContain('  you said     nobody: it is lost\n');
  expect(text).toContain(
    '  it was       the old worker, and so on, until its last\n               client has gone away\n',
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('a run that says something else than all others explains nothing', async () => {
  const text = await renderOutcome(lesson, prediction, 2, { value: 2, seen }, plain);
  expect(text).toContain('Other runs say: 1.');
  expect(text).not.toMatch(/as you said|because|read /);
});

test('colour is added to the same words', async () => {
  const bare = await renderOutcome(lesson, prediction, 1, { value: 1, seen }, plain);
  const painted = await renderOutcome(lesson, prediction, 1, { value: 1, seen }, { ...plain, colour: true });
  expect(painted).not.toBe(bare);
  // oxlint-disable-next-line no-control-regex
  expect(painted.replaceAll(/\x1b\[\d+m/g, '')).toBe(bare);
});

test.each([
  ['4', 4],
  [' 1,000 ', 1000],
  ['0', 0],
  ['', null],
  ['four', null],
  ['-1', null],
  ['1.5', null],
])('`%s` is the number %s', (text, number) => {
  expect(guessOf(text)).toBe(number);
});

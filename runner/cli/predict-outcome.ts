// A guess and the answer of a run, side by side in the terminal.
import { relative } from 'node:path';
import { ascii, type Look, palette, renderMarkdown, wrap } from '#reader';
import type { Answer, Lesson, Prediction } from '#workbook';

/** The number that was typed; null where it is none. */
export function guessOf(text: string): number | null {
  const digits = text.trim().replaceAll(/[,_ ]/g, '');
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}

export function isRight(guess: number | string, { value }: Answer): boolean {
  return guess === value;
}

/** What was said and what was seen; then the reason, and for a wrong guess where it is told at length. */
export async function renderOutcome(
  lesson: Lesson,
  prediction: Prediction,
  guess: number | string,
  answer: Answer,
  look: Look,
): Promise<string> {
  const { strong, quiet } = palette(look.colour);
  const text = look.unicode ? (words: string) => words : ascii;
  const row = (label: string, words: string, paint = (line: string) => line) =>
    wrap(text(words), look.width - INDENT).map((line, index) =>
      index === 0 ? `  ${label.padEnd(INDENT - 2)}${paint(line)}` : `${' '.repeat(INDENT)}${paint(line)}`,
    );
  const rows = [
    ...row('you said', inWords(guess, prediction)),
    ...row('it was', inWords(answer.value, prediction), strong),
    ...row('', answer.seen, quiet),
    '',
  ];
  if (answer.value !== prediction.answer) {
    const usual = inWords(prediction.answer, prediction);
    return [...rows, ...row('', `Other runs say: ${usual}. Run it once more, when this machine has less to do.`)].join(
      '\n',
    );
  }
  const read = `${relative(lesson.root, lesson.chapter)}#${prediction.read}`;
  const label = isRight(guess, answer) ? 'as you said' : 'because';
  const because = await renderMarkdown(prediction.because, { ...look, width: look.width - INDENT });
  const reason = because
    .split('\n')
    .map((line, index) => `${index === 0 ? `  ${label}`.padEnd(INDENT) : ' '.repeat(INDENT)}${line}`);
  return [...rows, ...reason, ...(isRight(guess, answer) ? [] : row('read', read))].join('\n');
}

/** Columns before the words. */
const INDENT = 15;

function inWords(value: number | string, { choices }: Prediction): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : (choices?.[value] ?? value);
}

// Predictions in the terminal: a question, the learner's guess, the run that answers it, and both side by side.
import { relative } from 'node:path';
import { lookOf, renderMarkdown } from '#reader';
import { type Lesson, load, type Prediction } from '#workbook';
import { ask } from './confirm.ts';
import { listenForInterrupt } from './interrupt.ts';
import { showChapter } from './chapter.ts';
import { guessOf, isRight, renderOutcome } from './predict-outcome.ts';
import type * as Running from './predict-run.ts';
import { showSteps } from './steps.ts';
import type { Surroundings } from './surroundings.ts';

const BACK = 'back';
const WHY = 'why';
const YOU_SAY = 'You say (Ctrl-C: back):';

interface Last {
  readonly prediction: Prediction;
  /** It was right, or the paragraph was read. */
  readonly explained: boolean;
}

/** Ends with the learner's choice to go back, or Ctrl-C at a question. Nothing of it is kept. */
export async function predict(lesson: Lesson, surroundings: Surroundings): Promise<void> {
  const { predictions } = await lesson.load();
  let last: Last | null = null;
  for (;;) {
    surroundings.stdout.write('\n');
    const go = await choose(predictions, last);
    if (go === null || go === BACK) return;
    const prediction = predictions.find(({ id }) => id === go);
    if (prediction) {
      const right = await askAndRun(lesson, prediction, surroundings);
      if (right !== null) last = { prediction, explained: right };
    } else if (last) {
      await showChapter(lesson, surroundings, last.prediction.read);
      last = { prediction: last.prediction, explained: true };
    }
  }
}

/** Offers first what comes next: the paragraph where the prediction was wrong, else the next question. */
async function choose(predictions: readonly Prediction[], last: Last | null): Promise<string | null> {
  const next = last ? predictions[predictions.indexOf(last.prediction) + 1] : predictions[0];
  const choices = [
    ...(last ? [{ name: 'read why it is so', value: WHY }] : []),
    ...predictions.map(({ id, title }) => ({ name: title, value: id })),
    { name: 'back to the lesson', value: BACK },
  ];
  const answer = await ask([
    {
      type: 'select',
      name: 'go',
      message: 'Predict',
      choices,
      default: last?.explained === false ? WHY : (next?.id ?? BACK),
      pageSize: choices.length,
      loop: false,
    },
  ]);
  return answer === null ? null : String(answer.go);
}

/** Whether the guess was right; null where there is no guess, or no answer. */
async function askAndRun(lesson: Lesson, prediction: Prediction, surroundings: Surroundings): Promise<boolean | null> {
  const { stdout, stderr, env } = surroundings;
  const look = lookOf(stdout, env);
  const { programOf, runExperiment } = await load<typeof Running>(`${import.meta.dirname}/predict-run.ts`);
  const program = relative(lesson.root, programOf(lesson, prediction));
  stdout.write(`\n${await renderMarkdown(prediction.question, look)}\n\n  with  ${program}\n\n`);
  const guess = await askGuess(prediction);
  if (guess === null) return null;
  const interrupt = listenForInterrupt();
  const steps = showSteps(surroundings, lookOf(stderr, env));
  try {
    const tried = await runExperiment({
      lesson,
      prediction,
      signal: interrupt.signal,
      onStep: (text) => steps.step(text, ''),
    });
    steps.clear();
    if (tried.kind === 'none') {
      stderr.write(`${tried.why}\n  next  try it again, when this machine has less to do\n`);
      return null;
    }
    stdout.write(`\n${await renderOutcome(lesson, prediction, guess, tried.answer, look)}\n`);
    return isRight(guess, tried.answer);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    stderr.write('\nStopped. Nothing is left running.\n');
    return null;
  } finally {
    steps.clear();
    interrupt.release();
  }
}

async function askGuess({ choices }: Prediction): Promise<number | string | null> {
  if (choices === undefined) {
    const answer = await ask([
      {
        type: 'input',
        name: 'go',
        message: YOU_SAY,
        validate: (text) => guessOf(text) !== null || 'A whole number, such as 4.',
      },
    ]);
    return answer === null ? null : guessOf(String(answer.go));
  }
  const listed = Object.entries(choices).map(([value, name]) => ({ name, value }));
  const answer = await ask([
    {
      type: 'select',
      name: 'go',
      message: YOU_SAY,
      choices: listed,
      default: listed[0]?.value ?? '',
      pageSize: listed.length,
      loop: false,
    },
  ]);
  return answer === null ? null : String(answer.go);
}

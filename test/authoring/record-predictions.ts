// Runs the experiments of all predictions and records what they say in lessons/NN-name/predictions.json, for the book
// where nobody can run them. Records nothing of a lesson of which a run says something else than its data.
import { relative } from 'node:path';
import { type Answer, findLessons, type Lesson, writeRecorded } from '#workbook';
import { DONE, FAILED, UNTOLD } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { runExperiment } from '../../runner/cli/predict-run.ts';

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  const interrupt = listenForInterrupt();
  try {
    let troubles = 0;
    for (const lesson of findLessons()) {
      const wrong = await record(lesson, interrupt.signal);
      if (wrong !== null) console.error(wrong);
      troubles += Number(wrong !== null);
    }
    return troubles === 0 ? DONE : FAILED;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    return interrupt.code() ?? UNTOLD;
  } finally {
    interrupt.release();
  }
}

/** Null where all is as the data say, else what is not. */
async function record(lesson: Lesson, signal: AbortSignal): Promise<string | null> {
  const { predictions } = await lesson.load();
  const answers: Record<string, Answer> = {};
  for (const prediction of predictions) {
    const tried = await runExperiment({ lesson, prediction, signal, onStep: () => undefined });
    const said = tried.kind === 'none' ? tried.why : tried.answer.value;
    if (tried.kind === 'none' || said !== prediction.answer)
      return `✖ lesson ${lesson.number}: ${prediction.id} says ${said}, and its data say ${prediction.answer}; not recorded`;
    answers[prediction.id] = tried.answer;
    console.log(`lesson ${lesson.number} · ${prediction.title}: ${said} · ${tried.answer.seen}`);
  }
  await writeRecorded(lesson, answers);
  console.log(`${relative(lesson.root, lesson.folder)}/predictions.json is written`);
  return null;
}

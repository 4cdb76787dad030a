// Runs the experiments of all predictions and records what they say in lessons/NN-name/predictions.json, for the book
// where nobody can run them. Records nothing of a lesson of which a run says something else than its data.
// `npm run predictions -- --help` tells the flags.
import { relative } from 'node:path';
import { type Answer, type Lesson, writeRecorded } from '#workbook';
import { DONE, FAILED, UNTOLD, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { runExperiment } from '../../runner/cli/predict-run.ts';
import { parseFlags } from './flags.ts';

const HELP = `npm run predictions [-- --lesson N]
  runs every prediction of the lessons, and records the answers that the book shows where nothing can be run, in
  lessons/NN-name/predictions.json

  --lesson N   those of this lesson only

npm keeps flags for itself unless they come after \`--\`.
Exit codes: 0 all are recorded · 1 otherwise · 64 wrong usage`;

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parseFlags('predictions', process.argv.slice(2), process.env);
  if (parsed.kind === 'help') {
    console.log(HELP);
    return DONE;
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.what}\n  next  ${parsed.next}`);
    return WRONG_USAGE;
  }
  const interrupt = listenForInterrupt();
  try {
    let troubles = 0;
    for (const lesson of parsed.flags.lessons) {
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

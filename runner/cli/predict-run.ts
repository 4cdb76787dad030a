// Runs what answers a prediction, and gives the answer that the run's history tells.
import { setMaxListeners } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { NoPort, openRig, runScenario } from '#harness';
import { type Experiments, givenBy, type Lesson, load, type Prediction, type Tried } from '#workbook';

export interface ExperimentOptions {
  readonly lesson: Lesson;
  readonly prediction: Prediction;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
}

/** Rejects with the signal's reason where it was aborted; nothing of the program is left then either. */
export async function runExperiment({ lesson, prediction, signal, onStep }: ExperimentOptions): Promise<Tried> {
  const { experiments } = await load<{ experiments: Experiments }>(path.join(lesson.folder, 'predictions.ts'));
  const experiment = experiments[prediction.id];
  if (experiment === undefined)
    return { kind: 'none', why: `Lesson ${lesson.number} has no experiment ${prediction.id}.` };
  const file = programOf(lesson, prediction);
  // every request that is under way listens to it
  setMaxListeners(0, signal);
  const scratch = path.join(lesson.root, '.workbook', 'tmp');
  try {
    mkdirSync(scratch, { recursive: true });
    const opened = await openRig({ file, workbook: lesson.root, scratch, given: givenBy(lesson), signal });
    if (opened.kind !== 'rig')
      return { kind: 'none', why: `${path.relative(lesson.root, file)} cannot be run: ${reasonOf(opened)}.` };
    try {
      const shown = path.relative(lesson.root, file);
      const history = await runScenario(experiment.scenario, opened.rig, {
        lesson: lesson.id,
        file: shown,
        signal,
        onStep,
      });
      const answer = experiment.answer(history);
      return answer === null
        ? { kind: 'none', why: 'The run did not come far enough to tell.' }
        : { kind: 'answer', answer };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error instanceof NoPort) return { kind: 'none', why: `${error.message}: ${error.why}` };
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && ['EACCES', 'EPERM', 'ENOSPC', 'EROFS', 'EDQUOT'].includes(code))
      return { kind: 'none', why: `The run has nowhere to put its files: ${message}` };
    throw error;
  }
}

/** The program that is run, by its absolute path. */
export function programOf(lesson: Lesson, { program }: Prediction): string {
  return program === undefined ? lesson.solution : path.join(lesson.folder, program);
}

function reasonOf(obstacle: { readonly why: string } | { readonly message: string }): string {
  return 'why' in obstacle ? obstacle.why : obstacle.message;
}

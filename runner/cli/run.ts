// Runs the exercise as a learner would: in this terminal, on port 8000, until Ctrl-C.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Lesson, load } from '#workbook';
import type * as Ports from '../harness/port.ts';
import { renewCompiler } from './compiler.ts';
import type { Surroundings } from './surroundings.ts';

/** Ends when the program does. The first Ctrl-C is the program's own affair, a second one ends it. */
export async function runExercise(lesson: Lesson, { stdout, stderr, env }: Surroundings): Promise<void> {
  const port = env.PORT || '8000';
  const shown = relative(lesson.root, lesson.exercise);
  const taken = await whoTook(Number(port));
  if (taken !== null) {
    stderr.write(`Port ${port} is taken${taken}, so that ${shown} could not listen there.\n`);
    stderr.write(`  next  end it, or take another port: PORT=8001 npm run lesson ${lesson.number}\n`);
    return;
  }
  stdout.write(`Running ${shown}\non http://127.0.0.1:${port}/ until Ctrl-C\n\n`);
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', tsx, lesson.exercise], {
    stdio: 'inherit',
    env: { ...env, PORT: port },
  });
  let interrupts = 0;
  // The terminal sends it to the program too: here it must only not end the menu.
  const onInterrupt = () => {
    renewCompiler();
    if (++interrupts > 1) child.kill('SIGKILL');
  };
  process.on('SIGINT', onInterrupt);
  try {
    const ended = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`));
    });
    stderr.write(`\nYour program ${ended}.\n`);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** By whom, to go on from `is taken`, empty where that cannot be told; null where the port is free, or is none. */
async function whoTook(port: number): Promise<string | null> {
  const { portFree, whoHolds } = await load<typeof Ports>(join(import.meta.dirname, '../harness/port.ts'));
  if (!Number.isInteger(port) || port < 1 || port > 65_535 || (await portFree(port))) return null;
  const holder = await whoHolds(port);
  return holder === null ? '' : ` by process ${holder.pid} (${holder.command})`;
}

// Everything of the outer world that a verb touches, in one value, so that tests can give another.
import type { History } from '#history';
import { type Lesson, load, workbookRoot } from '#workbook';
import type * as Judge from './judge.ts';
import type { Judged, JudgeOptions } from './judge.ts';

export interface Surroundings {
  /** The workbook's folder. */
  readonly root: string;
  /** Where the learner typed the command; npm runs scripts in the workbook's folder whatever that was. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly judge: (options: JudgeOptions) => Promise<Judged>;
  readonly judgeAgain: (lesson: Lesson, histories: readonly History[]) => Promise<Judged>;
}

export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly fd?: number;
}

export function ownSurroundings(): Surroundings {
  const { env } = process;
  // The judge brings the harness and all that it needs: loaded when something is judged, not to print a hint.
  const judge = () => load<typeof Judge>(`${import.meta.dirname}/judge.ts`);
  return {
    root: workbookRoot,
    cwd: (env.npm_lifecycle_event && env.INIT_CWD) || process.cwd(),
    env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    judge: async (options) => (await judge()).judge(options),
    judgeAgain: async (lesson, histories) => (await judge()).judgeAgain(lesson, histories),
  };
}

/** Whether somebody sits there who can be asked. */
export function interactive({ stdin, stdout }: Surroundings): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

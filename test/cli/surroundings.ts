// The outer world of a verb in a test: a playground for the workbook, texts for the streams, and a judge that says what it is told to.
import { PassThrough, Writable } from 'node:stream';
import { makePlayground } from '../workbook/playground.ts';
import type { Judged, JudgeOptions } from '../../runner/cli/judge.ts';
import { main } from '../../runner/cli/main.ts';
import type { Output, Surroundings } from '../../runner/cli/surroundings.ts';
import { findings, history } from '../report/example.ts';

export interface Scene {
  readonly root: string;
  readonly surroundings: Surroundings;
  /** What the judge was asked for so far. */
  readonly asked: JudgeOptions[];
  readonly run: (...words: string[]) => Promise<Ran>;
  /** Standard output of the run that goes on. */
  readonly seen: () => string;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const failed: Judged = { kind: 'judged', verdict: 'failed', findings, histories: [history], durationMs: 3100 };

export const passed: Judged = {
  ...failed,
  verdict: 'passed',
  findings: findings.filter((finding) => finding.status === 'holds'),
};

export function setScene(
  options: {
    readonly judge?: (asked: JudgeOptions) => Promise<Judged>;
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
  } = {},
): Scene {
  const root = makePlayground();
  const asked: JudgeOptions[] = [];
  const streams = { out: collect(), err: collect() };
  const surroundings: Surroundings = {
    root,
    cwd: options.cwd ?? root,
    env: { COLUMNS: '100', ...options.env },
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: streams.out.stream,
    stderr: streams.err.stream,
    judge: async (request) => {
      asked.push(request);
      return (options.judge ?? (async () => failed))(request);
    },
    judgeAgain: async (_lesson, histories) => ({ ...failed, histories }) as Judged,
  };
  return {
    root,
    surroundings,
    asked,
    seen: streams.out.seen,
    run: async (...words) => {
      const code = await main(words, surroundings);
      return { code, out: streams.out.take(), err: streams.err.take() };
    },
  };
}

function collect(): { stream: Output; take: () => string; seen: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  return {
    stream,
    seen: () => text,
    take: () => {
      const taken = text;
      text = '';
      return taken;
    },
  };
}

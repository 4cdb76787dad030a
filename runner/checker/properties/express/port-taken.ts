// A program that finds its port taken: clause 8.4.
import { of, type EventOf, type History } from '#history';
import { errorOf, excessOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion, type Witness } from '../../finding.ts';
import { conclusive, metLate, stopOf, waitOf } from '../../moments.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { endOf, plural, time } from '../../words.ts';
import { linesOf, type Line } from './lines.ts';

/** The name of the wait for the program's own end. */
export const PORT_TAKEN = 'the program has given up';

/** 8.4: where the port is taken, the program says so in one line on standard error, and ends with code 1; it forks little. */
export function saysThatThePortIsTaken(history: History): Opinion {
  const scene = sceneOf(history);
  const { start, lives } = scene;
  const most = 2 * start.cores;
  const waited = waitOf(history, PORT_TAKEN);
  const stop = stopOf(history);
  const ended = of(history, 'ended').find(({ t }) => t < stop);
  const excess = excessOf(scene);
  const failed = of(history, 'uncaught')
    .map((event) => event.error)
    .filter((error) => !OTHER_IS_GONE.test(error));
  const isTaken = failed.length === 0 || failed.some((error) => error.includes('EADDRINUSE'));
  const forksAgain = (isTaken ? null : errorOf(scene)) ?? FORKS_AGAIN;
  const forks = `${plural(lives.length, 'worker')} forked`;
  const otherwise = (observed: string, cause: string, ...evidence: readonly Witness[]): Opinion =>
    broken({
      judged: 1,
      expected: `with port ${start.port} taken the program says so in one line on standard error that names the port, and ends with code 1 within 5 s; it forks at most ${most} workers`,
      observed,
      cause,
      evidence: [ended, waited, ...evidence],
    });

  if (excess !== null && excess.what !== 'time')
    return otherwise(`${excess.death.observed}; ${forks}`, forksAgain, ...excess.death.evidence);
  if (lives.length > most)
    return otherwise(
      ended === undefined ? `${forks}, and no end in sight` : `${forks} until it ended`,
      forksAgain,
      ...lives,
    );
  if (ended === undefined) {
    if (waited === undefined) return unknown('the end of the program was not waited for');
    if (!conclusive(waited)) return tooBusy('whether the program would end');
    return otherwise(
      `${time(waited.t)} after its start it still ran, ${forks}`,
      lives.some(({ exited }) => exited === null)
        ? 'a worker does not learn that it cannot listen: the error comes as an error event of the server, and in Express 5 app.listen gives it to its callback'
        : 'the primary goes on when its workers cannot listen',
    );
  }
  const named = linesOf(history, 'stderr').filter((line) => names(line, start.port));
  const said = named.find(({ text }) => text.trim() !== '');
  const how = `it ended with ${endOf(ended)} after ${time(ended.t)}`;
  if (said === undefined) {
    const elsewhere = linesOf(history, 'stdout').find((line) => names(line, start.port));
    return otherwise(
      `${how}, and no line on standard error names port ${start.port}`,
      elsewhere === undefined
        ? 'who starts it is to read which port it is'
        : `the line is on standard output, which is for what a program makes: “${shortened(elsewhere)}”`,
      ...outputs(scene),
    );
  }
  if (ended.code !== 1)
    return otherwise(
      `it said “${shortened(said)}”, and ended with ${endOf(ended)}`,
      ended.code === 0
        ? 'code 0 says that all went well: whoever starts it again when it fails (systemd, Docker, npm) is deceived'
        : 'the primary is to end by itself, with process.exit(1)',
      ...outputs(scene),
    );
  if (waited !== undefined && metLate(waited)) return tooBusy('whether the program ends in time', 1);
  return holds(1, `“${shortened(said)}”, code 1 after ${time(ended.t)}, ${forks}`);
}

/** What one of two processes says when the other one is gone: never why it went. */
const OTHER_IS_GONE = /EPIPE|ECONNRESET|ERR_IPC_CHANNEL_CLOSED/;

const FORKS_AGAIN =
  'each worker that cannot listen is replaced by another one that cannot: a worker that never listened, since the port is taken, is to be told apart from one that crashed';

/** The number by itself, not as a part of a longer one. */
function names({ text }: Line, port: number): boolean {
  return new RegExp(`(?<!\\d)${port}(?!\\d)`).test(text);
}

function outputs({ history }: Scene): readonly EventOf<'output'>[] {
  return of(history, 'output');
}

function shortened({ text }: Line): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

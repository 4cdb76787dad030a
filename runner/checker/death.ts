// Why a program ended before its time, in the program's own words where it left any.
import { of, type Bound } from '#history';
import type { Witness } from './finding.ts';
import type { Scene } from './scene.ts';
import { endOf, time } from './words.ts';

/** To be spread into a broken opinion. */
export interface Death {
  readonly observed: string;
  readonly cause: string;
  readonly evidence: readonly Witness[];
}

/** Null where the program lived until it was stopped, or took longer than the machine allowed. */
export function deathOf(scene: Scene): Death | null {
  const { died, start } = scene;
  const excess = excessOf(scene);
  // where a run took too long, the machine may be to blame
  if (excess !== null && excess.what !== 'time') return excess.death;
  if (died === undefined) return null;
  return {
    observed: `the primary (pid ${start.pid}) ended ${died.signal === null ? 'with' : 'by'} ${endOf(died)} after ${time(died.t)}`,
    cause:
      died.signal === 'SIGHUP'
        ? 'nothing in the primary handles SIGHUP, and its default is to end the process'
        : (errorOf(scene, start.pid) ??
          errorOf(scene) ??
          lastWords(scene) ??
          'it had nothing left to do, or called process.exit'),
    evidence: [died],
  };
}

/** Why a program was stopped; null where it kept within what a check allows. */
export function excessOf(scene: Scene): { readonly what: Bound; readonly death: Death } | null {
  const [bounded] = of(scene.history, 'bounded');
  if (bounded === undefined) return null;
  const { what, t, detail } = bounded;
  const death = {
    observed: `the program was stopped after ${time(t)}: ${detail}`,
    cause: (what === 'forks' ? errorOf(scene) : null) ?? EXCESS[what],
    evidence: [bounded],
  };
  return { what, death };
}

/** What makes a program go beyond what a check allows. */
const EXCESS: Readonly<Record<Bound, string>> = {
  forks: 'it forks without end: every exit is answered by a fork at once, also where workers die as they start',
  processes: 'it starts processes without end: those that end are started again, or each one starts another',
  memory: 'it keeps what it allocates, in one process or in too many of them',
  reports:
    'something in it goes round and round: a message that answers a message, an error that is caused again and again, a connection that is opened anew',
  files: 'it writes into the folder .workbook, or empties it; what is there is not the program’s',
  time: 'it keeps its clients waiting, or this machine is very slow',
};

/** The last error that a process reported, as `TypeError: x is not a function (exercise.ts:12)`; null where there is none. */
export function errorOf({ history }: Scene, pid?: number): string | null {
  const uncaught = of(history, 'uncaught').findLast((event) => pid === undefined || event.pid === pid);
  if (uncaught === undefined) return null;
  const base = history.file.replace(/^.*[/\\]/, '');
  const line = /^\d+/.exec(uncaught.stack.split(`${base}:`)[1] ?? '')?.[0];
  return `${uncaught.error.split('\n')[0]}${line === undefined ? '' : ` (${base}:${line})`}`;
}

function lastWords({ history }: Scene): string | null {
  const text = of(history, 'output')
    .filter((event) => event.stream === 'stderr')
    .map((event) => event.text)
    .join('');
  const line = text.split('\n').findLast((each) => /error/i.test(each) && !each.startsWith('Emitted '));
  return line === undefined ? null : `it printed: ${line.trim().slice(0, 200)}`;
}

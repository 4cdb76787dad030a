// A lost update, from two recorded runs: two workers that read, add and write, and two that let the store add.
import { type EventOf, type History, livesOf, of } from '#history';
import { since } from './recording.ts';
import { drawRuns, type Frame } from './runs.ts';
import { arrow, box, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fork', 'request'] as const;

interface Step {
  readonly did: 'read' | 'wrote' | 'added';
  readonly number: number;
  /** In the run's own time. */
  readonly t: number;
  /** The worker's number. */
  readonly worker: number;
}

interface Visit {
  readonly worker: number;
  readonly request: EventOf<'request'>;
  readonly visits: number;
  readonly steps: readonly Step[];
}

/** For each run: every step of a worker, and what is in the store then. */
export function frames(recordings: readonly History[]): Frame[] {
  return recordings.flatMap((history, run) => framesOf(history, run));
}

function framesOf(history: History, run: number): Frame[] {
  const visits = visitsOf(history);
  const steps = stepsOf(visits);
  const end = Math.max(...visits.map(({ request }) => request.end));
  const { stored } = storedIn(history);
  const begin = run === 0 ? '' : 'The same once more, but now the store adds. ';
  return [
    ...steps.map((step, index) => ({
      words: `${index === 0 ? begin : ''}${tell(step, steps.slice(0, index))}`,
      run,
      until: step.t,
    })),
    {
      words: `Both visits are answered: ${visits.map(({ visits: number }) => number).join(' and ')}. In the store is ${stored}: ${stored === visits.length ? 'nothing is lost, and each has a number of its own.' : `${visits.length - stored} of ${visits.length} visits is lost, and nobody has noticed.`}`,
      run,
      until: end,
    },
  ];
}

function tell({ did, number, worker, t }: Step, before: readonly Step[]): string {
  const own = before.find((step) => step.worker === worker);
  switch (did) {
    case 'read': {
      const other = before.at(-1);
      return other === undefined
        ? `Worker ${worker} reads the number: ${number}.`
        : `${since(other.t, t)} later worker ${worker} reads it as well: still ${number}, since worker ${other.worker} has not written yet.`;
    }
    case 'wrote': {
      const same = before.some((step) => step.did === 'wrote' && step.number === number);
      return `${since(own?.t, t)} after it has read, worker ${worker} writes ${number}${same ? ', over the same number' : ''}.`;
    }
    case 'added':
      return own === undefined && before.length > 0
        ? `Worker ${worker} says the same ${since(before.at(-1)?.t, t)} later, and is told ${number}.`
        : `Worker ${worker} says “add one”, and is told ${number}: to read and to write is one step of the store, and nobody comes between.`;
  }
}

function visitsOf(history: History): Visit[] {
  const lives = livesOf(history);
  return of(history, 'request')
    .filter(({ method, path }) => method === 'POST' && path === '/visits')
    .map((request) => {
      const { pid, visits, steps } = JSON.parse(request.body ?? '') as {
        pid: number;
        visits: number;
        steps: { did: Step['did']; number: number; at: number }[];
      };
      const worker = lives.find((life) => life.pid === pid)?.worker ?? 0;
      return {
        worker,
        request,
        visits,
        steps: steps.map(({ at, ...step }) => ({ ...step, worker, t: request.t + at })),
      };
    })
    .toSorted((one, other) => one.request.t - other.request.t);
}

function stepsOf(visits: readonly Visit[]): Step[] {
  return visits.flatMap(({ steps }) => steps).toSorted((one, other) => one.t - other.t);
}

function storedIn(history: History): { readonly stored: number } {
  const told = of(history, 'request').findLast(({ method, path }) => method === 'GET' && path === '/visits');
  return { stored: (JSON.parse(told?.body ?? '{"visits":0}') as { visits: number }).visits };
}

export function figure(recordings: readonly History[]): Figure {
  const all = frames(recordings);
  const { bottom, ...drawn } = drawRuns(all, {
    top: 0,
    heights: recordings.map(() => RUN),
    draw: (run, top, until) => drawRun(recordings[run] as History, top, until),
  });
  return {
    name: 'lost-update',
    title: 'Two visits at the same moment: read, added and written by two workers, and added by the store',
    height: bottom + 34,
    base: legend(bottom + 18),
    ...drawn,
    characters: [
      ...recordings.flatMap((history) => [...inCharacters(history), '']),
      '= has a visit in hand   r reads   w writes   a lets it add',
    ],
  };
}

const LEFT = 78;
const RIGHT = 388;
const RUN = 186;
const LANE = 44;

function spanOf(history: History): { readonly from: number; readonly to: number } {
  const requests = visitsOf(history).map(({ request }) => request);
  const from = Math.min(...requests.map(({ t }) => t));
  const to = Math.max(...requests.map(({ end }) => end));
  return { from: from - (to - from) * 0.04, to: to + (to - from) * 0.08 };
}

function drawRun(history: History, top: number, until: number): string {
  const hidden = until === -Infinity;
  const parts = [text(12, top + 24, history.scenario, hidden ? 'name quiet' : 'name')];
  if (hidden) return parts.join('\n');
  const { from, to } = spanOf(history);
  const x = (t: number): number => LEFT + ((t - from) / (to - from)) * (RIGHT - LEFT);
  const visits = visitsOf(history);
  const steps = stepsOf(visits).filter(({ t }) => t <= until);
  const store = top + 58 + visits.length * LANE;
  const laneOf = (worker: number): number => top + 54 + visits.findIndex((visit) => visit.worker === worker) * LANE;
  for (const { worker, request } of visits) {
    const y = laneOf(worker);
    parts.push(text(12, y + 4, `worker ${worker}`, 'small name'), line(LEFT, y, RIGHT, y, 'mark'));
    if (request.t <= until) parts.push(line(x(request.t), y, x(Math.min(request.end, until)), y, 'serves'));
  }
  parts.push(text(12, store + 14, 'the store', 'small name'), box(LEFT, store, RIGHT - LEFT, 22, 'process', 4));
  const last = steps.at(-1);
  for (const step of steps) {
    const y = laneOf(step.worker);
    const classes = step === last && until !== Infinity ? 'now' : '';
    const at = x(step.t);
    parts.push(
      step.did === 'read' ? arrow(at, store, at, y + 4, classes) : arrow(at, y + 4, at, store, classes),
      at > RIGHT - 60
        ? text(at - 5, y + 17, `${SAYS[step.did]} ${step.number}`, 'small', 'end')
        : text(at + 5, y + 17, `${SAYS[step.did]} ${step.number}`, 'small'),
    );
  }
  parts.push(
    ...contents(steps).map(({ t, number }) => text(x(t) + 5, store + 15, number, 'small name')),
    text(LEFT + 5, store + 15, 0, 'small name'),
  );
  return parts.join('\n');
}

const SAYS = { read: 'reads', wrote: 'writes', added: 'add:' } as const;

/** What was put into the store, and when. */
function contents(steps: readonly Step[]): Pick<Step, 't' | 'number'>[] {
  return steps.filter(({ did }) => did !== 'read');
}

function legend(y: number): string {
  return [
    line(14, y, 38, y, 'serves'),
    text(44, y + 4, 'has a visit in hand', 'small'),
    arrow(176, y, 200, y, ''),
    text(206, y + 4, 'from the store, or into it', 'small'),
  ].join('\n');
}

/** Columns for time. */
const COLUMNS = 48;

function inCharacters(history: History): string[] {
  const { from, to } = spanOf(history);
  const column = (t: number): number => Math.floor(((t - from) / (to - from)) * COLUMNS);
  const visits = visitsOf(history);
  const lanes = visits.map(({ worker, request, steps }) => {
    const cells: string[] = Array.from({ length: COLUMNS }, (_, i) =>
      i >= column(request.t) && i <= column(request.end) ? '=' : ' ',
    );
    for (const step of steps) cells[column(step.t)] = step.did.slice(0, 1);
    return `worker ${worker}`.padEnd(10) + cells.join('').trimEnd();
  });
  const store = Array.from({ length: COLUMNS }, () => ' ');
  store[0] = '0';
  for (const { t, number } of contents(stepsOf(visits))) store[column(t)] = String(number);
  return [history.scenario, ...lanes, 'the store'.padEnd(10) + store.join('').trimEnd()];
}

// A rolling restart, from two recorded runs: with disconnect() alone, and with a goodbye, each under a client that always
// waits for an answer on a connection that it keeps.
import { type EventOf, type History, type Life, livesOf, of } from '#history';
import { list, since } from './recording.ts';
import { box, cross, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fault', 'mark', 'fork', 'listening', 'closed', 'exit', 'request'] as const;

export interface Frame {
  readonly words: string;
  /** Which of the recordings; those before it are shown as a whole, those after it not yet. */
  readonly run: number;
  /** Up to where it is shown; its own time, in ms. */
  readonly until: number;
}

/** For each run: the signal, each worker that is told to go, each move of the client, and each end of an old worker. */
export function frames(recordings: readonly History[]): Frame[] {
  return recordings.flatMap((history, run) =>
    momentsOf(history).map(({ event, until }) => ({ words: tell(history, run, event, until), run, until })),
  );
}

type Moment = EventOf<'fault'> | EventOf<'closed'> | EventOf<'exit'> | EventOf<'mark'> | EventOf<'request'>;

function momentsOf(history: History): { readonly event: Moment; readonly until: number }[] {
  const { signal, old, leaves } = restartOf(history);
  const isOld = (worker: number) => old.some((life) => life.worker === worker);
  const requests = of(history, 'request');
  const moves = requests.filter(
    ({ t, conn }, index) => t > signal.t && index > 0 && conn !== requests[index - 1]?.conn,
  );
  const events: Moment[] = [
    signal,
    ...of(history, 'closed').filter(({ worker }) => isOld(worker)),
    ...moves,
    ...of(history, 'exit').filter(({ worker }) => isOld(worker)),
    // where the client goes only after all the old ones, that is no part of the story
    ...(old.some(({ exited }) => (exited ?? Infinity) > leaves.t) ? [leaves] : []),
  ];
  return (
    events
      .toSorted((a, b) => a.t - b.t)
      // an old worker that nothing holds is gone a moment after it was told to go
      .filter((event, index, all) => !isSoonGone(event, all[index + 1]))
      .map((event) => ({ event, until: event.t }))
  );
}

function isSoonGone(event: Moment, next: Moment | undefined): boolean {
  return event.kind === 'closed' && next?.kind === 'exit' && next.worker === event.worker;
}

interface Restart {
  readonly signal: EventOf<'fault'>;
  readonly lives: readonly Life[];
  readonly old: readonly Life[];
  readonly leaves: EventOf<'mark'>;
  /** When the last thing that is shown has happened. */
  readonly end: number;
}

function restartOf(history: History): Restart {
  const signal = of(history, 'fault').find(({ fault }) => fault === 'SIGHUP');
  const leaves = of(history, 'mark').at(-1);
  if (!signal || !leaves) throw new Error(`The recording “${history.scenario}” has no restart in it.`);
  const lives = livesOf(history);
  const old = lives.filter(({ forked }) => forked < signal.t);
  const end = Math.max(
    leaves.t,
    ...of(history, 'request').map((request) => request.end),
    ...old.map(({ exited }) => exited ?? 0),
  );
  return { signal, lives, old, leaves, end };
}

function tell(history: History, run: number, event: Moment, until: number): string {
  const { signal, lives, old } = restartOf(history);
  const requests = of(history, 'request');
  const workerOf = (request: EventOf<'request'> | undefined) => lives.find(({ pid }) => pid === request?.pid)?.worker;
  const current = workerOf(requests.findLast(({ t }) => t <= until));
  const when = `${since(signal.t, event.t)} after the signal`;
  const program =
    run === 0 ? 'Old workers are told to go with disconnect() alone.' : 'The same once more, with a goodbye.';
  switch (event.kind) {
    case 'fault':
      return `${program} The primary gets a SIGHUP. A client has a kept connection to worker ${current}, and always waits for an answer.`;
    case 'closed': {
      const heir = lives
        .filter(
          ({ listening }) => (listening ?? Infinity) <= until && !old.some((life) => life.listening === listening),
        )
        .at(-1);
      const told =
        run === 0
          ? 'It takes no more connections, and waits for the end of those that it has.'
          : 'Each of its answers says Connection: close from now on.';
      return `${when}: worker ${heir?.worker} listens, so worker ${event.worker} is told to go. ${told}`;
    }
    case 'request':
      return `${when}: the answer was whole, and said goodbye. The client sends its next request on a new connection, and that is dealt to worker ${workerOf(event)}${old.some(({ pid }) => pid === event.pid) ? ', which is old too' : ', a new one'}.`;
    case 'mark': {
      const [life] = old.filter(({ exited }) => (exited ?? Infinity) > event.t);
      const late = requests.filter(({ t, pid }) => t > (life?.closed ?? 0) && t < event.t && pid === life?.pid).length;
      return `${when}: the restart is long over, and worker ${life?.worker} has taken ${late} more requests since it was told to go. It will stay as long as its client does. Only now the client goes.`;
    }
    case 'exit': {
      const life = old.find(({ worker }) => worker === event.worker);
      const answered = requests.filter(({ outcome }) => outcome === 'answered').length;
      const left = old.filter(({ exited }) => (exited ?? Infinity) > event.t).map(({ worker }) => worker);
      const end =
        left.length > 0
          ? `Worker ${list(left)} is still there.`
          : `All old workers are gone. Of the client’s ${requests.length} requests ${answered} were answered.`;
      const told =
        life !== undefined && event.t - (life.closed ?? 0) < 50
          ? ', a moment after it was told to go: it had no clients'
          : '';
      return `${when}: worker ${event.worker} exits${told}. ${end}`;
    }
  }
}

export function figure(recordings: readonly History[]): Figure {
  const all = frames(recordings);
  const longest = Math.max(...recordings.map((history) => restartOf(history).end - restartOf(history).signal.t));
  const scale = (RIGHT - LEFT) / (longest + BEFORE_MS + AFTER_MS);
  const heights = recordings.map((history) => HEAD + restartOf(history).lives.length * LANE);
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, each) => sum + each, 14));
  const height = heights.reduce((sum, each) => sum + each, 14) + 70;
  const drawing = (shown: number, until: number) =>
    recordings
      .map((history, run) =>
        drawRun(history, tops[run] ?? 0, scale, run < shown ? Infinity : run === shown ? until : -Infinity),
      )
      .join('\n');
  return {
    name: 'rolling-restart',
    title: 'A rolling restart, and a client that will not leave',
    height,
    base: legend(height - 58, scale),
    still: drawing(recordings.length, Infinity),
    description: all.map(({ words }) => words).join(' '),
    steps: all.map(({ words, run, until }) => ({ words, drawing: drawing(run, until) })),
    characters: [
      ...recordings.flatMap((history) => [...inCharacters(history, longest), '']),
      'f forked   . boots   = listens   - told to go   x gone',
      `client: the worker that answers it. A column is ${since(0, msOfColumn(longest))}.`,
    ],
  };
}

const LEFT = 78;
const RIGHT = 388;
const HEAD = 54;
const LANE = 38;
/** What of a request would be no more than a stroke. */
const SLIVER_MS = 12;
/** Shown before the signal, and left free after the end. */
const BEFORE_MS = 110;
const AFTER_MS = 40;

function drawRun(history: History, top: number, scale: number, until: number): string {
  const { signal, lives } = restartOf(history);
  const x = (t: number) => LEFT + (Math.max(-BEFORE_MS, t - signal.t) + BEFORE_MS) * scale;
  const hidden = until === -Infinity;
  const parts = [text(12, top + 14, history.scenario, hidden ? 'name quiet' : 'name')];
  if (hidden) return parts.join('\n');
  const bottom = top + HEAD + lives.length * LANE - 14;
  parts.push(
    line(x(signal.t), top + 41, x(signal.t), bottom, 'mark'),
    text(x(signal.t), top + 36, 'SIGHUP', 'small', 'middle'),
    until < Infinity ? line(x(until), top + 41, x(until), bottom, 'now') : '',
  );
  for (const [index, life] of lives.entries()) {
    if (life.forked > until) continue;
    const y = top + HEAD + index * LANE;
    const listening = Math.min(life.listening ?? Infinity, until);
    const closed = Math.min(life.closed ?? Infinity, until);
    const end = Math.min(life.exited ?? restartOf(history).end, until);
    parts.push(
      text(12, y + 4, `worker ${life.worker}`, 'small name'),
      text(12, y + 18, `pid ${life.pid}`, 'small quiet'),
      life.forked > signal.t ? line(x(life.forked), y, x(listening), y, 'boots') : '',
      life.listening !== null && life.listening <= until
        ? line(x(life.listening), y, x(Math.min(closed, end)), y, 'serves')
        : '',
      life.closed !== null && life.closed < until ? line(x(life.closed), y, x(end), y, 'leaves') : '',
      life.exited !== null && life.exited <= until ? cross(x(life.exited) + 5, y, 5, 'lost') : '',
      ...of(history, 'request')
        .filter(
          ({ pid, t, end: answered }) => pid === life.pid && t <= until && answered > signal.t - BEFORE_MS + SLIVER_MS,
        )
        .map(({ t, end: answered }) =>
          box(x(t) + 0.5, y + 9, Math.max(1, x(Math.min(answered, until)) - x(t) - 1), 7, 'answered', 2),
        ),
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function legend(y: number, scale: number): string {
  return [
    line(14, y, 38, y, 'boots'),
    text(44, y + 4, 'boots', 'small'),
    line(92, y, 116, y, 'serves'),
    text(122, y + 4, 'listens', 'small'),
    line(176, y, 200, y, 'leaves'),
    text(206, y + 4, 'told to go', 'small'),
    cross(284, y, 5, 'lost'),
    text(296, y + 4, 'gone', 'small'),
    box(14, y + 18, 24, 7, 'answered', 2),
    text(44, y + 25, 'a request of the client, from its sending to its answer', 'small'),
    `<path d="M14 ${y + 38}v8m0 -4h${Math.round(200 * scale)}m0 -4v8"/>`,
    text(22 + 200 * scale, y + 46, '200 ms', 'small'),
  ].join('\n');
}

/** Columns for time. */
const COLUMNS = 49;

function msOfColumn(longest: number): number {
  return (longest + BEFORE_MS + AFTER_MS) / COLUMNS;
}

function inCharacters(history: History, longest: number): string[] {
  const { signal, lives, end } = restartOf(history);
  const timeOf = (column: number) => signal.t - BEFORE_MS + column * msOfColumn(longest);
  const row = (label: string, cell: (t: number, next: number) => string) =>
    `${label.padEnd(10)}${Array.from({ length: COLUMNS }, (_, column) => cell(timeOf(column), timeOf(column + 1))).join('')}`.trimEnd();
  const within = (event: number | null, t: number, next: number) => event !== null && event >= t && event < next;
  const requests = of(history, 'request');
  return [
    history.scenario,
    row('', (t, next) => (within(signal.t, t, next) ? '| SIGHUP' : ' ')),
    ...lives.map((life) =>
      row(`worker ${life.worker}`, (t, next) => {
        if (life.exited !== null && t > life.exited) return ' ';
        if (within(life.exited, t, next)) return 'x';
        if (t > end || life.forked >= next) return ' ';
        if (within(life.forked, t, next)) return 'f';
        if ((life.listening ?? Infinity) >= next) return '.';
        return (life.closed ?? Infinity) < next ? '-' : '=';
      }),
    ),
    row('client', (t, next) => {
      const request = requests.findLast((each) => each.t < next && each.end >= t);
      return String(lives.find(({ pid }) => pid === request?.pid)?.worker ?? ' ');
    }),
  ];
}

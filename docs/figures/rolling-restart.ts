// A rolling restart, from two recorded runs: with disconnect() alone, and with a goodbye, each under a client that always
// waits for an answer on a connection that it keeps.
import { type EventOf, type History, type Life, livesOf, of } from '#history';
import { isLost, list, since } from './recording.ts';
import { drawRuns, type Frame } from './runs.ts';
import { box, cross, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fault', 'mark', 'fork', 'listening', 'closed', 'exit', 'request'] as const;

/** For each run: the signal, each worker that is told to go, each loss and each move of the client, and each end of an old worker. */
export function frames(recordings: readonly History[]): Frame[] {
  return recordings.flatMap((history, run) =>
    momentsOf(history).map((moment) => ({ words: tell(history, run, moment), run, until: moment.t })),
  );
}

type Moment = { readonly t: number } & (
  | { readonly kind: 'signal' | 'client leaves' }
  | { readonly kind: 'told' | 'exit'; readonly worker: number }
  | { readonly kind: 'lost' | 'moves'; readonly request: EventOf<'request'> }
);

function momentsOf(history: History): Moment[] {
  const { signal, old, leaves } = restartOf(history);
  const isOld = ({ worker }: { readonly worker: number }) => old.some((life) => life.worker === worker);
  const requests = of(history, 'request').filter(({ end }) => end > signal.t);
  const moments: Moment[] = [
    { kind: 'signal', t: signal.t },
    ...of(history, 'closed')
      .filter(isOld)
      .map(({ t, worker }) => ({ kind: 'told' as const, t, worker })),
    ...requests.filter(isLost).map((request) => ({ kind: 'lost' as const, t: request.end, request })),
    ...requests
      .filter((request) => movesWith(history, request))
      .map((request) => ({ kind: 'moves' as const, t: request.t, request })),
    ...of(history, 'exit')
      .filter(isOld)
      .map(({ t, worker }) => ({ kind: 'exit' as const, t, worker })),
    // where the client goes only after all the old ones, that is no part of the story
    ...(old.some(({ exited }) => (exited ?? Infinity) > leaves.t)
      ? [{ kind: 'client leaves' as const, t: leaves.t }]
      : []),
  ];
  return (
    moments
      .toSorted((a, b) => a.t - b.t)
      // an old worker that nothing holds is gone a moment after it was told to go
      .filter((moment, index, all) => !isSoonGone(moment, all[index + 1]))
  );
}

/** It comes on another connection than the one before it. */
function movesWith(history: History, request: EventOf<'request'>): boolean {
  const before = requestBefore(history, request);
  return before !== undefined && before.conn !== request.conn && request.t > restartOf(history).signal.t;
}

function requestBefore(history: History, request: EventOf<'request'>): EventOf<'request'> | undefined {
  const requests = of(history, 'request');
  return requests[requests.indexOf(request) - 1];
}

function isSoonGone(moment: Moment, next: Moment | undefined): boolean {
  return moment.kind === 'told' && next?.kind === 'exit' && next.worker === moment.worker;
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

function tell(history: History, run: number, moment: Moment): string {
  const { signal, lives, old } = restartOf(history);
  const requests = of(history, 'request');
  const workerAt = (t: number) =>
    workerOf(
      lives,
      requests.findLast((request) => request.t <= t),
    );
  const when = `${since(signal.t, moment.t)} after the signal`;
  switch (moment.kind) {
    case 'signal': {
      const program =
        run === 0 ? 'Old workers are told to go with disconnect() alone.' : 'The same once more, with a goodbye.';
      return `${program} The primary gets a SIGHUP. A client has a kept connection to worker ${workerAt(moment.t)}, and always waits for an answer.`;
    }
    case 'told': {
      const heir = lives
        .filter(
          ({ listening }) => (listening ?? Infinity) <= moment.t && !old.some((life) => life.listening === listening),
        )
        .at(-1);
      const told =
        run === 0
          ? 'It takes no more connections, and waits for the end of those that do not look idle.'
          : 'Each of its answers says Connection: close from now on.';
      return `${when}: worker ${heir?.worker} listens, so worker ${moment.worker} is told to go. ${told}`;
    }
    case 'lost': {
      const { outcome, before } = moment.request;
      const number = requests.indexOf(moment.request) + 1;
      return before !== null && (outcome === 'closed' || outcome === 'reset')
        ? `${when}: worker ${workerOf(lives, moment.request)} has cut a connection that looked idle, with the client’s request ${number} on its way. That request is lost: nobody answers it.`
        : `${when}: the client’s request ${number} is lost (${outcome}).`;
    }
    case 'moves': {
      const before = requestBefore(history, moment.request);
      const why =
        before === undefined || isLost(before)
          ? 'the client goes on, and sends its next request on a new connection'
          : run === 0
            ? 'the connection looked idle, and was cut between two requests. The client sends its next one on a new connection'
            : 'the answer was whole, and said goodbye. The client sends its next request on a new connection';
      const worker = workerOf(lives, moment.request);
      const age = old.some((life) => life.worker === worker) ? 'which is old too' : 'a new one';
      return `${when}: ${why}, and that is dealt to worker ${worker}, ${age}.`;
    }
    case 'client leaves': {
      const [life] = old.filter(({ exited }) => (exited ?? Infinity) > moment.t);
      const late = requests.filter(({ t, pid }) => t > (life?.closed ?? 0) && t < moment.t && pid === life?.pid).length;
      return `${when}: the restart is long over, and worker ${life?.worker} has taken ${late} more requests since it was told to go. It will stay as long as its client does. Only now the client goes.`;
    }
    case 'exit': {
      const closed = old.find(({ worker }) => worker === moment.worker)?.closed ?? 0;
      const left = old.filter(({ exited }) => (exited ?? Infinity) > moment.t).map(({ worker }) => worker);
      const lost = requests.filter(isLost).length;
      const end =
        left.length > 0
          ? `Worker ${list(left)} is still there.`
          : `All old workers are gone. Of the client’s ${requests.length} requests ${requests.length - lost} were answered${lost > 0 ? `, and ${lost} ${lost === 1 ? 'was' : 'were'} lost` : ''}.`;
      const isSoon = moment.t - closed < 50;
      const hadClient = workerAt(closed) === moment.worker;
      const told = isSoon
        ? `, a moment after it was told to go${hadClient ? '' : ': it had no clients'}`
        : run === 1
          ? `, ${since(closed, moment.t)} after it was told to go: that was its grace, in which it cut nothing`
          : '';
      return `${when}: worker ${moment.worker} exits${told}. ${end}`;
    }
  }
}

/** Who answered it, or had its connection when it was lost. */
function workerOf(lives: readonly Life[], request: EventOf<'request'> | undefined): number | undefined {
  const pid = request?.pid ?? request?.before;
  return lives.find((life) => life.pid === pid)?.worker;
}

export function figure(recordings: readonly History[]): Figure {
  const all = frames(recordings);
  const longest = Math.max(...recordings.map((history) => restartOf(history).end - restartOf(history).signal.t));
  const scale = (RIGHT - LEFT) / (longest + BEFORE_MS + AFTER_MS);
  const heights = recordings.map((history) => HEAD + restartOf(history).lives.length * LANE);
  const { bottom, ...drawn } = drawRuns(all, {
    top: 14,
    heights,
    draw: (run, top, until) => drawRun(recordings[run] as History, top, scale, until),
  });
  return {
    name: 'rolling-restart',
    title: 'A rolling restart, and a client that will not leave',
    height: bottom + 70,
    base: legend(bottom + 12, scale),
    ...drawn,
    characters: [
      ...recordings.flatMap((history) => [...inCharacters(history, longest), '']),
      'f forked   . boots   = listens   - told to go   x gone',
      `client: the worker that answers it. A column is ${since(0, msOfColumn(longest))}.`,
      ...(recordings.some((history) => of(history, 'request').some(isLost))
        ? ['! a request of the client, and lost']
        : []),
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
    until < Infinity ? text(x(until), bottom + 11, 'now', 'small', 'middle') : '',
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
      life.exited !== null && life.exited <= until ? cross(x(life.exited), y, 5, 'lost') : '',
      ...of(history, 'request')
        .filter(
          ({ pid, t, end: answered }) => pid === life.pid && t <= until && answered > signal.t - BEFORE_MS + SLIVER_MS,
        )
        .map(({ t, end: answered }) =>
          box(x(t) + 0.5, y + 9, Math.max(1, x(Math.min(answered, until)) - x(t) - 1), 7, 'answered', 2),
        ),
      ...of(history, 'request')
        .filter((request) => isLost(request) && request.before === life.pid && request.end <= until)
        .flatMap((request) => [
          cross(x(request.end), y + 12.5, 4, 'lost'),
          text(
            x(request.end) + 8,
            y + 17,
            `request ${of(history, 'request').indexOf(request) + 1} is lost`,
            'small bad',
          ),
        ]),
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
  const isWithin = (event: number | null, t: number, next: number) => event !== null && event >= t && event < next;
  const requests = of(history, 'request');
  return [
    history.scenario,
    row('', (t, next) => (isWithin(signal.t, t, next) ? '| SIGHUP' : ' ')),
    ...lives.map((life) =>
      row(`worker ${life.worker}`, (t, next) => {
        if (life.exited !== null && t > life.exited) return ' ';
        if (isWithin(life.exited, t, next)) return 'x';
        if (t > end || life.forked >= next) return ' ';
        if (isWithin(life.forked, t, next)) return 'f';
        if ((life.listening ?? Infinity) >= next) return '.';
        return (life.closed ?? Infinity) < next ? '-' : '=';
      }),
    ),
    row('client', (t, next) => {
      const within = requests.filter((each) => each.t < next && each.end >= t);
      return within.some(isLost) ? '!' : String(workerOf(lives, within.at(-1)) ?? ' ');
    }),
  ];
}

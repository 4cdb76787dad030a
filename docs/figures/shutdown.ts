// A shutdown, from two recorded runs: at once, and in order, each with a client that is busy and one that waits for a slow
// answer.
import { type EventOf, type History, type Life, livesOf, of } from '#history';
import { isLost, list, since, workerOf } from './recording.ts';
import { drawRuns, type Frame } from './runs.ts';
import { box, cross, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fault', 'fork', 'listening', 'taken', 'closed', 'exit', 'ended', 'request'] as const;

type Request = EventOf<'request'>;

/** For each run: the signal, the goodbye, each loss and each end. */
export function frames(recordings: readonly History[]): Frame[] {
  return recordings.flatMap((history, run) => framesOf(history, run));
}

function framesOf(history: History, run: number): Frame[] {
  const { signal, lives, ended, requests } = shutdownOf(history);
  const when = (t: number) => `${since(signal.t, t)} after the signal`;
  const frame = (until: number, words: string): Frame => ({ words, run, until });
  const underWay = requests.filter((request) => request.t < signal.t && request.end > signal.t);
  const found = [
    frame(
      signal.t,
      `${run === 0 ? 'A primary that calls process.exit at SIGTERM.' : 'The same once more, in order.'} When the signal comes, ${underWay.length} requests are under way: ${list(underWay.map((request) => `one with worker ${workerOf(history, request)}`))}.`,
    ),
  ];
  const lost = underWay.filter(isLost);
  if (lost.length > 0) {
    const last = Math.max(ended.t, ...lost.map(({ end }) => end));
    found.push(
      frame(
        last,
        `${when(last)}: the primary has gone, so the channels of its workers have closed, and the workers are gone as well. ${lost.length} of ${underWay.length} requests are lost. The code is ${ended.code}, as if all were well.`,
      ),
    );
    return found;
  }
  const goodbye = requests.find((request) => request.last);
  if (goodbye !== undefined)
    found.push(
      frame(
        goodbye.end,
        `${when(goodbye.end)}: the busy client has its answer, and that says Connection: close. It asks again on a new connection; for a grace the workers go on taking some.`,
      ),
    );
  const closed = lives.map((life) => life.closed).filter((t) => t !== null);
  const slow = underWay.find(({ stream }) => stream === 'slow');
  if (closed.length > 0)
    found.push(
      frame(
        Math.max(...closed),
        `${when(Math.max(...closed))}: the grace is over. Nobody listens any more, and whoever comes now is refused. Worker ${workerOf(history, slow)} still has the slow request in hand.`,
      ),
    );
  if (slow !== undefined)
    found.push(frame(slow.end, `${when(slow.end)}: the slow request is answered, whole, by the worker that had it.`));
  found.push(
    frame(
      Math.max(ended.t, ...lives.map(({ exited }) => exited ?? 0)),
      `${when(ended.t)}: that worker has cut what was idle and has gone, and the primary goes last, with code ${ended.code}. Of what was under way nothing is lost.`,
    ),
  );
  return found;
}

interface Shutdown {
  readonly signal: EventOf<'fault'>;
  readonly lives: readonly Life[];
  readonly ended: EventOf<'ended'>;
  /** Those that were sent before it, and those that were answered. */
  readonly requests: readonly Request[];
  readonly end: number;
}

function shutdownOf(history: History): Shutdown {
  const signal = of(history, 'fault').find(({ fault }) => fault === 'SIGTERM');
  const [ended] = of(history, 'ended');
  if (!signal || !ended) throw new Error(`The recording “${history.scenario}” has no shutdown in it.`);
  const lives = livesOf(history);
  const requests = of(history, 'request').filter((request) => request.t < signal.t || !isLost(request));
  const end = Math.max(ended.t, ...lives.map(({ exited }) => exited ?? 0), ...requests.map((request) => request.end));
  return { signal, lives, ended, requests, end };
}

export function figure(recordings: readonly History[]): Figure {
  const all = frames(recordings);
  const longest = Math.max(...recordings.map((history) => shutdownOf(history).end - shutdownOf(history).signal.t));
  const scale = (RIGHT - LEFT) / (longest + BEFORE_MS + AFTER_MS);
  const heights = recordings.map((history) => HEAD + (shutdownOf(history).lives.length + 1) * LANE);
  const { bottom, ...drawn } = drawRuns(all, {
    top: 14,
    heights,
    draw: (run, top, until) => drawRun(recordings[run] as History, top, scale, until),
  });
  return {
    name: 'shutdown',
    title: 'Two shutdowns under load: one that exits at once, and one in order',
    height: bottom + 70,
    base: legend(bottom + 12, scale),
    ...drawn,
    characters: [
      ...recordings.flatMap((history) => [...inCharacters(history, longest), '']),
      '= listens   - leaves   x gone   # a request   ! a lost one',
      `A column is ${since(0, msOfColumn(longest))}.`,
    ],
  };
}

const LEFT = 78;
const RIGHT = 388;
const HEAD = 54;
const LANE = 38;
/** Shown before the signal, and left free after the end. */
const BEFORE_MS = 150;
const AFTER_MS = 60;

function drawRun(history: History, top: number, scale: number, until: number): string {
  const { signal, lives, ended, requests, end } = shutdownOf(history);
  const x = (t: number) => LEFT + (Math.max(-BEFORE_MS, t - signal.t) + BEFORE_MS) * scale;
  const hidden = until === -Infinity;
  const parts = [text(12, top + 14, history.scenario, hidden ? 'name quiet' : 'name')];
  if (hidden) return parts.join('\n');
  const bottom = top + HEAD + (lives.length + 1) * LANE - 14;
  parts.push(
    line(x(signal.t), top + 41, x(signal.t), bottom, 'mark'),
    text(x(signal.t), top + 36, 'SIGTERM', 'small', 'middle'),
    until < Infinity ? line(x(until), top + 41, x(until), bottom, 'now') : '',
    until < Infinity ? text(x(until), bottom + 11, 'now', 'small', 'middle') : '',
    text(12, top + HEAD + 4, 'primary', 'small name'),
    text(12, top + HEAD + 18, `pid ${ended.pid}`, 'small quiet'),
    line(x(-Infinity), top + HEAD, x(Math.min(ended.t, until)), top + HEAD, 'serves'),
  );
  if (ended.t <= until)
    parts.push(
      cross(x(ended.t), top + HEAD, 5, 'lost'),
      // below the line, where there is no room beside it
      x(ended.t) < RIGHT - 60
        ? text(x(ended.t) + 9, top + HEAD + 4, `code ${ended.code}`, 'small')
        : text(x(ended.t) + 5, top + HEAD + 18, `code ${ended.code}`, 'small', 'end'),
    );
  for (const [index, life] of lives.entries()) {
    const y = top + HEAD + (index + 1) * LANE;
    const exited = life.exited ?? end;
    const gone = Math.min(exited, until);
    const closed = Math.min(life.closed ?? exited, until);
    parts.push(
      text(12, y + 4, `worker ${life.worker}`, 'small name'),
      text(12, y + 18, `pid ${life.pid}`, 'small quiet'),
      line(x(-Infinity), y, x(Math.min(closed, gone)), y, 'serves'),
      closed < gone ? line(x(closed), y, x(gone), y, 'leaves') : '',
      exited <= until ? cross(x(exited), y, 5, 'lost') : '',
      ...requests
        .filter((request) => workerOf(history, request) === life.worker)
        .filter((request) => request.t <= until && request.end > signal.t - BEFORE_MS)
        .flatMap((request) => [
          box(
            x(request.t) + 0.5,
            y + (request.stream === 'slow' ? 7 : 14),
            Math.max(1, x(Math.min(request.end, until)) - x(request.t) - 1),
            5,
            'answered',
            2,
          ),
          isLost(request) && request.end <= until
            ? cross(x(request.end), y + (request.stream === 'slow' ? 9.5 : 16.5), 4, 'lost')
            : '',
        ]),
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function legend(y: number, scale: number): string {
  return [
    line(14, y, 38, y, 'serves'),
    text(44, y + 4, 'is there', 'small'),
    line(102, y, 126, y, 'leaves'),
    text(132, y + 4, 'listens no more', 'small'),
    cross(240, y, 5, 'lost'),
    text(252, y + 4, 'gone, or lost', 'small'),
    box(14, y + 18, 24, 5, 'answered', 2),
    text(44, y + 25, 'a request, from its sending to its answer', 'small'),
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
  const { signal, lives, ended, requests, end } = shutdownOf(history);
  const timeOf = (column: number) => signal.t - BEFORE_MS + column * msOfColumn(longest);
  const row = (label: string, cell: (t: number, next: number) => string) =>
    `${label.padEnd(10)}${Array.from({ length: COLUMNS }, (_, column) => cell(timeOf(column), timeOf(column + 1))).join('')}`.trimEnd();
  const isWithin = (event: number, t: number, next: number) => event >= t && event < next;
  const lane = (gone: number, closed: number) => (t: number, next: number) =>
    isWithin(gone, t, next) ? 'x' : gone < t ? ' ' : closed < next ? '-' : '=';
  return [
    `${history.scenario}: code ${ended.code}`,
    row('', (t, next) => (isWithin(signal.t, t, next) ? '| SIGTERM' : ' ')),
    row('primary', lane(ended.t, Infinity)),
    ...lives.flatMap((life) => {
      const exited = life.exited ?? end;
      const own = requests.filter((request) => workerOf(history, request) === life.worker);
      return [
        row(`worker ${life.worker}`, lane(exited, life.closed ?? Infinity)),
        row('', (t, next) => {
          const within = own.filter((each) => each.t < next && each.end >= t);
          return within.some((each) => isLost(each) && each.end < next) ? '!' : within.length > 0 ? '#' : ' ';
        }),
      ];
    }),
  ];
}

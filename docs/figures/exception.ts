// An exception in one of several workers, from two recorded runs: one that ends at once, and one that ends in order.
import { type EventOf, type History, type Life, livesOf, of } from '#history';
import { isLost, list, since, workerOf } from './recording.ts';
import { drawRuns, type Frame } from './runs.ts';
import { box, cross, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fork', 'listening', 'taken', 'closed', 'exit', 'request'] as const;

type Request = EventOf<'request'>;

/** For each run: the exception, what becomes of what was in hand, and the replacement. */
export function frames(recordings: readonly History[]): Frame[] {
  return recordings.flatMap((history, run) => framesOf(history, run));
}

function framesOf(history: History, run: number): Frame[] {
  const { at, victim, heir, requests } = exceptionOf(history);
  const when = (t: number) => `${since(at, t)} after the exception`;
  const frame = (until: number, words: string): Frame => ({ words, run, until });
  const inHand = requests.filter((each) => each.t < at && each.end > at && workerOf(history, each) === victim.worker);
  const lost = inHand.filter(isLost);
  const gone = victim.exited ?? at;
  return [
    frame(
      at,
      `${run === 0 ? 'Without a listener for uncaughtException.' : 'With a listener, and in order.'} Worker ${victim.worker} has an exception in a timer, while it has ${inHand.length} slow requests in hand.`,
    ),
    frame(
      gone,
      lost.length > 0
        ? `${when(gone)}: Node has ended it, and ${lost.length} of ${inHand.length} requests are lost with it. The other workers go on.`
        : `${when(gone)}: it has answered all ${inHand.length}, with Connection: close, and only then it ends. It took no new connection meanwhile; the other workers did.`,
    ),
    frame(
      heir.listening ?? gone,
      `${when(heir.listening ?? gone)}: worker ${heir.worker} listens in its place. ${lost.length === 0 ? 'Nothing is lost.' : `Lost: the requests that were due after ${list(lost.map(({ path }) => `${path.split('=')[1]} ms`))}.`}`,
    ),
  ];
}

interface Exception {
  /** When its request was answered: the exception follows at once. */
  readonly at: number;
  readonly victim: Life;
  readonly heir: Life;
  readonly lives: readonly Life[];
  readonly requests: readonly Request[];
  readonly end: number;
}

function exceptionOf(history: History): Exception {
  const lives = livesOf(history);
  const crash = of(history, 'request').find(({ path }) => path === '/crash');
  const victim = lives.find((life) => life.worker === workerOf(history, crash));
  const heir = lives.at(-1);
  if (!crash || !victim || !heir?.listening)
    throw new Error(`The recording “${history.scenario}” has no exception in it.`);
  const requests = of(history, 'request').filter(({ stream }) => stream === 'slow' || stream === 'busy');
  // its client may hear of the answer a moment after all is over
  const at = Math.min(crash.end, victim.exited ?? crash.end);
  return { at, victim, heir, lives, requests, end: Math.max(heir.listening, ...requests.map((r) => r.end)) };
}

export function figure(recordings: readonly History[]): Figure {
  const all = frames(recordings);
  const longest = Math.max(...recordings.map((history) => exceptionOf(history).end - exceptionOf(history).at));
  const scale = (RIGHT - LEFT) / (longest + BEFORE_MS + AFTER_MS);
  const heights = recordings.map((history) => HEAD + exceptionOf(history).lives.length * LANE);
  const { bottom, ...drawn } = drawRuns(all, {
    top: 14,
    heights,
    draw: (run, top, until) => drawRun(recordings[run] as History, top, scale, until),
  });
  return {
    name: 'exception',
    title: 'An exception in one of three workers: at once, and in order',
    height: bottom + 70,
    base: legend(bottom + 12, scale),
    ...drawn,
    characters: [
      ...recordings.flatMap((history) => [...inCharacters(history, longest), '']),
      '= listens   - leaves   . boots   x gone',
      '# a request   ! a request, and lost',
      `A column is ${since(0, msOfColumn(longest))}.`,
    ],
  };
}

const LEFT = 78;
const RIGHT = 388;
const HEAD = 54;
const LANE = 38;
/** Shown before the exception, and left free after the end. */
const BEFORE_MS = 150;
const AFTER_MS = 40;

function drawRun(history: History, top: number, scale: number, until: number): string {
  const { at, lives, requests, end } = exceptionOf(history);
  const x = (t: number) => LEFT + (Math.max(-BEFORE_MS, t - at) + BEFORE_MS) * scale;
  const hidden = until === -Infinity;
  const parts = [text(12, top + 14, history.scenario, hidden ? 'name quiet' : 'name')];
  if (hidden) return parts.join('\n');
  const bottom = top + HEAD + lives.length * LANE - 14;
  parts.push(
    line(x(at), top + 41, x(at), bottom, 'mark'),
    text(x(at), top + 36, 'exception', 'small', 'middle'),
    until < Infinity ? line(x(until), top + 41, x(until), bottom, 'now') : '',
    until < Infinity ? text(x(until), bottom + 11, 'now', 'small', 'middle') : '',
  );
  for (const [index, life] of lives.entries()) {
    if (life.forked > until) continue;
    const y = top + HEAD + index * LANE;
    const gone = Math.min(life.exited ?? end, end, until);
    const closed = Math.min(life.closed ?? gone, gone);
    const listens = Math.min(life.listening ?? gone, gone);
    parts.push(
      text(12, y + 4, `worker ${life.worker}`, 'small name'),
      text(12, y + 18, `pid ${life.pid}`, 'small quiet'),
      life.forked >= at && listens > life.forked ? line(x(life.forked), y, x(listens), y, 'boots') : '',
      closed > listens ? line(x(listens), y, x(closed), y, 'serves') : '',
      closed < gone ? line(x(closed), y, x(gone), y, 'leaves') : '',
      life.exited !== null && life.exited <= Math.min(until, end) ? cross(x(life.exited), y, 5, 'lost') : '',
      ...requests
        .filter((request) => workerOf(history, request) === life.worker)
        .filter((request) => request.t <= until && request.end > at - BEFORE_MS)
        .flatMap((request, row) => [
          box(
            x(request.t) + 0.5,
            y + 7 + (request.stream === 'slow' ? 7 * (row % 2) : 0),
            Math.max(1, x(Math.min(request.end, until)) - x(request.t) - 1),
            5,
            'answered',
            2,
          ),
          isLost(request) && request.end <= until
            ? cross(x(request.end), y + 9.5 + (request.stream === 'slow' ? 7 * (row % 2) : 0), 4, 'lost')
            : '',
        ]),
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function legend(y: number, scale: number): string {
  return [
    line(14, y, 38, y, 'serves'),
    text(44, y + 4, 'listens', 'small'),
    line(102, y, 126, y, 'leaves'),
    text(132, y + 4, 'listens no more', 'small'),
    cross(240, y, 5, 'lost'),
    text(252, y + 4, 'gone, or lost', 'small'),
    box(14, y + 18, 24, 5, 'answered', 2),
    text(44, y + 25, 'a request, from its sending to its answer', 'small'),
    line(296, y + 21, 320, y + 21, 'boots'),
    text(326, y + 25, 'boots', 'small'),
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
  const { at, lives, requests, end } = exceptionOf(history);
  const timeOf = (column: number) => at - BEFORE_MS + column * msOfColumn(longest);
  const row = (label: string, cell: (t: number, next: number) => string) =>
    `${label.padEnd(10)}${Array.from({ length: COLUMNS }, (_, column) => cell(timeOf(column), timeOf(column + 1))).join('')}`.trimEnd();
  const isWithin = (event: number, t: number, next: number) => event >= t && event < next;
  const lane = (life: Life) => (t: number, next: number) => {
    const gone = life.exited ?? Infinity;
    if (isWithin(gone, t, next)) return 'x';
    if (gone < t || life.forked >= next || t > end) return ' ';
    if ((life.listening ?? Infinity) >= next) return '.';
    return (life.closed ?? Infinity) < next ? '-' : '=';
  };
  return [
    history.scenario,
    row('', (t, next) => (isWithin(at, t, next) ? '| exception' : ' ')),
    ...lives.flatMap((life) => {
      const own = requests.filter((request) => workerOf(history, request) === life.worker);
      return [
        row(`worker ${life.worker}`, lane(life)),
        row('', (t, next) => {
          const within = own.filter((each) => each.t < next && each.end >= t);
          return within.some((each) => isLost(each) && each.end < next) ? '!' : within.length > 0 ? '#' : ' ';
        }),
      ].filter((each) => each !== '');
    }),
  ];
}

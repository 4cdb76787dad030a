// Round robin, from a recorded run: who is free, to whom each connection is dealt, and what becomes of a worker that computes.
import { type EventOf, type History, of } from '#history';
import { list, since } from './recording.ts';
import { arrow, arriving, box, type Figure, line, text, WIDTH } from './svg.ts';

export const KINDS = ['start', 'listening', 'mark', 'handed', 'taken', 'request'] as const;

/** A connection, numbered in the order in which the primary dealt them. */
export interface Connection {
  readonly number: number;
  readonly worker: number;
  /** The worker has taken it up. */
  readonly taken: boolean;
  /** Requests that were answered on it by now. */
  readonly answered: number;
  /** Its worker computes for it. */
  readonly busy: boolean;
}

export interface Frame {
  readonly words: string;
  /** Workers in the order in which they come next. */
  readonly free: readonly number[];
  readonly connections: readonly Connection[];
  /** Those that this step is about. */
  readonly now: readonly Connection[];
  /** Numbers of those that are handed over in it. */
  readonly handed: readonly number[];
}

/** One frame for each mark of the recording: how all stands when the next one comes. */
export function frames(history: History): Frame[] {
  const marks = of(history, 'mark');
  const zero = marks[0]?.t ?? 0;
  return marks.map((mark, index) => {
    const end = marks[index + 1]?.t ?? Infinity;
    const before = connectionsAt(history, mark.t);
    const connections = connectionsAt(history, end);
    const free = freeAt(history, end);
    const now = connections.filter(({ number, taken }) => before[number - 1]?.taken !== taken);
    const handed = connections.slice(before.length).map(({ number }) => number);
    const first = requestsOf(history, now[0])[0];
    const when = first ? `At ${since(zero, mark.name === 'over' ? first.end : first.t)}: ` : '';
    const words = `${when}${tell(mark.name, { history, connections, free, now })}`;
    return { words, free, connections, now, handed };
  });
}

/** Ports of the clients in the order in which the primary dealt their connections. */
function dealt(history: History, t = Infinity): { readonly port: number; readonly worker: number }[] {
  return of(history, 'handed')
    .filter((event) => event.t <= t)
    .flatMap(({ ports, worker }) => ports.map((port) => ({ port, worker })));
}

function connectionsAt(history: History, t: number): Connection[] {
  return dealt(history, t).map(({ port, worker }, index) => {
    const taken = of(history, 'taken').some((event) => event.t <= t && event.ports.includes(port));
    const requests = of(history, 'request').filter(({ conn }) => conn === port);
    return {
      number: index + 1,
      worker,
      taken,
      answered: requests.filter(({ end }) => end <= t).length,
      busy: taken && requests.some((request) => isWork(request) && request.end > t),
    };
  });
}

// The row as the primary keeps it: out of it when a connection is handed over, at its end when that has been taken up.
function freeAt(history: History, t: number): number[] {
  const workerOf = new Map(dealt(history).map(({ port, worker }) => [port, worker]));
  let row = of(history, 'listening').map(({ worker }) => worker);
  for (const event of history.events) {
    if (event.t > t || (event.kind !== 'handed' && event.kind !== 'taken')) continue;
    const workers = event.ports.flatMap((port) => workerOf.get(port) ?? []);
    row = [...row.filter((each) => !workers.includes(each)), ...(event.kind === 'taken' ? workers : [])];
  }
  return row;
}

function requestsOf(history: History, connection: Connection | undefined): EventOf<'request'>[] {
  const port = connection && dealt(history)[connection.number - 1]?.port;
  return of(history, 'request').filter(({ conn }) => conn === port);
}

function isWork({ path }: EventOf<'request'>): boolean {
  return path.startsWith('/work');
}

interface Context extends Omit<Frame, 'words' | 'handed'> {
  readonly history: History;
}

function tell(part: string, { history, connections, free, now }: Context): string {
  if (part === 'begin')
    return `All ${free.length} workers listen. The primary keeps those that are free in a row: ${list(free)}. The first one in the row gets the next connection.`;
  const [one] = now;
  if (!one) return `Nothing is dealt. The row is ${list(free)}.`;
  const dealtTo = list(
    now.map(({ number, worker }, index) => `${number}${index === 0 ? ' goes' : ''} to worker ${worker}`),
  );
  const busy = connections.find((each) => each.busy);
  // where the machine was so slow that the work was over before
  if (!busy && ['work', 'others', 'waits', 'passed'].includes(part)) return `connection ${dealtTo}.`;
  switch (part) {
    case 'again':
      return `connection ${dealtTo}. The row is what it was: ${list(free)}.`;
    case 'kept':
      return `connection ${one.number} stays open for ${one.answered} requests. Worker ${one.worker} answers all of them: connections are dealt, not requests.`;
    case 'work':
      return `connection ${one.number} goes to worker ${one.worker}, with a request that makes it compute. It has taken the connection up, so the primary counts it as free.`;
    case 'others':
      return `connection ${dealtTo}, while worker ${busy?.worker} computes. The next one in the row is now worker ${free[0]}.`;
    case 'waits':
      return `connection ${one.number} goes to worker ${one.worker}. It computes, so it does not take it up: the connection waits, and worker ${one.worker} is out of the row.`;
    case 'passed':
      return `connection ${dealtTo}. Worker ${busy?.worker} is passed over: nothing more will wait for it.`;
    case 'over': {
      const [request] = requestsOf(history, one);
      const work = of(history, 'request').find(isWork);
      return `the work is over after ${since(work?.t, work?.end)}, and worker ${one.worker} takes up connection ${one.number}, which has waited for ${since(request?.t, request?.end)}. Then it is free again, at the end of the row: ${list(free)}.`;
    }
    default:
      return `connection ${one.number} goes to the first in the row, worker ${one.worker}. The worker takes it up and goes to the end of the row: ${list(free)}.`;
  }
}

export function figure([history]: readonly History[]): Figure {
  if (!history) throw new Error('Round robin is drawn from one recording.');
  const all = frames(history);
  const pids = new Map(of(history, 'listening').map(({ worker, pid }) => [worker, pid]));
  const primary = of(history, 'start')[0]?.pid ?? 0;
  const drawings = all.map((frame) => draw(frame, primary, pids));
  const waiting = all.findLastIndex(({ connections }) => connections.some(({ taken }) => !taken));
  return {
    name: 'round-robin',
    title: 'Round robin deals connections to the workers that are free',
    height: HEIGHT + LEGEND,
    base: legend(),
    still: drawings[waiting] ?? '',
    description: all.map(({ words }) => words).join(' '),
    steps: all.map(({ words }, index) => ({ words, drawing: drawings[index] ?? '' })),
    characters: inCharacters(history),
  };
}

const HEIGHT = 308;
const LEGEND = 46;
const PRIMARY = { x: 70, y: 18, width: 260, height: 74 };
const WORKERS = { y: 160, width: 116, height: 132, gap: 13 };
const DOT = { size: 25, radius: 10.5, perRow: 4 };

function draw({ free, connections, now, handed }: Frame, primary: number, pids: ReadonlyMap<number, number>): string {
  const below = PRIMARY.y + PRIMARY.height;
  const parts = [
    box(PRIMARY.x, PRIMARY.y, PRIMARY.width, PRIMARY.height, 'process'),
    text(PRIMARY.x + 12, PRIMARY.y + 22, 'primary', 'name'),
    text(PRIMARY.x + PRIMARY.width - 12, PRIMARY.y + 22, `pid ${primary}`, 'small quiet', 'end'),
    text(PRIMARY.x + 12, PRIMARY.y + 53, 'free, first to last:', 'small'),
    ...free.flatMap((worker, index) => {
      const x = PRIMARY.x + 130 + index * 40;
      return [
        box(x, PRIMARY.y + 36, 30, 26, index === 0 ? 'now' : '', 4),
        text(x + 15, PRIMARY.y + 53.5, worker, index === 0 ? 'name' : '', 'middle'),
      ];
    }),
  ];
  const workers = [...pids.keys()].toSorted((a, b) => a - b);
  const left = (WIDTH - workers.length * WORKERS.width - (workers.length - 1) * WORKERS.gap) / 2;
  for (const [column, worker] of workers.entries()) {
    const x = left + column * (WORKERS.width + WORKERS.gap);
    const middle = x + WORKERS.width / 2;
    const own = connections.filter((each) => each.worker === worker);
    const fresh = own.filter((each) => now.some(({ number }) => number === each.number));
    const from = PRIMARY.x + PRIMARY.width / 2 + (column - (workers.length - 1) / 2) * 70;
    parts.push(
      fresh.some(({ number }) => handed.includes(number))
        ? arrow(from, below + 3, middle, WORKERS.y - 5, 'now')
        : line(from, below + 3, middle, WORKERS.y - 5, ''),
      box(x, WORKERS.y, WORKERS.width, WORKERS.height, 'process'),
      text(x + 10, WORKERS.y + 20, `worker ${worker}`, 'name'),
      text(x + 10, WORKERS.y + 36, `pid ${pids.get(worker)}`, 'small quiet'),
      own.some(({ busy }) => busy) ? text(x + 10, WORKERS.y + 107, 'computes', 'bad small') : '',
      ...own
        .filter(({ taken }) => !taken)
        .map(({ number }) => text(x + 10, WORKERS.y + 122, `${number} waits`, 'bad small')),
      ...own.map((connection, index) => {
        const place = own.slice(0, index).reduce((sum, { answered }) => sum + (answered > 1 ? 2 : 1), 0);
        const cx = x + 16 + (place % DOT.perRow) * DOT.size;
        const cy = WORKERS.y + 56 + Math.floor(place / DOT.perRow) * 26;
        const drawn = drawConnection(connection, cx, cy, fresh.includes(connection));
        const arrives = handed.includes(connection.number) && connection.taken;
        return arrives ? arriving(drawn, from - cx, below - cy) : drawn;
      }),
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

// Answered: filled. Open: a ring. Not taken up: a broken ring.
function drawConnection({ number, taken, answered, busy }: Connection, x: number, y: number, isNew: boolean): string {
  const done = taken && !busy;
  const kind = !taken ? 'waits' : busy ? 'open' : isNew ? 'solid now' : 'solid';
  const circle = `<circle cx="${x}" cy="${y}" r="${DOT.radius}" class="${kind}"/>`;
  const label = text(x, y + 4.2, number, done ? 'on' : 'small name', 'middle');
  const times = answered > 1 ? text(x + 12.5, y + 4.2, `× ${answered}`, 'small') : '';
  return `${circle}${label}${times}`;
}

function legend(): string {
  const circle = (x: number, y: number, kind: string) => `<circle cx="${x}" cy="${y}" r="7" class="${kind}"/>`;
  const [first, second] = [HEIGHT + 8, HEIGHT + 30];
  return [
    circle(24, first, 'solid'),
    text(37, first + 4, 'answered', 'small'),
    circle(114, first, 'solid now'),
    text(127, first + 4, 'in this step', 'small'),
    circle(236, first, 'open'),
    text(249, first + 4, 'its worker computes', 'small'),
    circle(24, second, 'waits'),
    text(37, second + 4, 'handed over, waits', 'small'),
    text(224, second + 4, '× 4', 'small'),
    text(249, second + 4, 'four requests on it', 'small'),
  ].join('\n');
}

function inCharacters(history: History): string[] {
  const connections = connectionsAt(history, Infinity);
  const cells = (cell: (connection: Connection, requests: readonly EventOf<'request'>[]) => string) =>
    connections.map((each) => cell(each, requestsOf(history, each))).join('');
  const work = of(history, 'request').find(isWork);
  const waits = ([first]: readonly EventOf<'request'>[]) =>
    work && first && first !== work && first.t < work.end && first.end > work.end;
  const workers = of(history, 'listening').toSorted((a, b) => a.worker - b.worker);
  const rows = workers.map(({ worker }) =>
    cells((connection, requests) => {
      const [first] = requests;
      const busy = work?.pid === workers.find((each) => each.worker === worker)?.pid;
      const during = busy && work && first && first.t >= work.t && first.t < work.end;
      const fill = during ? '#' : ' ';
      if (connection.worker !== worker) return fill.repeat(3);
      if (first === work) return '  #';
      return `${fill}${fill}${waits(requests) ? 'w' : requests.length > 1 ? requests.length : 'o'}`;
    }),
  );
  const kept = connections.map((each) => requestsOf(history, each)).find((requests) => requests.length > 1);
  const waiting = connections.map((each) => requestsOf(history, each)).find(waits)?.[0];
  return [
    `connection  ${cells(({ number }) => String(number).padStart(3))}`,
    '',
    ...workers.map(({ worker }, index) => `worker ${worker}    ${rows[index]}`.trimEnd()),
    '',
    'o  taken up at once, and answered',
    `${kept?.length}  stays open: ${kept?.length} requests, all answered by one worker`,
    `#  computes, for ${since(work?.t, work?.end)}`,
    `w  dealt to the worker that computes: waits for ${since(waiting?.t, waiting?.end)}`,
  ];
}

// One port for several processes, from a recorded run: who opens it, and the way of one connection to the worker that answers.
import { type EventOf, type History, of } from '#history';
import { since } from './recording.ts';
import { arrow, arriving, box, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fork', 'listening', 'handed', 'taken', 'request'] as const;

const PARTS = ['forked', 'open', 'accepted', 'handed', 'answered'] as const;

export interface Frame {
  readonly words: string;
  readonly part: (typeof PARTS)[number];
}

/** What the first request of the recording needs, from the fork to the answer. */
export function frames(history: History): Frame[] {
  const { start, forks, first, handed, taken, request } = wayOf(history);
  const from = request.opened;
  const words: Readonly<Record<Frame['part'], string>> = {
    forked: `The primary, pid ${start.pid}, forks ${forks.length} workers: the same program once more, in processes of their own. Each has an IPC channel to the primary.`,
    open: `Worker ${first.worker} is the first to listen. It asks the primary for port ${first.port}, and the primary opens it, once. The others are told that they have it too.`,
    accepted: `A client connects from its port ${request.conn}. The primary accepts the connection, and reads nothing of it.`,
    handed: `${since(from, handed.t)} after the client began to connect, the primary hands the open connection to worker ${handed.worker}, over the IPC channel.`,
    answered: `After ${since(from, taken.t)} worker ${handed.worker} has taken it up; after ${since(from, request.end)} the client has its answer, “${request.body?.trim()}”. The primary has nothing to do with it any more.`,
  };
  return PARTS.map((part) => ({ part, words: words[part] }));
}

interface Way {
  readonly start: EventOf<'start'>;
  readonly forks: readonly EventOf<'fork'>[];
  readonly first: EventOf<'listening'>;
  readonly handed: EventOf<'handed'>;
  readonly taken: EventOf<'taken'>;
  readonly request: EventOf<'request'>;
}

function wayOf(history: History): Way {
  const [start] = of(history, 'start');
  const [first] = of(history, 'listening');
  const [handed] = of(history, 'handed');
  const [taken] = of(history, 'taken');
  const [request] = of(history, 'request');
  if (!start || !first || !handed || !taken || !request) throw new Error('No connection was dealt in this recording.');
  return { start, forks: of(history, 'fork'), first, handed, taken, request };
}

export function figure([history]: readonly History[]): Figure {
  if (!history) throw new Error('The one port is drawn from one recording.');
  const all = frames(history);
  const way = wayOf(history);
  return {
    name: 'one-port',
    title: 'One port, opened by the primary, and workers that answer on it',
    height: HEIGHT,
    still: draw(way, 'answered'),
    description: all.map(({ words }) => words).join(' '),
    steps: all.map(({ words, part }) => ({ words, drawing: draw(way, part) })),
    characters: inCharacters(way),
  };
}

const HEIGHT = 316;
const CLIENT = { x: 130, y: 16, width: 140, height: 44 };
const PRIMARY = { x: 80, y: 108, width: 240, height: 62 };
const WORKER = { y: 232, width: 112, height: 66, gap: 16 };

function draw({ start, forks, first, handed, request }: Way, part: Frame['part']): string {
  const step = PARTS.indexOf(part);
  const is = (other: Frame['part']) => step >= PARTS.indexOf(other);
  const middle = PRIMARY.x + PRIMARY.width / 2;
  const below = PRIMARY.y + PRIMARY.height;
  const parts: string[] = [];
  if (is('accepted'))
    parts.push(
      box(CLIENT.x, CLIENT.y, CLIENT.width, CLIENT.height, 'process', 20),
      text(middle, CLIENT.y + 19, 'client', 'name', 'middle'),
      text(middle, CLIENT.y + 35, `port ${request.conn}`, 'small quiet', 'middle'),
    );
  const accepted = [middle, CLIENT.y + CLIENT.height, middle, PRIMARY.y - 12] as const;
  if (part === 'accepted') parts.push(arrow(...accepted, 'now'));
  if (part === 'handed') parts.push(line(...accepted, ''));
  parts.push(
    box(PRIMARY.x, PRIMARY.y, PRIMARY.width, PRIMARY.height, 'process'),
    text(middle, PRIMARY.y + 27, `primary, pid ${start.pid}`, 'name', 'middle'),
    text(middle, PRIMARY.y + 46, 'accepts and deals; reads no request', 'small quiet', 'middle'),
  );
  if (is('open'))
    parts.push(
      box(middle - 50, PRIMARY.y - 11, 100, 22, part === 'open' ? 'process now' : 'process', 4),
      text(middle, PRIMARY.y + 4.5, `port ${first.port}`, 'small name', 'middle'),
    );
  const left = middle - (forks.length * WORKER.width + (forks.length - 1) * WORKER.gap) / 2;
  for (const [index, { worker, pid }] of forks.entries()) {
    const x = left + index * (WORKER.width + WORKER.gap);
    const center = x + WORKER.width / 2;
    const from = middle + (index - (forks.length - 1) / 2) * 70;
    const chosen = worker === handed.worker;
    const asks = part === 'open' && worker === first.worker;
    const channel = asks
      ? arrow(center, WORKER.y - 3, from, below + 4, 'now')
      : part === 'handed' && chosen
        ? arrow(from, below + 3, center, WORKER.y - 4, 'now')
        : line(from, below + 3, center, WORKER.y - 3, 'leaves');
    if (is('answered') && chosen) {
      // past the primary, on the side where its worker is
      const side = index < forks.length / 2 ? CLIENT.x - 96 : CLIENT.x + CLIENT.width + 96;
      const edge = side < middle ? CLIENT.x : CLIENT.x + CLIENT.width;
      parts.push(
        `<path d="M${edge} ${CLIENT.y + 22}C${side} ${CLIENT.y + 30} ${side} ${CLIENT.y + 60} ${side} ${WORKER.y - 4}" class="now"/>`,
        text(edge + (side < middle ? -10 : 10), CLIENT.y + 12, 'request, answer', 'small', side < middle ? 'end' : ''),
      );
    }
    parts.push(
      channel,
      box(x, WORKER.y, WORKER.width, WORKER.height, chosen && is('answered') ? 'process now' : 'process'),
      text(center, WORKER.y + 22, `worker ${worker}`, 'name', 'middle'),
      text(center, WORKER.y + 38, `pid ${pid}`, 'small quiet', 'middle'),
      text(center, WORKER.y + 55, chosen && is('answered') ? 'reads, answers' : '', 'small', 'middle'),
    );
    if (chosen && part === 'handed') {
      const [x0, y0] = [(from + center) / 2, (below + WORKER.y) / 2];
      parts.push(arriving(`<circle cx="${x0}" cy="${y0}" r="7" class="solid now"/>`, from - x0, below - y0));
    }
  }
  parts.push(text(middle + 7, below + 36, 'IPC', 'small quiet'));
  return parts.join('\n');
}

function inCharacters({ start, forks, first, handed, request }: Way): string[] {
  const center = (words: string, width = 18) => {
    const left = Math.max(0, Math.floor((width - words.length) / 2));
    return `${' '.repeat(left)}${words}`.padEnd(width);
  };
  const middle = (words: string) => center(words, 18 * forks.length).trimEnd();
  const row = (cell: (fork: EventOf<'fork'>) => string) =>
    forks
      .map((fork) => center(cell(fork)))
      .join('')
      .trimEnd();
  const chosen = forks.find(({ worker }) => worker === handed.worker);
  return [
    middle(`client, from its port ${request.conn}`),
    middle('|'),
    middle('v'),
    middle(`port ${first.port}`),
    middle('+------------------------------+'),
    middle(`|${center(`primary, pid ${start.pid}`, 30)}|`),
    middle(`|${center('accepts, deals, reads nothing', 30)}|`),
    middle('+------------------------------+'),
    row((fork) => (fork === chosen ? '#' : ':')),
    row((fork) => (fork === chosen ? 'v' : ':')),
    row(() => '+--------------+'),
    row(({ worker }) => `|${center(`worker ${worker}`, 14)}|`),
    row(({ pid }) => `|${center(`pid ${pid}`, 14)}|`),
    row((fork) => `|${center(fork === chosen ? 'answers' : '', 14)}|`),
    row(() => '+--------------+'),
    '',
    ': IPC channel   # over which the open connection is handed',
    `${since(request.opened, request.end)} after it began to connect the client has its answer`,
  ];
}

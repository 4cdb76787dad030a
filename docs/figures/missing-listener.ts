// Messages and the listener that is missing, from a recorded run: who reports, who is heard, and what the total says.
import { type History, livesOf, of } from '#history';
import { since } from './recording.ts';
import { arrow, arriving, box, cross, type Figure, line, text } from './svg.ts';

export const KINDS = [
  'start',
  'mark',
  'serving',
  'listening',
  'fork',
  'exit',
  'fault',
  'request',
  'sent',
  'received',
] as const;

export interface Reporter {
  readonly worker: number;
  readonly pid: number;
  readonly state: 'boots' | 'listens' | 'dead';
  /** Messages of this worker that reached the primary, by now. */
  readonly heard: number;
  readonly unheard: number;
  /** Whether the primary has a listener for it, as the whole recording shows. */
  readonly hasListener: boolean;
  /** It reports in this step. */
  readonly reports: boolean;
}

export interface Frame {
  readonly words: string;
  readonly workers: readonly Reporter[];
  readonly answered: number;
  /** Reports that were heard, each of one request: the total that the primary has. */
  readonly total: number;
}

/** One frame for each mark of the recording: how all stands when the next one comes. */
export function frames(history: History): Frame[] {
  const marks = of(history, 'mark');
  const zero = marks[0]?.t ?? 0;
  return marks.map((mark, index) => {
    const end = marks[index + 1]?.t ?? Infinity;
    const workers = workersAt(history, mark.t, end);
    const requests = of(history, 'request').filter(({ path, end: answered }) => path === '/' && answered < end);
    const total = workers.reduce((sum, { heard }) => sum + heard, 0);
    const frame = { workers, answered: requests.length, total };
    return { words: tell(mark.name, history, frame, mark.t, end, zero), ...frame };
  });
}

function workersAt(history: History, begin: number, end: number): Reporter[] {
  return livesOf(history)
    .filter(({ forked }) => forked < end)
    .map(({ worker, pid, listening, exited }) => {
      const received = of(history, 'received').filter((event) => event.worker === worker && event.direction === 'up');
      const by = received.filter(({ t }) => t < end);
      const unheard = by.reduce((sum, event) => sum + event.unheard, 0);
      return {
        worker,
        pid,
        state: (exited ?? Infinity) < end ? 'dead' : (listening ?? Infinity) < end ? 'listens' : 'boots',
        heard: by.reduce((sum, event) => sum + event.count, 0) - unheard,
        unheard,
        hasListener: received.some((event) => event.count > event.unheard),
        reports: by.some(({ t }) => t >= begin),
      };
    });
}

function tell(
  part: string,
  history: History,
  frame: Omit<Frame, 'words'>,
  begin: number,
  end: number,
  zero: number,
): string {
  const within = <T extends { readonly t: number }>(event: T) => event.t >= begin && event.t < end;
  const { answered, total, workers } = frame;
  const who = workers.find(({ reports }) => reports);
  switch (part) {
    case 'request': {
      const request = of(history, 'request').find(within);
      const when = `At ${since(zero, request?.t)}: worker ${who?.worker} answers request ${answered}, and reports it.`;
      return who?.hasListener
        ? `${when} Its listener hears the message: the total is ${total}.`
        : `${when} The message reaches the primary, and nobody listens: the total stays ${total}.`;
    }
    case 'kill': {
      const fault = of(history, 'fault').find(within);
      return `At ${since(zero, fault?.t)}: worker ${fault?.worker} is killed, with SIGKILL. Its listener was attached to it, and goes with it.`;
    }
    case 'replaced': {
      const heir = livesOf(history).at(-1);
      return `At ${since(zero, heir?.listening ?? 0)}: worker ${heir?.worker}, its replacement, listens on the port. But nobody has attached a listener to it: the loop that did so is over.`;
    }
    case 'stats': {
      const request = of(history, 'request').find(within);
      const told = /"total":(\d+)/.exec(request?.body ?? '')?.[1];
      const unheard = workers.reduce((sum, each) => sum + each.unheard, 0);
      return `At ${since(zero, request?.t)}: GET /stats says ${told}, and ${answered} requests were answered. Nothing has failed, nothing complains: ${unheard} messages were not heard.`;
    }
    default:
      return `Two workers, forked in a loop. In that loop the primary attached a listener to each of them, with worker.on('message').`;
  }
}

export function figure([history]: readonly History[]): Figure {
  if (!history) throw new Error('The missing listener is drawn from one recording.');
  const all = frames(history);
  const primary = of(history, 'start')[0]?.pid ?? 0;
  const drawings = all.map((frame) => draw(frame, primary));
  return {
    name: 'missing-listener',
    title: 'A replacement’s messages reach the primary, and nobody listens',
    height: HEIGHT + LEGEND,
    base: legend(HEIGHT + 6),
    // the last message that nobody hears
    still:
      drawings[all.findLastIndex(({ workers }) => workers.some((each) => each.reports && !each.hasListener))] ?? '',
    description: all.map(({ words }) => words).join(' '),
    steps: all.map(({ words }, index) => ({ words, drawing: drawings[index] ?? '' })),
    characters: inCharacters(all),
  };
}

const HEIGHT = 314;
const LEGEND = 26;
const PRIMARY = { x: 276, y: 18, width: 108, height: 256 };
const WORKER = { x: 16, width: 116, height: 64, gap: 32 };

function draw({ workers, answered, total }: Frame, primary: number): string {
  const middle = PRIMARY.x + PRIMARY.width / 2;
  const parts = [
    box(PRIMARY.x, PRIMARY.y, PRIMARY.width, PRIMARY.height, 'process'),
    text(middle, PRIMARY.y + 24, 'primary', 'name', 'middle'),
    text(middle, PRIMARY.y + 41, `pid ${primary}`, 'small quiet', 'middle'),
    text(middle, PRIMARY.y + 112, 'total', '', 'middle'),
    text(middle, PRIMARY.y + 140, total, 'big', 'middle'),
    text(WORKER.x, HEIGHT - 17, `answered by the workers: ${answered}`, answered === total ? '' : 'bad'),
  ];
  for (const [index, each] of workers.entries()) {
    const y = PRIMARY.y + index * (WORKER.height + WORKER.gap);
    const dead = each.state === 'dead';
    const right = WORKER.x + WORKER.width;
    const ear = PRIMARY.x - 14;
    const height = y + WORKER.height / 2;
    parts.push(
      box(WORKER.x, y, WORKER.width, WORKER.height, dead ? 'dead' : 'process'),
      text(WORKER.x + 12, y + 25, `worker ${each.worker}`, dead ? 'name quiet' : 'name'),
      text(WORKER.x + 12, y + 43, `pid ${each.pid}`, 'small quiet'),
    );
    if (dead) {
      parts.push(cross(right - 18, y + 18, 7, 'lost'), text(right + 12, height + 4, 'killed', 'small quiet'));
      continue;
    }
    parts.push(each.hasListener ? listener(ear, height) : missing(ear, height));
    parts.push(
      text(
        (right + ear) / 2,
        height - 26,
        each.hasListener ? 'listener' : 'no listener',
        each.hasListener ? 'small quiet' : 'small bad',
        'middle',
      ),
    );
    parts.push((each.reports ? arrow : line)(right + 5, height, ear - 16, height, each.reports ? 'now' : ''));
    if (each.reports) parts.push(arriving(message((right + ear) / 2, height), (right - ear) / 2, 0));
    const counts = [
      ...(each.heard > 0 ? [`${each.heard} heard`] : []),
      ...(each.unheard > 0 ? [`${each.unheard} unheard`] : []),
    ];
    if (counts.length > 0)
      parts.push(
        text((right + ear) / 2, height + 25, counts.join(', '), each.unheard > 0 ? 'small bad' : 'small', 'middle'),
      );
  }
  return parts.join('\n');
}

function legend(y: number): string {
  return [
    `<path d="M18 ${y - 9}L34 ${y - 3}V${y + 3}L18 ${y + 9}Z" class="process"/>`,
    text(42, y + 4, 'a listener of the primary, for one worker', 'small'),
    `<path d="M286 ${y - 6}h18v12h-18zl9 7l9 -7" class="open"/>`,
    text(312, y + 4, 'a message', 'small'),
  ].join('\n');
}

/** Something at the primary's edge that takes messages in. */
function listener(x: number, y: number): string {
  return `<path d="M${x - 10} ${y - 15}L${x + 14} ${y - 5}V${y + 5}L${x - 10} ${y + 15}Z" class="process"/>`;
}

function missing(x: number, y: number): string {
  return `<path d="M${x - 10} ${y - 15}L${x + 14} ${y - 5}V${y + 5}L${x - 10} ${y + 15}Z" class="dead"/>${cross(x, y, 6, 'lost')}`;
}

function message(x: number, y: number): string {
  return `<path d="M${x - 11} ${y - 7.5}h22v15h-22zl11 9l11 -9" class="open"/>`;
}

function inCharacters(all: readonly Frame[]): string[] {
  const row = (what: string, answered: number | string, total: number | string) =>
    `${what.padEnd(42)}${String(answered).padStart(9)}${String(total).padStart(8)}`.trimEnd();
  let before: Frame | undefined;
  const lines = all.flatMap((frame) => {
    const known = before;
    before = frame;
    const who = frame.workers.find(({ reports }) => reports);
    if (who) {
      const way = who.hasListener ? '--> listener   heard' : '-->            unheard';
      return [row(`worker ${who.worker}  -- report ${way}`, frame.answered, frame.total)];
    }
    return frame.workers.flatMap(({ worker, state, hasListener }) => {
      const old = known?.workers.find((each) => each.worker === worker)?.state;
      if (old === state) return [];
      if (state === 'dead') return [row(`worker ${worker}  x  killed, with its listener`, '', '')];
      if (state === 'boots') return [];
      return [
        row(
          `worker ${worker}  listens   ${hasListener ? 'a listener is attached' : 'no listener is attached'}`,
          '',
          '',
        ),
      ];
    });
  });
  const last = all.at(-1);
  return [row('', 'answered', 'total'), ...lines, row('at the end', last?.answered ?? '', last?.total ?? '')];
}

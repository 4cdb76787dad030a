// Workers' lives from a recorded run, one beside the other, and at each step what the register tells of them.
import { type EventOf, type History, type Life, livesOf, of } from '#history';
import { since } from './recording.ts';
import { box, cross, type Figure, line, text } from './svg.ts';

export const KINDS = [
  'start',
  'mark',
  'fork',
  'online',
  'serving',
  'listening',
  'closed',
  'disconnect',
  'exit',
  'fault',
  'request',
] as const;

/** What the register told of one worker. */
interface Told {
  readonly id: number;
  readonly state: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly planned: boolean | null;
}

export interface Frame {
  readonly words: string;
  /** Up to where it is shown; when the register was told. */
  readonly until: number;
  readonly told: readonly Told[];
  /** The id of the worker that told it. */
  readonly teller: number;
}

/** One for each mark of the recording, as the first answer of the register after it tells. */
export function frames(history: History): Frame[] {
  const lives = livesOf(history);
  return of(history, 'mark').map(({ name, t }) => {
    const reading = of(history, 'request').find((request) => request.path === '/workers' && request.t >= t);
    if (!reading) throw new Error(`The register was not asked after “${name}”.`);
    const told = JSON.parse(reading.body ?? '[]') as Told[];
    const teller = lives.find(({ pid }) => pid === reading.before)?.worker ?? 0;
    return { words: tell(name, history, reading, told), until: reading.end, told, teller };
  });
}

function tell(name: string, history: History, reading: EventOf<'request'>, told: readonly Told[]): string {
  const lives = livesOf(history);
  const [killed, crashed, left] = [endedBy(lives, 'signal'), endedBy(lives, 'code'), endedBy(lives, 'goodbye')];
  const stateOf = (life: Life | undefined) => told.find(({ id }) => id === life?.worker)?.state ?? 'nothing yet';
  switch (name) {
    case 'killed': {
      const heir = lives.find(({ forked }) => forked > (killed?.exited ?? 0));
      const silent = killed?.disconnected === null ? ' No disconnect event came for it.' : '';
      return `Worker ${killed?.worker} is killed with SIGKILL. It has no code, and nobody had planned it.${silent} ${since(killed?.exited ?? 0, heir?.forked ?? 0)} later worker ${heir?.worker} is forked in its place; the register tells it as ${stateOf(heir)}: it does not listen yet.`;
    }
    case 'replaced': {
      const heir = lives.find(({ forked }) => forked > (killed?.exited ?? 0));
      return `Worker ${heir?.worker} listens, ${since(heir?.forked, heir?.listening ?? 0)} after it was forked. Of the dead one the register tells what it told before: nothing follows the end.`;
    }
    case 'exited': {
      const heir = lives.find(({ forked }) => forked > (crashed?.exited ?? 0));
      return `Worker ${crashed?.worker} answers GET /exit?code=7, and exits. It has a code and no signal. It was not planned either, so worker ${heir?.worker} is forked in its place.`;
    }
    case 'leaving':
      return `Worker ${left?.worker} has a slow request under way, and is asked to leave. ${since(left?.closed ?? 0, reading.t)} ago it closed its server: nothing more is dealt to it. But no event tells that, so the register still tells it as ${stateOf(left)}.`;
    case 'left': {
      const slow = of(history, 'request').find(({ path }) => path.startsWith('/slow'));
      return `Its request is answered, after ${since(slow?.t, slow?.end)}; its client goes; then come disconnect and exit, ${since(left?.disconnected ?? 0, left?.exited ?? 0)} apart. Code 0, and planned: nobody is forked in its place. ${told.length} workers were forked, and ${told.filter(({ state }) => state === 'listening').length} listen.`;
    }
    default: {
      const first = lives.filter(({ listening }) => listening !== null && listening < reading.t);
      const order = first.toSorted((a, b) => (a.listening ?? 0) - (b.listening ?? 0)).map(({ worker }) => worker);
      return `${told.length} workers are forked one right after the other; they come to listen in the order ${order.join(', ')}. Below each lane is what the register tells of that worker.`;
    }
  }
}

function endedBy(lives: readonly Life[], how: 'signal' | 'code' | 'goodbye'): Life | undefined {
  return lives.find(({ signal, code, planned }) =>
    how === 'signal' ? signal === 'SIGKILL' : how === 'code' ? (code ?? 0) > 0 : planned === true,
  );
}

export function figure([history]: readonly History[]): Figure {
  if (!history) throw new Error('The lives are drawn from one recording.');
  const all = frames(history);
  const lives = livesOf(history);
  const height = HEAD + lives.length * LANE;
  const drawings = all.map((frame) => draw(history, frame, height));
  return {
    name: 'lives',
    title: 'Workers’ lives and ends, and what the register tells of them',
    height: height + LEGEND,
    base: legend(height + 16),
    still: drawings.at(-1) ?? '',
    description: all.map(({ words }) => words).join(' '),
    steps: all.map(({ words }, index) => ({ words, drawing: drawings[index] ?? '' })),
    characters: inCharacters(history, all),
  };
}

const HEAD = 22;
const LANE = 42;
const LEGEND = 42;
const LEFT = 78;
const RIGHT = 386;

/** Of the first boots the end is shown, and not more: they take the longest. */
const FIRST_BOOTS_MS = 100;

function spanOf(history: History, all: readonly Frame[]): { readonly from: number; readonly to: number } {
  const lives = livesOf(history);
  const forked = Math.max(...lives.filter((life) => life.forked < (all[0]?.until ?? 0)).map((life) => life.forked));
  const listening = Math.min(...lives.map((life) => life.listening ?? Infinity));
  return { from: Math.max(forked, listening - FIRST_BOOTS_MS), to: all.at(-1)?.until ?? 0 };
}

function draw(history: History, { until, told, teller }: Frame, bottom: number): string {
  const { from, to } = spanOf(history, frames(history));
  const x = (t: number) => LEFT + ((Math.max(t, from) - from) / (to - from)) * (RIGHT - LEFT);
  const slow = of(history, 'request').find(({ path }) => path.startsWith('/slow'));
  const parts = [line(x(until), HEAD - 12, x(until), bottom - 8, until < to ? 'now' : 'mark')];
  for (const [index, life] of livesOf(history).entries()) {
    if (life.forked > until) continue;
    const y = HEAD + index * LANE;
    const listening = Math.min(life.listening ?? Infinity, until);
    const exited = Math.min(life.exited ?? Infinity, until);
    const closed = Math.min(life.closed ?? Infinity, exited);
    const entry = told.find(({ id }) => id === life.worker);
    parts.push(
      text(12, y + 4, `worker ${life.worker}`, 'small name'),
      text(12, y + 18, `pid ${life.pid}`, 'small quiet'),
      line(x(life.forked), y, x(listening), y, 'boots'),
      life.listening !== null && life.listening <= until ? line(x(life.listening), y, x(closed), y, 'serves') : '',
      closed < exited ? line(x(closed), y, x(exited), y, 'leaves') : '',
      life.exited !== null && life.exited <= until ? cross(x(life.exited), y, 5, 'lost') : '',
      slow?.pid === life.pid && slow.t <= until
        ? box(x(slow.t), y - 11, x(Math.min(slow.end, until)) - x(slow.t), 5, 'answered', 2)
        : '',
      entry === undefined ? '' : text(LEFT, y + 18, inWords(entry), entry.state === 'exited' ? 'small name' : 'small'),
      life.worker === teller ? text(RIGHT, y + 18, 'tells it', 'small quiet', 'end') : '',
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function inWords({ state, code, signal, planned }: Told): string {
  return state === 'exited' ? `exited, code ${code}, signal ${signal}, planned ${planned}` : state;
}

function legend(y: number): string {
  return [
    line(14, y, 38, y, 'boots'),
    text(44, y + 4, 'boots', 'small'),
    line(92, y, 116, y, 'serves'),
    text(122, y + 4, 'listens', 'small'),
    line(176, y, 200, y, 'leaves'),
    text(206, y + 4, 'leaves', 'small'),
    cross(262, y, 5, 'lost'),
    text(274, y + 4, 'gone', 'small'),
    box(316, y - 3, 24, 5, 'answered', 2),
    text(346, y + 4, 'request', 'small'),
  ].join('\n');
}

/** Columns for time. */
const COLUMNS = 49;

function inCharacters(history: History, all: readonly Frame[]): string[] {
  const { from, to } = spanOf(history, all);
  const column = (to - from) / COLUMNS;
  const lives = livesOf(history);
  const lane = ({ worker, forked, listening, closed, exited }: Life): string => {
    const cell = (t: number, next: number): string => {
      if (forked >= next || (exited !== null && exited < t)) return ' ';
      if (exited !== null && exited < next) return 'x';
      if (forked >= t && forked < next) return 'f';
      if ((listening ?? Infinity) >= next) return '.';
      return (closed ?? Infinity) < next ? '-' : '=';
    };
    const cells = Array.from({ length: COLUMNS }, (_, i) => cell(from + i * column, from + (i + 1) * column));
    return `worker ${worker}`.padEnd(10) + cells.join('').trimEnd();
  };
  const last = all.at(-1);
  return [
    ...lives.map(lane),
    '',
    `what worker ${last?.teller} tells at the end`,
    ...(last?.told ?? []).map((each) => `worker ${each.id}`.padEnd(10) + inWords(each)),
    '',
    'f forked   . boots   = listens   - leaves   x gone',
    `A column is ${Math.round(column)} ms.`,
  ];
}

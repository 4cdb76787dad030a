// A crash loop and a bad deploy, from three recorded runs: forked again at once, with back-off, and a restart that is given up.
import { type EventOf, type History, type Life, livesOf, of } from '#history';
import { list, since } from './recording.ts';
import { drawRuns, type Frame } from './runs.ts';
import { cross, type Figure, line, text } from './svg.ts';

export const KINDS = ['start', 'fault', 'mark', 'boots', 'fork', 'listening', 'exit'] as const;

/** A run: what began it, who is drawn in which lane, and when it ends. */
interface Run {
  readonly begin: EventOf<'fault'>;
  /** When workers could boot again. */
  readonly mended: number;
  readonly lanes: readonly Lane[];
  readonly end: number;
}

interface Lane {
  readonly name: string;
  /** Null for several. */
  readonly pid: number | null;
  /** One after the other. */
  readonly lives: readonly Life[];
}

function runOf(history: History): Run {
  const begin = of(history, 'fault')[0];
  const mended = of(history, 'boots').find(({ each }) => each.how === 'fine')?.t;
  const end = of(history, 'mark').find(({ name }) => name === 'over')?.t;
  if (!begin || mended === undefined || end === undefined)
    throw new Error(`The recording “${history.scenario}” has no crash loop and no restart in it.`);
  const lives = livesOf(history);
  const later = lives.filter(({ forked }) => forked > begin.t);
  const old = lives.filter(({ forked }) => forked < begin.t);
  const lane = (life: Life): Lane => ({ name: `worker ${life.worker}`, pid: life.pid, lives: [life] });
  const stillborn: Lane = { name: 'its heirs', pid: null, lives: later.filter(({ listening }) => listening === null) };
  const born = later.filter(({ listening }) => listening !== null);
  return {
    begin,
    mended,
    // those of a crash loop die one after the other, in one place
    lanes: isRestart(history) ? lives.map(lane) : [...old.map(lane), stillborn, ...born.map(lane)],
    end,
  };
}

function isRestart(history: History): boolean {
  return of(history, 'fault')[0]?.fault === 'SIGHUP';
}

function heirsOf(history: History): readonly Life[] {
  const { begin } = runOf(history);
  return livesOf(history).filter(({ forked }) => forked > begin.t);
}

export function frames(recordings: readonly History[]): Frame[] {
  return recordings.flatMap((history, run) =>
    (isRestart(history) ? deploy(history) : loop(history)).map((frame) => ({ ...frame, run })),
  );
}

type Moment = Omit<Frame, 'run'>;

function loop(history: History): Moment[] {
  const { begin, mended } = runOf(history);
  const heirs = heirsOf(history);
  const dead = heirs.filter(({ listening }) => listening === null);
  const back = heirs.find(({ listening }) => listening !== null);
  const first = dead[0];
  const moments: Moment[] = [
    {
      words: `${capital(history.scenario)}: worker ${begin.worker} is killed, and from now on every new worker dies as it starts. Worker 2 goes on serving.`,
      until: begin.t,
    },
  ];
  if (first !== undefined && first.exited !== null)
    moments.push({
      words: `Worker ${first.worker} is forked ${since(begin.t, first.forked)} later, and dies before it listens.`,
      until: first.exited,
    });
  const isDense = dead.length > FEW;
  if (!isDense)
    for (const [i, life] of dead.slice(1).entries())
      moments.push({
        words: `${since(dead[i]?.exited ?? 0, life.forked)} after that death the next one is forked: worker ${life.worker}, which dies, too. Each pause is twice as long as the last one.`,
        until: life.exited ?? life.forked,
      });
  const last = dead.at(-1);
  moments.push({
    words: `${since(begin.t, mended)} after the kill the cause is gone: workers can boot again. ${dead.length} have died until then${isDense ? ', one right after the other, and have kept a core busy' : ''}.`,
    until: mended,
  });
  if (back !== undefined && back.listening !== null)
    moments.push({
      words: `Worker ${back.worker} is forked ${since(last?.exited ?? 0, back.forked)} after the last death, and listens. ${isDense ? 'It came back at once, and that was the only good of it.' : 'The last pause is the price of back-off: that is why it needs an upper bound.'}`,
      until: back.listening,
    });
  return moments;
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** More are told together. */
const FEW = 8;

function deploy(history: History): Moment[] {
  const { begin, mended } = runOf(history);
  const heirs = heirsOf(history);
  const dead = heirs.filter(({ listening }) => listening === null);
  const fresh = heirs.filter(({ listening }) => listening !== null);
  const old = livesOf(history).filter(({ forked }) => forked < begin.t);
  const names = (lives: readonly Life[]) => list(lives.map(({ worker }) => worker));
  return [
    {
      words: `${capital(history.scenario)}: the primary gets a SIGHUP for a version that dies at boot. Workers ${names(old)} serve.`,
      until: begin.t,
    },
    ...dead.map((life) => ({
      words: `Worker ${life.worker} is to replace worker ${old[0]?.worker}, and dies ${since(life.forked, life.exited ?? 0)} after its fork. The restart is given up: nobody has been told to go, and nothing is forked any more.`,
      until: life.exited ?? life.forked,
    })),
    { words: `Nothing has changed: workers ${names(old)} serve. Then the version is mended.`, until: mended },
    ...fresh.map((life, i) => ({
      words: `${i === 0 ? 'A second SIGHUP, and w' : 'W'}orker ${life.worker} listens, so worker ${old[i]?.worker} may go.`,
      until: Math.max(life.listening ?? 0, old[i]?.exited ?? 0),
    })),
  ];
}

const LEFT = 78;
const RIGHT = 388;
const HEAD = 50;
const LANE = 36;
const TOP = 14;
/** Shown before the fault. */
const BEFORE_MS = 250;

export function figure(recordings: readonly History[]): Figure {
  const all = frames(recordings);
  const longest = Math.max(...recordings.map((history) => runOf(history).end - runOf(history).begin.t));
  const scale = (RIGHT - LEFT) / (longest + BEFORE_MS);
  const heights = recordings.map((history) => HEAD + runOf(history).lanes.length * LANE + 14);
  const { bottom, ...drawn } = drawRuns(all, {
    top: TOP,
    heights,
    draw: (run, top, until) => drawRun(recordings[run] as History, top, scale, until),
  });
  return {
    name: 'crash-loop',
    title: 'A crash loop without and with back-off, and a bad deploy that is given up',
    height: bottom + 50,
    base: legend(bottom + 10, scale),
    ...drawn,
    characters: [
      ...recordings.flatMap((history) => [...inCharacters(history, longest), '']),
      `. boots   = listens   x gone   ^ workers can boot again`,
      `A column is ${since(0, msOfColumn(longest))}.`,
    ],
  };
}

function drawRun(history: History, top: number, scale: number, until: number): string {
  const { begin, mended, lanes, end } = runOf(history);
  const x = (t: number) => LEFT + (Math.max(-BEFORE_MS, t - begin.t) + BEFORE_MS) * scale;
  const hidden = until === -Infinity;
  const head = text(12, top + 12, history.scenario, hidden ? 'name quiet' : 'name');
  if (hidden) return head;
  const bottom = top + HEAD + (lanes.length - 1) * LANE + 10;
  const mark = (t: number, words: string) =>
    t > until ? [] : [line(x(t), top + 36, x(t), bottom, 'mark'), text(x(t), top + 31, words, 'small', 'middle')];
  return [
    head,
    ...of(history, 'fault').flatMap(({ t, fault }) => mark(t, fault)),
    ...mark(mended, 'mended'),
    ...(until < Infinity ? [line(x(until), top + 36, x(until), bottom, 'now')] : []),
    ...lanes.flatMap(({ name, pid, lives }, index) => {
      const y = top + HEAD + index * LANE;
      if ((lives[0]?.forked ?? Infinity) > until) return [];
      return [
        text(12, y + 4, name, 'small name'),
        ...(pid === null ? [] : [text(12, y + 17, `pid ${pid}`, 'small quiet')]),
        ...lives.flatMap((life) => drawLife(life, y)),
      ];
    }),
  ].join('\n');

  function drawLife(life: Life, y: number): string[] {
    if (life.forked > until) return [];
    const gone = Math.min(life.exited ?? end, until);
    const listening = Math.min(life.listening ?? Infinity, gone);
    return [
      life.forked > begin.t ? line(x(life.forked), y, x(listening), y, 'boots') : '',
      life.listening !== null && life.listening < gone ? line(x(life.listening), y, x(gone), y, 'serves') : '',
      life.exited !== null && life.exited <= Math.min(until, end) ? cross(x(life.exited), y, 4, 'lost') : '',
    ].filter((part) => part !== '');
  }
}

function legend(y: number, scale: number): string {
  return [
    line(14, y, 38, y, 'boots'),
    text(44, y + 4, 'boots', 'small'),
    line(92, y, 116, y, 'serves'),
    text(122, y + 4, 'listens', 'small'),
    cross(184, y, 4, 'lost'),
    text(194, y + 4, 'gone', 'small'),
    `<path d="M14 ${y + 18}v8m0 -4h${Math.round(500 * scale)}m0 -4v8"/>`,
    text(22 + 500 * scale, y + 26, '500 ms', 'small'),
  ].join('\n');
}

/** Columns for time. */
const COLUMNS = 49;

function msOfColumn(longest: number): number {
  return (longest + BEFORE_MS) / COLUMNS;
}

function inCharacters(history: History, longest: number): string[] {
  const { begin, mended, lanes, end } = runOf(history);
  const timeOf = (column: number) => begin.t - BEFORE_MS + column * msOfColumn(longest);
  const row = (label: string, cell: (t: number, next: number) => string) =>
    `${label.padEnd(10)}${Array.from({ length: COLUMNS }, (_, column) => cell(timeOf(column), timeOf(column + 1))).join('')}`.trimEnd();
  const isWithin = (event: number | null, t: number, next: number) => event !== null && event >= t && event < next;
  return [
    history.scenario,
    row('', (t, next) =>
      isWithin(begin.t, t, next) ? `| ${begin.fault}` : isWithin(mended, t, next) ? '^' : ' ',
    ).replace(new RegExp(`(${begin.fault}) {${begin.fault.length + 1}}`), '$1'),
    ...lanes.map(({ name, lives }) =>
      row(name, (t, next) => {
        if (t > end) return ' ';
        const each = lives.filter((life) => life.forked < next && (life.exited ?? Infinity) >= t);
        if (each.some(({ exited }) => isWithin(exited, t, next))) return 'x';
        if (each.some(({ listening }) => listening !== null && listening < next)) return '=';
        return each.length > 0 ? '.' : ' ';
      }),
    ),
  ];
}

// Swim-lanes: one line a process, from its fork to its end, drawn from the same history that was judged.
import { type EventOf, type History, of } from '#history';
import { ascii, type Look, pad, palette } from '#reader';
import { count } from './numbers.ts';
import { chosen, endOf, type Generation, generationsOf, pidsAt } from './timeline/generations.ts';
import { FAULTS } from './timeline/words.ts';

/** Generations beyond this many are counted, not drawn. */
const MOST = 12;
const LONGEST = 60;
const SHORTEST = 16;

/** Lines of at most `look.width` columns. Lanes of the events in `evidence` are kept when there are too many to draw. */
export function renderLanes(history: History, look: Look, evidence: readonly number[] = []): string[] {
  const all = lanesOf(history);
  const start = all[0];
  if (!start) return [];
  const shown = chosen(all, pidsAt(history, evidence), MOST);
  const glyphs = look.unicode ? UNICODE : ASCII;
  const text = look.unicode ? (line: string) => line : ascii;
  const labels = Math.max(...shown.map((lane) => lane.label.length));
  const left = 2 + labels + 2;
  const notes = shown.map((lane) => noteOf(lane, glyphs));
  const widestNote = Math.max(0, ...notes.map((note) => note.length));
  const beside = look.width - left - widestNote - 3;
  // On a narrow terminal the notes go below their lanes.
  const area = Math.min(LONGEST, beside >= SHORTEST ? beside : look.width - left - 1);
  const end = endOf(history);
  const at = (t: number) =>
    Math.round(((Math.min(t, end) - start.forked) / Math.max(1, end - start.forked)) * (area - 1));
  const colours = palette(look.colour);
  const lines = shown.flatMap((lane, index) => {
    const note = text(notes[index] ?? '');
    const died = lane.ended !== null && !lane.ended.planned;
    const line = `  ${pad(lane.label, labels)}  ${draw(lane, at, area, glyphs)}`;
    const gap = lane.ended ? ' ' : '   ';
    const tone = died ? colours.bad : colours.quiet;
    if (note === '') return [line];
    return beside >= SHORTEST ? [`${line}${gap}${tone(note)}`] : [line, `${' '.repeat(left)}${tone(note)}`];
  });
  const left_out = all.length - shown.length;
  return left_out === 0 ? lines : [...lines, colours.quiet(text(`  … and ${count(left_out)} more processes`))];
}

interface Lane extends Generation {
  readonly faults: readonly EventOf<'fault'>[];
  /** Messages of its own that nobody heard, and messages to it that it did not hear. */
  readonly unheard: number;
  readonly deaf: number;
}

function lanesOf(history: History): Lane[] {
  const end = endOf(history);
  const faults = of(history, 'fault').filter((fault) => fault.t <= end);
  const received = of(history, 'received');
  return generationsOf(history).map((generation): Lane => {
    const unheard = (direction: 'up' | 'down') =>
      received
        .filter((event) => event.worker === generation.worker && event.direction === direction)
        .reduce((sum, event) => sum + event.unheard, 0);
    return {
      ...generation,
      faults: faults.filter((fault) => fault.pid === generation.pid),
      unheard: unheard('up'),
      deaf: unheard('down'),
    };
  });
}

interface Glyphs {
  readonly born: string;
  readonly boots: string;
  readonly lives: string;
  readonly leaves: string;
  readonly dies: string;
  readonly gone: string;
  readonly signal: string;
}

const UNICODE: Glyphs = { born: '●', boots: '┄', lives: '━', leaves: '─', dies: '╳', gone: '○', signal: '▼' };
const ASCII: Glyphs = { born: 'o', boots: '.', lives: '=', leaves: '-', dies: 'X', gone: 'o', signal: '!' };

function draw(lane: Lane, at: (t: number) => number, area: number, glyphs: Glyphs): string {
  const from = at(lane.forked);
  const to = lane.ended ? at(lane.ended.t) : area - 1;
  const row = Array.from({ length: to + 1 }, (_, column) => {
    if (column < from) return ' ';
    if (lane.listening === null || column < at(lane.listening)) return glyphs.boots;
    return lane.leaving !== null && column > at(lane.leaving) ? glyphs.leaves : glyphs.lives;
  });
  row[from] = glyphs.born;
  // A signal that killed is told by the end of the lane.
  for (const fault of lane.faults) if (isAimed(fault) && fault.fault !== 'SIGKILL') row[at(fault.t)] = glyphs.signal;
  if (lane.ended) row[Math.max(to, from + 1)] = lane.ended.planned ? glyphs.gone : glyphs.dies;
  return row.join('');
}

function noteOf(lane: Lane, glyphs: Glyphs): string {
  const signals = new Map<string, number>();
  for (const fault of lane.faults) {
    if (!isAimed(fault) || fault.fault === 'SIGKILL') continue;
    const name = FAULTS[fault.fault];
    signals.set(name, (signals.get(name) ?? 0) + 1);
  }
  return [
    lane.ended ? (lane.ended.planned ? 'left' : lane.ended.why) : '',
    ...[...signals].map(([signal, times]) => `${glyphs.signal} ${signal}${times > 1 ? ` ${times} times` : ''}`),
    lane.listening === null && lane.ended === null ? unlistened(lane) : '',
    lane.unheard > 0 ? `unheard ${count(lane.unheard)}` : '',
    lane.deaf > 0 ? `missed ${count(lane.deaf)}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function unlistened({ elsewhere }: Lane): string {
  return elsewhere === null ? 'never listened' : `listens on port ${elsewhere}`;
}

/** At this process as a whole, not at its messages. */
function isAimed({ fault }: EventOf<'fault'>): boolean {
  return fault.startsWith('SIG') || fault === 'freeze' || fault === 'thaw' || fault === 'block';
}

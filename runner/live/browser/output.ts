// What the programs printed, line by line, by process. It is text, whatever it looks like.
import type { OutputNews } from '../show.ts';
import { byId, make, say, set } from './element.ts';
import { laneOn, type Cut } from './scene.ts';
import { moment, plain } from './words.ts';

const ALL = 'all';
const LONGEST = 400;

/** Gives what shows it. */
export function openOutput(): (cuts: readonly Cut[]) => void {
  const place = byId('output');
  const filter = make('select', { 'aria-label': 'Of which process' });
  const log = make('ol', { class: 'log', tabindex: '0', 'aria-label': 'Lines' });
  const nothing = make('p', { class: 'quiet' });
  place.append(make('div', { class: 'head' }, make('h2', {}, 'Output'), filter), log, nothing);
  let wanted = ALL;
  let last: readonly Cut[] = [];
  const shown = new Map<OutputNews, HTMLElement>();
  filter.addEventListener('change', () => {
    wanted = filter.value;
    render(last);
  });

  function render(cuts: readonly Cut[]): void {
    last = cuts;
    showChoices(filter, cuts, wanted);
    const lines = cuts
      .flatMap((cut, side) =>
        cut.side.output.filter(({ t }) => t <= cut.at).map((line) => ({ line, cut, side, of: keyOf(side, line.pid) })),
      )
      .filter(({ of }) => wanted === ALL || of === wanted);
    if (cuts.length > 1) lines.sort((a, b) => a.line.t - b.line.t);
    nothing.hidden = lines.length > 0;
    say(nothing, 'Nothing was printed yet.');
    if (lines.length === shown.size && lines.every(({ line }) => shown.has(line))) return;
    const follows = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    const wantedLines = new Set(lines.map(({ line }) => line));
    for (const [line, element] of shown) {
      if (wantedLines.has(line)) continue;
      shown.delete(line);
      element.remove();
    }
    let next = log.firstElementChild;
    for (const { line, cut, side } of lines) {
      const element = shown.get(line) ?? newLine(line, cut, cuts.length > 1 ? side : null);
      shown.set(line, element);
      if (element === next) next = element.nextElementSibling;
      else log.insertBefore(element, next);
    }
    if (follows) log.scrollTop = log.scrollHeight;
  }
  return render;
}

function keyOf(side: number, pid: number | null): string {
  return `${side} ${pid ?? 'unknown'}`;
}

function newLine({ t, pid, stream, text }: OutputNews, { side }: Cut, which: number | null): HTMLElement {
  const lane = pid === null ? undefined : laneOn(side, pid);
  const who = lane?.label ?? (pid === null ? 'somebody' : `pid ${pid}`);
  const where = which === null ? who : `${which + 1} · ${who}`;
  const words = plain(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
  return make(
    'li',
    { class: stream },
    make('span', { class: 'when' }, moment(t)),
    make('span', { class: 'who' }, stream === 'stderr' ? `${where}, on standard error` : where),
    make('code', {}, words),
  );
}

function showChoices(filter: HTMLSelectElement, cuts: readonly Cut[], wanted: string): void {
  const choices = cuts.flatMap(({ side }, index) =>
    side.lanes.map(({ pid, label }) => ({
      value: keyOf(index, pid),
      name: `${cuts.length > 1 ? `${index + 1} · ` : ''}${label} (pid ${pid})`,
    })),
  );
  const all = [{ value: ALL, name: 'all processes' }, ...choices];
  if (!all.some(({ value }) => value === wanted)) all.push({ value: wanted, name: 'a process that is long dead' });
  const signature = all.map(({ value }) => value).join();
  if (filter.dataset.is === signature) return;
  set(filter, { 'data-is': signature });
  filter.replaceChildren(...all.map(({ value, name }) => make('option', { value }, name)));
  filter.value = wanted;
}

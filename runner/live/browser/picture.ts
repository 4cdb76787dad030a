// One program's picture: names, lanes, marks and throughput on one axis of time, drawn again as it happens.
import { draw, keyed, make, say, set, show } from './element.ts';
import { newLane, hueOf, type LaneScene, showLane } from './lane-view.ts';
import { type Layout, layoutOf, type Needs, round, rowsFor, scaleOf, ticksOf, topOfLane } from './layout.ts';
import { needsClients, openMarks } from './marks-view.ts';
import { openPointing } from './pointing.ts';
import { type Rows, rowsOf } from './rows.ts';
import { barOf, barsOf, type Cut, type LaneAt, lanesAt, roundUp, stateInShort, stateInWords } from './scene.ts';
import { layersOf, NOT_TOLD, openStack, peakOf } from './stack-view.ts';
import { count, plural, share } from './words.ts';

export interface Picture {
  readonly element: HTMLElement;
  /** To be called before anything on the page is changed: afterwards the browser would have to lay it out first. */
  readonly measure: () => Measures;
  readonly show: (scene: PictureScene) => void;
}

export type Measures = Pick<Needs, 'width' | 'unit' | 'room'>;

export interface PictureScene extends Measures {
  readonly cut: Cut;
  /** What it is called, where it is told. */
  readonly name: string;
  /** Answers in one bar of a lane that fill its height: the same for both sides. */
  readonly most: number;
  readonly peak: number;
  readonly dense: boolean;
  readonly chosen: number | null;
  /** The key that chooses a worker, by its number; empty where none does. */
  readonly keyOf: (worker: number) => string;
}

/** The scale that all sides share: answers in one bar, of one lane and of all. */
export function scalesOf(cuts: readonly Cut[]): { readonly most: number; readonly peak: number } {
  const lanes = cuts.flatMap((cut) =>
    lanesAt(cut).flatMap(({ lane }) => barsOf(lane.columns, cut.at, cut.span).counts as number[]),
  );
  const peaks = cuts.map((cut) => peakOf(layersOf(cut, lanesAt(cut))));
  return { most: roundUp(lanes.reduce((most, each) => Math.max(most, each), 1)), peak: Math.max(1, ...peaks) };
}

/** `choose` is called with the number of a worker whose lane was pressed. */
export function openPicture(choose: (worker: number) => void): Picture {
  const names = make('div', { class: 'names' });
  const svg = draw('svg', { class: 'run', role: 'group' });
  const frame = make('div', { class: 'frame' }, svg);
  const element = make('div', { class: 'picture' }, names, frame);
  const nothing = make('p', { class: 'nothing' }, 'Nothing has run yet.');
  frame.append(nothing);
  const grid = draw('g');
  const lanes = draw('g');
  const marks = openMarks();
  const stack = openStack();
  svg.append(grid, marks.behind, lanes, stack.element, marks.before);

  const showTicks = keyed<Tick, SVGGElement>(
    grid,
    () => draw('g', {}, draw('line', { class: 'grid' }), draw('text', { class: 'tick' })),
    showTick,
  );
  const showLanes = keyed<LaneScene, SVGGElement>(lanes, newLane, showLane);
  const showNames = keyed<NameScene, HTMLElement>(names, () => make('div'), showName);
  const pointing = openPointing(frame, svg, (mark) => {
    const worker = Number(mark.getAttribute('data-worker') ?? NaN);
    if (Number.isInteger(worker)) choose(worker);
  });
  names.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (button) choose(Number(button.dataset.worker));
  });

  return {
    element,
    measure: () => ({
      width: Math.max(100, frame.clientWidth),
      unit: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16,
      room: roomFor(frame),
    }),
    show: ({ cut, name, most, peak, dense, chosen, keyOf, ...sizes }) => {
      const all = lanesAt(cut);
      const inRows = rowsOf(all, rowsFor({ ...sizes, dense }));
      const { drawn, rows } = inRows;
      const layout = layoutOf({ ...sizes, lanes: inRows.count, clients: needsClients(cut, rows), dense });
      const { width } = layout;
      const scale = scaleOf(cut, width);
      show(nothing, drawn.length === 0);
      set(svg, {
        width,
        height: layout.height,
        'aria-label': `Picture of ${name}; arrow keys go from mark to mark`,
      });
      showTicks(ticksOf(scale, width).map((t): [string, Tick] => [String(t), { t, x: scale.x(t), layout, width }]));
      showLanes(
        drawn.map((each): [string, LaneScene] => [
          keyOfLane(each),
          {
            each,
            cut,
            layout,
            scale,
            y: topOfLane(layout, rows.get(each.lane.pid) ?? 0),
            row: (rows.get(each.lane.pid) ?? 0) + 1,
            most,
            chosen: isAlive(each) && each.lane.worker === chosen,
          },
        ]),
      );
      const layers = layersOf(cut, all);
      stack.show({ layers, peak, layout, scale, row: inRows.count + 1 });
      marks.show({ cut, layout, scale, rows });
      showNames(
        namesOf({ ...inRows, layout, cut, peak, chosen, keyOf, untold: layers.some(({ key }) => key === 'untold') }),
      );
      pointing.drawn();
    },
  };
}

/** From its top to the lower edge of the window; at least so much that a picture further down is not squeezed. */
function roomFor(frame: Element): number {
  const top = frame.getBoundingClientRect().top + scrollY;
  return Math.max(innerHeight * 0.45, innerHeight - top - 10);
}

function isAlive({ lane, phase }: LaneAt): boolean {
  return lane.worker !== null && phase !== 'dead' && phase !== 'left';
}

function keyOfLane({ lane }: LaneAt): string {
  return `${lane.pid} ${lane.forked}`;
}

interface Tick {
  readonly t: number;
  readonly x: number;
  readonly width: number;
  readonly layout: Layout;
}

function showTick(group: Element, { t, x, width, layout }: Tick): void {
  const [line, text] = group.children;
  if (!line || !text) return;
  const bottom = topOfLane(layout, 0) + layout.lanes;
  set(line, { x1: x, x2: x, y1: layout.labels, y2: bottom + 4 });
  set(text, {
    x,
    y: round(bottom + layout.axis * 0.72),
    'text-anchor': x < 16 ? 'start' : x > width - 16 ? 'end' : null,
  });
  say(text, `${t / 1000} s`);
}

interface NamesScene extends Pick<Rows, 'drawn' | 'folded'> {
  readonly layout: Layout;
  readonly cut: Cut;
  readonly peak: number;
  readonly chosen: number | null;
  readonly keyOf: (worker: number) => string;
  readonly untold: boolean;
}

interface NameScene {
  readonly height: number;
  readonly kind: 'space' | 'lane' | 'words';
  readonly title: string;
  readonly more: string;
  /** Of all that was answered in the time that is shown. */
  readonly share: string;
  readonly hue: string | null;
  readonly worker: number | null;
  readonly chosen: boolean;
  readonly key: string;
  readonly low: boolean;
}

const SPACE: Omit<NameScene, 'height'> = {
  kind: 'space',
  title: '',
  more: '',
  share: '',
  hue: null,
  worker: null,
  chosen: false,
  key: '',
  low: false,
};

/** Each as high as what it names. */
function namesOf({ drawn, folded, layout, cut, peak, chosen, keyOf, untold }: NamesScene): [string, NameScene][] {
  const perSecond = (peak * 1000) / barOf(cut.span);
  const low = layout.lane < layout.labelRow * 2.4;
  const lately = [...drawn, ...folded].reduce((sum, each) => sum + each.lately, 0);
  const lanes = drawn.map((each): [string, NameScene] => {
    const { lane } = each;
    const alive = isAlive(each);
    return [
      keyOfLane(each),
      {
        height: layout.lane,
        kind: 'lane',
        title: lane.label,
        more: low ? stateInShort(each) : `${each.phase === 'left' ? 'left' : stateInWords(each)} · ${lane.pid}`,
        // where there is hardly room, the state of one that is over says more
        share: lane.worker === null || each.lately === 0 || (low && !alive) ? '' : share(each.lately, lately),
        hue: lane.label === 'primary' ? null : hueOf(lane.worker),
        worker: alive ? lane.worker : null,
        chosen: alive && lane.worker === chosen,
        key: alive && lane.worker !== null ? keyOf(lane.worker) : '',
        low,
      },
    ];
  });
  const fold: [string, NameScene][] =
    folded.length === 0
      ? []
      : [
          [
            'folded',
            {
              ...SPACE,
              height: layout.lane,
              kind: 'lane',
              title: plural(folded.length, 'that ended', 'that ended'),
              more: low ? '' : 'folded away',
              low,
            },
          ],
        ];
  return [
    ['labels', { ...SPACE, height: layout.labels }],
    ['clients', { ...SPACE, height: layout.clients, kind: 'words', more: layout.clients === 0 ? '' : 'outside' }],
    ...lanes.slice(0, 1),
    ...fold,
    ...lanes.slice(1),
    ['none', { ...SPACE, height: drawn.length === 0 ? layout.lanes : 0 }],
    ['axis', { ...SPACE, height: layout.axis }],
    [
      'stack',
      {
        ...SPACE,
        height: layout.stack,
        kind: 'words',
        title: 'answered',
        more: peak <= 1 ? '' : `up to ${count(perSecond)} a second${untold ? `; grey: ${NOT_TOLD}` : ''}`,
      },
    ],
  ];
}

function showName(row: HTMLElement, scene: NameScene): void {
  const { height, kind, title, more, share: part, hue, worker, chosen, key, low } = scene;
  row.style.height = `${height}px`;
  set(row, { class: `${kind}${low ? ' low' : ''}${chosen ? ' chosen' : ''}` });
  if (kind === 'space') return;
  const wanted = worker === null ? 'SPAN' : 'BUTTON';
  let inner = row.firstElementChild;
  if (inner?.tagName !== wanted) {
    const parts = [make('b'), make('i'), make('em')];
    inner = worker === null ? make('span', {}, ...parts) : make('button', { type: 'button' }, ...parts);
    // a worker that dies takes its button with it: the focus stays in the picture
    const focused = row.contains(document.activeElement);
    row.replaceChildren(inner);
    if (focused) row.closest('.picture')?.querySelector<SVGElement>('.m[tabindex="0"]')?.focus();
  }
  const [name, words, answered] = inner.children;
  if (!name || !words || !answered) return;
  if (worker !== null) set(inner, { 'aria-pressed': String(chosen), 'data-worker': worker });
  showTitle(name, title, hue, key);
  say(words, more);
  say(answered, part);
}

function showTitle(name: Element, title: string, hue: string | null, key: string): void {
  const signature = `${title} ${hue} ${key}`;
  if (name.getAttribute('data-is') === signature) return;
  name.setAttribute('data-is', signature);
  name.replaceChildren(
    ...(hue === null ? [] : [make('span', { class: `patch ${hue}` })]),
    title,
    ...(key === '' ? [] : [make('kbd', { 'aria-hidden': 'true' }, key)]),
  );
}

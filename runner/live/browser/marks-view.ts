// What happened at a moment: faults across all lanes, lost requests, and messages between a worker and the primary.
import { draw, keyed, say, set } from './element.ts';
import { type Layout, type Scale, topOfLane } from './layout.ts';
import { type ArrowAt, arrowsAt, type Cut, type FaultAt, faultsAt, lossesAt, type LossMarkAt } from './scene.ts';
import { LOSS_SYMBOLS } from './symbols.ts';
import { count } from './words.ts';

/** Pixels between two arrows of a channel: room for their numbers, up and down. */
const ARROW_ROOM = 92;
const MOST_BUNDLES = 12;
const LEAST_BUNDLES = 4;

export interface MarksScene {
  readonly cut: Cut;
  readonly layout: Layout;
  readonly scale: Scale;
  /** Place of each process among the lanes, by its pid. */
  readonly rows: ReadonlyMap<number, number>;
}

export interface Marks {
  /** Behind the lanes. */
  readonly behind: SVGGElement;
  readonly before: SVGGElement;
  readonly show: (scene: MarksScene) => void;
}

export function openMarks(): Marks {
  const arrows = draw('g', { class: 'arrows' });
  const faults = draw('g');
  const losses = draw('g');
  let scene: MarksScene;
  const labelRows = openLabelRows();
  const showArrows = keyed<ArrowAt, SVGGElement>(
    arrows,
    () =>
      draw(
        'g',
        { role: 'img' },
        draw('line', { class: 'stem' }),
        draw('path', { class: 'head' }),
        draw('circle', { class: 'hit', r: '8' }),
        draw('text', { class: 'number' }),
      ),
    (group, arrow) => showArrow(group, arrow, scene),
  );
  const showFaults = keyed<FaultAt, SVGGElement>(
    faults,
    () => draw('g', { role: 'img' }, draw('line'), draw('text', { class: 'name' })),
    (group, fault) => showFault(group, fault, scene, labelRows),
  );
  const showLosses = keyed<LossMarkAt, SVGGElement>(
    losses,
    () => draw('g', { role: 'img' }, draw('use'), draw('text', { class: 'times' })),
    (group, loss) => showLoss(group, loss, scene),
  );
  return {
    behind: arrows,
    before: draw('g', {}, faults, losses),
    show: (next) => {
      scene = next;
      const drawn = arrowsAt(scene.cut, bundlesOf(scene.layout)).filter(
        ({ pid }) => pid !== null && scene.rows.has(pid),
      );
      showArrows(drawn.map((each) => [each.key, each]));
      labelRows.begin(scene);
      showFaults(faultsAt(scene.cut).map((each) => [each.key, each]));
      showLosses(lossesAt(scene.cut).map((each) => [each.key, each]));
    },
  };
}

/** Whether requests have to be marked that no drawn process had. */
export function needsClients(cut: Cut, rows: ReadonlyMap<number, number>): boolean {
  return cut.side.losses.some(({ t, pid }) => t <= cut.at && t > cut.at - cut.span && (pid === null || !rows.has(pid)));
}

function bundlesOf({ width, unit }: Layout): number {
  return Math.min(MOST_BUNDLES, Math.max(LEAST_BUNDLES, Math.floor(width / (ARROW_ROOM * unit))));
}

/** From lane to lane; arrows of one time stand beside each other, whose ever they are. */
function showArrow(group: Element, arrow: ArrowAt, { layout, scale, rows }: MarksScene): void {
  const [stem, head, hit, times] = group.children;
  if (!stem || !head || !hit || !times) return;
  const { unit } = layout;
  const row = rows.get(arrow.pid ?? 0) ?? 0;
  const up = arrow.direction === 'up';
  const top = topOfLane(layout, 0) + layout.above + layout.bar + 1;
  const bottom = topOfLane(layout, row) + layout.above - 1;
  const x = scale.x(arrow.t) + (Math.min(row, 8) * 2 + (up ? 0 : 9)) * unit;
  set(group, {
    class: `m arrow ${arrow.direction}${arrow.unheard ? ' unheard' : ''}${arrow.atOnce > 0 ? ' burst' : ''}`,
    'data-row': row + 1,
    'aria-label': arrow.words,
    transform: `translate(${x})`,
  });
  const long = 8 * unit;
  const wide = 4.5 * unit;
  set(stem, { x1: 0, x2: 0, y1: top, y2: bottom });
  set(head, {
    d: up
      ? `M${-wide} ${top + long}L0 ${top}L${wide} ${top + long}z`
      : `M${-wide} ${bottom - long}L0 ${bottom}L${wide} ${bottom - long}z`,
  });
  set(hit, { cy: bottom - 5 });
  // up to the left of its arrow, down to the right
  const left = up && arrow.atOnce === 0;
  set(times, { x: (left ? -6 : 6) * unit, y: bottom - 3, 'text-anchor': left ? 'end' : 'start' });
  say(times, numberOf(arrow, layout));
}

/** Beside the arrow's end in the worker's lane. */
function numberOf({ direction, count: number, unheard, atOnce }: ArrowAt, { above, unit, width }: Layout): string {
  const sign = direction === 'up' ? '↑' : '↓';
  if (atOnce > 0) return `${sign} ${count(atOnce)} at once`;
  const hasRoom = above >= 12 * unit && width >= LEAST_BUNDLES * ARROW_ROOM * unit;
  return hasRoom || (unheard && direction === 'up') ? `${sign} ${count(number)}` : '';
}

function showFault(group: Element, fault: FaultAt, { layout, scale }: MarksScene, rows: LabelRows): void {
  const [line, name] = group.children;
  if (!line || !name) return;
  const x = scale.x(fault.t) + fault.nth * 7 * layout.unit;
  const { row, behind } = rows.of(fault);
  set(group, {
    class: `m fault${fault.hard ? ' hard' : ''}`,
    'data-row': -1,
    'aria-label': fault.words,
  });
  set(line, { x1: x, x2: x, y1: (row ?? layout.labelRows) * layout.labelRow + 2, y2: layout.height });
  set(name, {
    x,
    y: (row ?? 0) * layout.labelRow + layout.labelRow * 0.8,
    dx: behind ? 4 : -4,
    'text-anchor': behind ? 'start' : 'end',
  });
  say(name, row === null ? '' : fault.label);
}

function showLoss(group: Element, loss: LossMarkAt, { layout, scale, rows }: MarksScene): void {
  const [shape, times] = group.children;
  if (!shape || !times) return;
  const row = loss.pid === null ? undefined : rows.get(loss.pid);
  const x = scale.x(loss.t) + loss.nth * layout.labelRow;
  const y = row === undefined ? layout.labels + layout.clients / 2 : topOfLane(layout, row) + layout.above + layout.bar;
  set(group, {
    class: `m loss ${loss.class === 'unfinished' ? 'unfinished' : 'lost'}`,
    'data-row': row === undefined ? 0 : row + 1,
    'data-class': loss.class,
    'aria-label': loss.words,
  });
  set(shape, {
    href: `#${LOSS_SYMBOLS[loss.class]}`,
    transform: `translate(${x} ${y}) scale(${layout.unit})`,
  });
  set(times, { x: x + 9 * layout.unit, y: y + 4 });
  say(times, loss.count === 1 ? '' : count(loss.count));
}

/** Names of faults that do not stand on each other, each in its row as long as it is shown. */
interface LabelRows {
  readonly begin: (scene: MarksScene) => void;
  readonly of: (fault: FaultAt) => {
    /** Null where there is no room for it. */
    readonly row: number | null;
    /** It stands behind its line, since the run has only begun and there is no room before it. */
    readonly behind: boolean;
  };
}

const LETTER = 6.6;

function openLabelRows(): LabelRows {
  const chosen = new Map<string, number>();
  let ends: number[] = [];
  let scene: MarksScene;
  return {
    begin: (next) => {
      scene = next;
      ends = Array.from({ length: scene.layout.labelRows }, () => -Infinity);
    },
    of: (fault) => {
      const { labelRow, labelRows, width } = scene.layout;
      const { span, side } = scene.cut;
      const key = `${span} ${labelRow} ${labelRows} ${width} ${side.run} ${fault.key}`;
      const x = scene.scale.x(fault.t);
      const length = fault.label.length * LETTER * (labelRow / 15) + 8;
      const born = (fault.t / span) * width;
      const behind = born < length && born + length <= width;
      const left = behind ? x : x - length;
      const row = chosen.get(key) ?? ends.findIndex((end) => end <= left);
      if (row === -1) return { row: null, behind };
      ends[row] = left + length;
      chosen.set(key, row);
      if (chosen.size > 500) chosen.clear();
      return { row, behind };
    },
  };
}

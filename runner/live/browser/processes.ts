// The picture in words: every process with its state, in a table that is always there.
import { byId, keyed, make, say, set, show } from './element.ts';
import { type Cut, type LaneAt, lanesAt, stateInWords } from './scene.ts';
import { count, moment, plural, share } from './words.ts';

interface Row {
  readonly each: LaneAt;
  readonly all: number;
}

/** Gives what shows it: one table for each side. */
export function openProcesses(): (cuts: readonly Cut[]) => void {
  const place = byId('processes');
  place.append(make('h2', {}, 'Processes'));
  const tables = make('div');
  place.append(tables);
  const showTables = keyed<Cut, HTMLElement>(tables, newTable, (element, cut) => showTable.get(element)?.(cut));
  const showTable = new WeakMap<Element, (cut: Cut) => void>();
  function newTable(): HTMLElement {
    const caption = make('caption');
    const body = make('tbody');
    const lately = make('th', { scope: 'col' });
    const head = make(
      'tr',
      {},
      ...['process', 'pid', 'state', 'since', 'answered'].map((name) => make('th', { scope: 'col' }, name)),
      lately,
    );
    const left = make('p', { class: 'quiet' });
    const rows = keyed<Row, HTMLTableRowElement>(
      body,
      () => make('tr', {}, make('th', { scope: 'row' }), ...Array.from({ length: 5 }, () => make('td'))),
      showRow,
    );
    const element = make(
      'div',
      { class: 'wide', role: 'region', tabindex: '0' },
      make('table', {}, caption, make('thead', {}, head), body),
      left,
    );
    showTable.set(element, (cut) => {
      const { side, at, span } = cut;
      const lanes = lanesAt(cut);
      const all = lanes.reduce((sum, each) => sum + each.lately, 0);
      const name = side.setting?.file ?? 'no program yet';
      say(caption, `${name}, at ${moment(at)}`);
      set(element, { 'aria-label': `Processes of ${name}` });
      say(lately, `share of ${span / 1000} s`);
      rows(lanes.map((each): [string, Row] => [`${each.lane.pid} ${each.lane.forked}`, { each, all }]));
      const { living, dead } = side.leftOut;
      show(left, living + dead > 0);
      say(
        left,
        `${plural(living, 'living process', 'living processes')} and ${plural(dead, 'dead one')} without a lane`,
      );
    });
    return element;
  }
  return (cuts) => showTables(cuts.map((cut, index) => [String(index), cut]));
}

function showRow(row: Element, { each, all }: Row): void {
  const { lane, since, answered, lately } = each;
  const texts = [
    lane.label,
    String(lane.pid),
    stateInWords(each),
    moment(since),
    count(answered),
    lane.label === 'primary' && lately === 0 ? '' : share(lately, all),
  ];
  for (const [index, text] of texts.entries()) {
    const cell = row.children[index];
    if (cell) say(cell, text);
  }
}

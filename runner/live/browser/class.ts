// The class board: how many are at which lesson, and what breaks most often right now.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Board, BoardLesson, BrokenFinding } from '../class.ts';
import { followEvents } from './events.ts';
import { keyed, make, say, set, show, withCode } from './element.ts';
import { NO_KEY, takeKey } from './page-key.ts';
import { command as pageCommand } from './commands.ts';
import { listenToKeys } from './keys.ts';
import { createPresenter } from './presenter.ts';
import { count, plural } from './words.ts';

/** What the page has for the script to find. */
export type BoardId = 'board' | 'status';

const place = document.getElementById('board' satisfies BoardId) ?? document.body;
const status = document.getElementById('status' satisfies BoardId) ?? document.body;
const command = make('code');
const how = make('p', { class: 'how' }, 'To take part: ', command);
const nobody = make('p', { class: 'nobody' }, 'Nobody has told anything yet.');
const lessons = make('tbody');
const broken = make('ol', { class: 'broken' });
const nothing = make('p', { class: 'quiet' }, 'Nothing is broken right now.');
const footer = make('p', { class: 'quiet' });
const head = ['lesson', 'at it now', 'failed just now', 'passed'].map((name) => make('th', { scope: 'col' }, name));
const table = make('table', {}, make('caption', {}, 'Lessons'), make('thead', {}, make('tr', {}, ...head)), lessons);

place.append(
  how,
  nobody,
  make('section', {}, table),
  make('section', {}, make('h2', {}, 'What breaks most often right now'), broken, nothing),
  footer,
);

const showLessons = keyed<Row<BoardLesson>, HTMLTableRowElement>(
  lessons,
  () =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }),
      make('td', {}, make('b'), newBar()),
      make('td'),
      make('td', {}, make('b'), newBar()),
    ),
  showLesson,
);
const showBroken = keyed<Row<BrokenFinding>, HTMLElement>(
  broken,
  () => make('li', {}, make('b'), make('p'), newBar()),
  showFinding,
);

const overview = listenToKeys({
  commands: [
    ...Object.values(createPresenter(() => undefined)),
    pageCommand(
      'Page',
      'Keys',
      'show all keys',
      ['?'],
      () => overview.open(),
      () => null,
    ),
  ],
  refuse: (why) => say(status, why),
});

const key = takeKey('class');
let shown = false;
if (key === null) refuse(NO_KEY);
else
  void followEvents('/class/stream', key, {
    opened: () => refuse(''),
    lost: (why) => refuse(why ?? 'The server is not heard any more; trying again.'),
    refused: refuse,
    told: (event, data) => {
      if (event === 'board') render(data as Board);
    },
  });

/** Without anything to be shown, what is shown is why. */
function refuse(why: string): void {
  say(status, why);
  document.body.classList.toggle('locked', why !== '' && !shown);
}

interface Row<T> {
  readonly of: T;
  /** What fills a bar. */
  readonly most: number;
}

function render(board: Board): void {
  shown = true;
  const most = Math.max(1, board.learners);
  show(how, board.command !== null);
  say(command, board.command ?? '');
  show(nobody, board.learners === 0);
  showLessons(board.lessons.map((of): [string, Row<BoardLesson>] => [String(of.number), { of, most }]));
  showBroken(board.broken.map((of): [string, Row<BrokenFinding>] => [`${of.lesson} ${of.id}`, { of, most }]));
  show(nothing, board.broken.length === 0 && board.learners > 0);
  const refused = Object.entries(board.refused).filter(([, number]) => number > 0);
  const turnedAway =
    refused.length === 0 ? '' : `; refused: ${refused.map(([why, number]) => `${count(number)} ${why}`).join(', ')}`;
  say(
    footer,
    `${plural(board.learners, 'learner')} in the last three hours, ${plural(board.reports, 'report')}${turnedAway}. No names, no addresses, no code.`,
  );
}

function showLesson(row: Element, { of, most }: Row<BoardLesson>): void {
  const [name, here, failed, passed] = row.children;
  if (!name || !here || !failed || !passed) return;
  say(name, `${of.number} · ${of.title}`);
  showNumber(here, of.here, most, 'here');
  say(failed, of.failed === 0 ? '' : count(of.failed));
  showNumber(passed, of.passed, most, 'passed');
}

function showNumber(cell: Element, number: number, most: number, kind: string): void {
  const [words, bar] = cell.children;
  if (!words || !bar) return;
  say(words, count(number));
  showBar(bar, number, most, kind);
}

function showFinding(item: Element, { of, most }: Row<BrokenFinding>): void {
  const [number, words, bar] = item.children;
  if (!number || !words || !bar) return;
  say(number, count(of.learners));
  const text = `${of.id} ${of.says}`;
  if (words.getAttribute('data-is') !== text) {
    set(words, { 'data-is': text });
    words.replaceChildren(make('span', { class: 'quiet' }, `${of.id} `), ...withCode(of.says));
  }
  showBar(bar, of.learners, most, 'wrong');
}

function newBar(): HTMLElement {
  return make('div', { class: 'bar', 'aria-hidden': 'true' }, make('span'));
}

function showBar(bar: Element, number: number, most: number, kind: string): void {
  const fill = bar.firstElementChild;
  if (!(fill instanceof HTMLElement)) return;
  set(fill, { class: kind });
  fill.style.width = `${Math.round((100 * number) / most)}%`;
}

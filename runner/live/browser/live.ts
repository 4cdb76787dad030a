// The live page: a class sees a cluster at work, and whoever shows it does something to it.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Acted, Action } from '../show.ts';
import { act } from './act.ts';
import { openAnnouncer } from './announce.ts';
import { openBeats } from './beats.ts';
import { commandButton } from './button.ts';
import { type Badges, badgesAt } from './badges.ts';
import { chooseByKey, chooseWorker, command, createCommands, isRunning } from './commands.ts';
import { openControls } from './controls.ts';
import { byId, make, say, set } from './element.ts';
import { listenToKeys } from './keys.ts';
import { showKey } from './key.ts';
import { type Numbers, openNumbers } from './numbers.ts';
import { openOutput } from './output.ts';
import { openPicture, type Picture, type PictureScene, scalesOf } from './picture.ts';
import { createPresenter } from './presenter.ts';
import type { Cut } from './scene.ts';
import { takeKey } from './page-key.ts';
import { openProcesses } from './processes.ts';
import { openStill } from './still.ts';
import { followStream } from './stream.ts';
import { cutsOf, isCompact, nowOf, openStore } from './view.ts';
import { plain, programInWords } from './words.ts';

export type { Id } from './element.ts';

/** The picture is drawn at most so often. */
const EVERY_MS = 100;

const key = takeKey('live');
const store = openStore();
const announcer = openAnnouncer(store);
const commands = createCommands(store, perform);
const presenter = createPresenter(() => redraw());
const beats = openBeats(store, perform, refuse);
const controls = openControls(store, commands, perform, refuse);
const showStill = openStill(store, commands, refuse);
const showProcesses = openProcesses();
const showOutput = openOutput();
const why = make('p', { class: 'why', role: 'status' });
byId('beat').after(why);
showKey();

const help = command(
  'Page',
  'Keys',
  'show all keys',
  ['?'],
  () => overview.open(),
  () => null,
);
const overview = listenToKeys({
  commands: [...Object.values(commands), ...beats.commands, ...Object.values(presenter), help],
  choose: (badge) => chooseByKey(store, badges, badge),
  refuse,
});
const tools = [
  ...beats.commands.slice(0, 1),
  commands.pause,
  commands.span,
  commands.panel,
  presenter.smaller,
  presenter.larger,
  presenter.contrast,
  presenter.theme,
  presenter.full,
  help,
].map((each) => commandButton(each, refuse));
byId('tools').append(...tools.map(({ element }) => element));

/** What stands above the pictures takes room from them: where its height has changed, they are drawn again before anybody sees it. */
const above = new ResizeObserver(() => render());
for (const name of ['status', 'tools', 'beat', 'still'] as const) above.observe(byId(name));
above.observe(why);
const sides = openSides();
store.listen(redraw);
addEventListener('resize', redraw);
followStream(store, key, announcer.tick);

async function perform(action: Action): Promise<Acted> {
  const acted = await act(action, key ?? '');
  if (acted.ok) say(why, '');
  else refuse(acted.why);
  return acted;
}

function refuse(words: string): void {
  say(why, plain(words));
}

/** The keys of the workers as they are shown. */
let badges: readonly Badges[] = [];
let drawnAt = -Infinity;
let asked = false;

/** In time, and only as often as is of use: ticks come ten times a second, of each program. */
function redraw(): void {
  if (asked) return;
  asked = true;
  const wait = Math.max(0, drawnAt + EVERY_MS - performance.now() - 8);
  setTimeout(() => {
    requestAnimationFrame(() => {
      asked = false;
      drawnAt = performance.now();
      render();
    });
  }, wait);
}

function render(): void {
  const view = store.view();
  const cuts = cutsOf(view);
  badges = nowOf(view).map((cut, side) => badgesAt(cut, badges[side]));
  document.body.classList.toggle('compact', isCompact(view));
  const showSides = sides(cuts);
  showTitle();
  say(byId('status'), statusOf());
  set(byId('status'), { class: view.connected ? '' : 'trouble' });
  for (const each of tools) each.refresh();
  tools[0]?.rename('Steps');
  tools[1]?.rename(view.still === null ? 'Pause' : 'Go on');
  tools[2]?.rename(`${view.span / 1000} s`);
  tools[3]?.rename(isCompact(view) ? 'Controls' : 'No controls');
  controls.show();
  beats.show();
  showStill();
  showSides();
  showProcesses(cuts);
  showOutput(cuts);
}

function showTitle(): void {
  const { state, refused } = store.view();
  // without anything to be shown, what is shown is why
  document.body.classList.toggle('locked', state === null && refused !== null);
  if (state === null) return;
  const { number, title } = state.show.lesson;
  say(byId('title'), `Lesson ${number} · ${title}`);
  if (document.title !== `Lesson ${number} · ${title} · live`) document.title = `Lesson ${number} · ${title} · live`;
}

function statusOf(): string {
  const view = store.view();
  if (view.refused !== null) return view.refused;
  if (!view.connected) return view.state === null ? 'connecting …' : 'the server is not heard any more; trying again';
  if (view.state?.show.recorded)
    return isRunning(view) ? 'a recorded run' : 'a recorded run: it is over, and begins again in a moment';
  return isRunning(view) ? 'live' : 'not running';
}

interface SideView {
  readonly picture: Picture;
  readonly numbers: Numbers;
}

/** Gives what measures them, which gives what shows them. */
function openSides() {
  const place = byId('sides');
  const made: SideView[] = [];
  return (cuts: readonly Cut[]) => {
    while (made.length < cuts.length) {
      const side = made.length;
      const picture = openPicture((worker) => chooseWorker(store, side, worker));
      const numbers = openNumbers();
      place.append(make('section', { class: 'side' }, numbers.element, picture.element));
      made.push({ picture, numbers });
      above.observe(numbers.element);
    }
    set(place, { class: cuts.length > 1 ? 'two' : '' });
    const sizes = made.map(({ picture }) => picture.measure());
    return () => {
      const scales = scalesOf(cuts);
      for (const [index, view] of made.entries()) {
        const cut = cuts[index];
        const size = sizes[index];
        if (cut !== undefined && size !== undefined)
          showSide(view, index, cut, { ...size, ...scales, dense: cuts.length > 1 || isCompact(store.view()) });
      }
    };
  };
}

function showSide(
  { picture, numbers }: SideView,
  side: number,
  cut: Cut,
  common: Omit<PictureScene, 'cut' | 'name' | 'chosen' | 'keyOf'>,
): void {
  const view = store.view();
  numbers.show(cut, view.still !== null, view.state?.show.shows ?? null);
  picture.show({
    ...common,
    cut,
    name: programInWords(cut.side.setting),
    chosen: view.chosen[side] ?? null,
    keyOf: (worker) => String(badges[side]?.keys.get(worker) ?? ''),
  });
}

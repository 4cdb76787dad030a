// The live page: a class sees a cluster at work, and whoever shows it does something to it.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Acted, Action } from '../show.ts';
import { act } from './act.ts';
import { openAnnouncer } from './announce.ts';
import { openBeats } from './beats.ts';
import { commandButton } from './button.ts';
import { chooseByPlace, chooseWorker, command, createCommands, isRunning } from './commands.ts';
import { openControls } from './controls.ts';
import { byId, make, say, set } from './element.ts';
import { listenToKeys } from './keys.ts';
import { showKey } from './key.ts';
import { type Numbers, openNumbers } from './numbers.ts';
import { openOutput } from './output.ts';
import { openPicture, type Picture, type PictureScene, scalesOf } from './picture.ts';
import { createPresenter } from './presenter.ts';
import type { Cut } from './scene.ts';
import { openProcesses } from './processes.ts';
import { openStill } from './still.ts';
import { followStream } from './stream.ts';
import { cutsOf, livingWorkers, nowOf, openStore } from './view.ts';
import { plain } from './words.ts';

export type { Id } from './element.ts';

/** The picture is drawn at most so often. */
const EVERY_MS = 100;

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
byId('controls').prepend(why);
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
  choose: (place) => chooseByPlace(store, place),
  refuse,
});
const tools = [
  ...beats.commands.slice(0, 1),
  commands.pause,
  commands.span,
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
const sides = openSides();
store.listen(redraw);
addEventListener('resize', redraw);
followStream(store, announcer.tick);

async function perform(action: Action): Promise<Acted> {
  const acted = await act(action);
  if (acted.ok) say(why, '');
  else refuse(acted.why);
  return acted;
}

function refuse(words: string): void {
  say(why, plain(words));
}

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
  const showSides = sides(cuts);
  say(byId('status'), statusOf());
  set(byId('status'), { class: view.connected ? '' : 'trouble' });
  for (const each of tools) each.refresh();
  tools[0]?.rename('Steps');
  tools[1]?.rename(view.still === null ? 'Pause' : 'Go on');
  tools[2]?.rename(`${view.span / 1000} s`);
  controls.show();
  beats.show();
  showStill();
  showSides();
  showProcesses(cuts);
  showOutput(cuts);
}

function statusOf(): string {
  const view = store.view();
  if (!view.connected) return view.state === null ? 'connecting …' : 'the server is not heard any more; trying again';
  if (view.state?.show.recorded) return 'a recorded run';
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
          showSide(view, index, cut, { ...size, ...scales, two: cuts.length > 1 });
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
  const present = nowOf(view)[side] ?? cut;
  const places = new Map(livingWorkers(present).map(({ lane }, at) => [lane.worker, at + 1]));
  numbers.show(cut, view.still !== null);
  picture.show({
    ...common,
    cut,
    name: plain(cut.side.setting?.file ?? 'no program yet'),
    chosen: view.chosen[side] ?? null,
    keyOf: (worker) => {
      const at = places.get(worker) ?? 10;
      return at <= 9 ? String(at) : '';
    },
  });
}

// The demonstration step by step: what to ask the class, then what is done, and only then what appears.
import type { Beat } from '#workbook';
import { commandButton } from './button.ts';
import { command, type Command, type Doer, settingOf } from './commands.ts';
import { byId, make, say, show, withCode } from './element.ts';
import { play } from './play.ts';
import type { Store } from './view.ts';

export interface Beats {
  readonly commands: readonly Command[];
  readonly show: () => void;
}

type Standing =
  | { readonly is: 'asked' }
  | { readonly is: 'doing' }
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly why: string };

export function openBeats(store: Store, perform: Doer, refuse: (why: string) => void): Beats {
  const { view } = store;
  const place = byId('beat');
  let index: number | null = null;
  let standing: Standing = { is: 'asked' };
  const all = (): readonly Beat[] => view().state?.show.beats ?? [];
  const none = () =>
    all().length === 0
      ? view().state?.show.recorded
        ? 'This is a recorded run: it has no steps.'
        : 'There is no demonstration for this program.'
      : null;
  const go = (by: number) => {
    index = index === null ? 0 : Math.min(all().length - 1, Math.max(0, index + by));
    standing = { is: 'asked' };
    render();
    // the picture has another place now
    store.change({});
  };
  const doIt = async () => {
    const beat = index === null ? undefined : all()[index];
    if (beat === undefined || standing.is === 'doing') return;
    const at = index;
    standing = { is: 'doing' };
    render();
    const acted = await play(beat, store, perform);
    // somebody may have gone on meanwhile
    if (index !== at) return;
    standing = acted.ok ? { is: 'done' } : { is: 'failed', why: acted.why };
    render();
  };
  const startAgain = async () => {
    const acted = await perform({ act: 'set', ...settingOf(view()) });
    standing = acted.ok ? { is: 'asked' } : { is: 'failed', why: acted.why };
    render();
  };
  const closed = () => (index === null ? 'No step is open: press n.' : null);

  const commands = {
    next: command(
      'Demonstration',
      'Next',
      'the next step',
      ['n'],
      () => go(1),
      () => none() ?? (index !== null && index >= all().length - 1 ? 'This is the last step.' : null),
    ),
    back: command(
      'Demonstration',
      'Back',
      'the step before',
      ['b'],
      () => go(-1),
      () => none() ?? closed() ?? (index === 0 ? 'This is the first step.' : null),
    ),
    perform: command(
      'Demonstration',
      'Do it',
      'do what this step is about',
      ['d'],
      () => void doIt(),
      () => none() ?? closed() ?? (standing.is === 'doing' ? 'It is being done.' : null),
    ),
    appears: command(
      'Demonstration',
      'Show what appears',
      'tell what appears',
      ['s'],
      () => {
        standing = { is: 'done' };
        render();
      },
      () => none() ?? closed(),
    ),
    close: command(
      'Demonstration',
      'Close',
      'close the steps',
      ['q'],
      () => {
        index = null;
        render();
        store.change({});
      },
      closed,
    ),
    again: command(
      'Demonstration',
      'Start the program again',
      'start the program again, after a step that failed',
      ['o'],
      () => void startAgain(),
      () => none() ?? closed(),
    ),
  };

  const buttons = Object.entries(commands).map(([name, each]) => ({ name, ...commandButton(each, refuse) }));
  const element = (name: keyof typeof commands) => buttons.find((each) => each.name === name)?.element ?? null;
  const title = make('h2');
  const ask = make('p', { class: 'ask' });
  const appears = make('p', { class: 'appears' });
  const trouble = make('p', { class: 'trouble' });
  place.append(
    make(
      'div',
      { class: 'head' },
      title,
      make('div', { class: 'row' }, element('back'), element('next'), element('close')),
    ),
    ask,
    appears,
    trouble,
    make('div', { class: 'row' }, element('perform'), element('appears'), element('again')),
  );

  function render(): void {
    const beat = index === null ? undefined : all()[index];
    show(place, beat !== undefined);
    for (const each of buttons) each.refresh();
    if (beat === undefined || index === null) return;
    say(title, `${index + 1} of ${all().length} · ${beat.title}`);
    if (ask.dataset.is !== beat.ask) {
      ask.dataset.is = beat.ask;
      ask.replaceChildren(...withCode(beat.ask));
      appears.replaceChildren(...withCode(beat.appears));
    }
    ask.classList.toggle('before', standing.is === 'done');
    show(appears, standing.is === 'done');
    show(trouble, standing.is === 'failed');
    say(
      trouble,
      standing.is === 'failed' ? `It was not done: ${standing.why} Do it once more, or start the program again.` : '',
    );
    const doButton = buttons.find(({ name }) => name === 'perform');
    doButton?.rename(standing.is === 'doing' ? 'Doing it …' : standing.is === 'asked' ? 'Do it' : 'Do it once more');
    const again = element('again');
    const reveal = element('appears');
    if (again) show(again, standing.is === 'failed');
    if (reveal) show(reveal, standing.is === 'asked' || standing.is === 'failed');
  }
  return { commands: Object.values(commands), show: render };
}

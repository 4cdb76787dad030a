// The demonstration step by step: what to ask the class, then what is done, and only then what appears.
import type { Beat } from '#workbook';
import { commandButton } from './button.ts';
import { command, type Command, type Doer, settingOf, SILENT } from './commands.ts';
import { byId, letGoAfterMouse, make, say, show, withCode } from './element.ts';
import { recallStep, rememberStep } from './memory.ts';
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
  /** Of the step that is open, or was when the steps were closed; null before the first. */
  let index: number | null = null;
  let isOpen = false;
  let standing: Standing = { is: 'asked' };
  let isRecalled = false;
  const all = (): readonly Beat[] => view().state?.show.beats ?? [];
  const none = () =>
    all().length === 0
      ? view().state?.show.recorded
        ? 'This is a recorded run: it has no steps.'
        : 'There is no demonstration for this program.'
      : null;
  const set = (next: { readonly index?: number; readonly isOpen?: boolean; readonly standing?: Standing }) => {
    index = next.index ?? index;
    isOpen = next.isOpen ?? isOpen;
    standing = next.standing ?? standing;
    const lesson = view().state?.show.lesson.number;
    if (lesson !== undefined && index !== null)
      rememberStep(lesson, { index, done: standing.is === 'done', open: isOpen });
    render();
    // the picture may have another place now
    if (view().steps !== isOpen) store.change({ steps: isOpen });
    else store.change({});
  };
  const goTo = (step: number) =>
    set({ index: Math.min(all().length - 1, Math.max(0, step)), isOpen: true, standing: { is: 'asked' } });
  const next = () => {
    if (index === null) goTo(0);
    else if (isOpen) goTo(index + 1);
    else set({ isOpen: true });
  };
  /** Once, as soon as it is known of which lesson. */
  const recall = () => {
    const { state } = view();
    if (isRecalled || state === null) return;
    isRecalled = true;
    const step = recallStep(state.show.lesson.number);
    if (step === null || index !== null || step.index >= all().length) return;
    set({ index: step.index, isOpen: step.open, standing: { is: step.done ? 'done' : 'asked' } });
  };

  const doIt = async () => {
    const beat = index === null ? undefined : all()[index];
    if (beat === undefined || standing.is === 'doing') return;
    const at = index;
    set({ standing: { is: 'doing' } });
    const acted = await play(beat, store, perform);
    // somebody may have gone on meanwhile
    if (index !== at) return;
    set({ standing: acted.ok ? { is: 'done' } : { is: 'failed', why: acted.why } });
  };
  const startAgain = async () => {
    const acted = await perform({ act: 'set', ...settingOf(view()) });
    set({ standing: acted.ok ? { is: 'asked' } : { is: 'failed', why: acted.why } });
  };

  const closed = () => (isOpen ? null : 'No step is open: press n.');
  const silent = () => (view().connected ? null : SILENT);
  const recorded = () =>
    view().state?.show.recorded ? 'This is a recorded run: nothing can be done to it, and s tells what appears.' : null;
  const commands = {
    next: command(
      'Demonstration',
      'Next',
      'the next step',
      ['n'],
      next,
      () => none() ?? (isOpen && index !== null && index >= all().length - 1 ? 'This is the last step.' : null),
    ),
    back: command(
      'Demonstration',
      'Back',
      'the step before',
      ['b'],
      () => goTo((index ?? 0) - 1),
      () => none() ?? closed() ?? (index === 0 ? 'This is the first step.' : null),
    ),
    perform: command(
      'Demonstration',
      'Do it',
      'do what this step is about',
      ['d'],
      () => void doIt(),
      () => none() ?? closed() ?? silent() ?? recorded() ?? (standing.is === 'doing' ? 'It is being done.' : null),
    ),
    appears: command(
      'Demonstration',
      'Show what appears',
      'tell what appears',
      ['s'],
      () => set({ standing: { is: 'done' } }),
      () => none() ?? closed(),
    ),
    close: command('Demonstration', 'Close', 'close the steps', ['q'], () => set({ isOpen: false }), closed),
    again: command(
      'Demonstration',
      'Start the program again',
      'start the program again, after a step that failed',
      ['o'],
      () => void startAgain(),
      () => none() ?? closed() ?? silent() ?? recorded(),
    ),
  };

  const buttons = Object.entries(commands).map(([name, each]) => ({ name, ...commandButton(each, refuse) }));
  const element = (name: keyof typeof commands) => buttons.find((each) => each.name === name)?.element ?? null;
  const title = make('h2');
  const menu = make('select', { 'aria-label': 'Go to step' });
  letGoAfterMouse(menu);
  menu.addEventListener('change', () => goTo(Number(menu.value)));
  const ask = make('p', { class: 'ask' });
  const appears = make('p', { class: 'appears' });
  const trouble = make('p', { class: 'trouble' });
  place.append(
    make(
      'div',
      { class: 'head' },
      title,
      make(
        'div',
        { class: 'row' },
        element('perform'),
        element('appears'),
        element('again'),
        menu,
        element('back'),
        element('next'),
        element('close'),
      ),
    ),
    ask,
    appears,
    trouble,
  );

  function render(): void {
    const beat = isOpen && index !== null ? all()[index] : undefined;
    show(place, beat !== undefined);
    for (const each of buttons) each.refresh();
    if (beat === undefined || index === null) return;
    showMenu(menu, all(), index);
    say(title, `${index + 1} of ${all().length} · ${beat.title}`);
    if (ask.dataset.is !== beat.ask) {
      ask.dataset.is = beat.ask;
      ask.replaceChildren(...withCode(beat.ask));
      const { solutionOnly = true } = view().state?.show ?? {};
      const ofWhich = solutionOnly ? [] : [make('b', {}, 'With the solution you see: ')];
      appears.replaceChildren(...ofWhich, ...withCode(beat.appears));
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
  return {
    commands: Object.values(commands),
    show: () => {
      recall();
      render();
    },
  };
}

function showMenu(menu: HTMLSelectElement, all: readonly Beat[], index: number): void {
  if (menu.options.length !== all.length)
    menu.replaceChildren(
      ...all.map(({ title }, step) => make('option', { value: String(step) }, `${step + 1} · ${title}`)),
    );
  if (menu.value !== String(index)) menu.value = String(index);
}

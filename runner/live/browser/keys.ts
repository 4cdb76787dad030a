// The keyboard: single keys act wherever nobody is typing, and an overview of them opens at `?`.
import { byId, keyHint, make } from './element.ts';
import { type Command, GROUPS } from './commands.ts';
import { recall, remember } from './memory.ts';

export interface Keyboard {
  readonly commands: readonly Command[];
  /** Where there are workers to be chosen. */
  readonly choose?: (key: number) => void;
  /** Where somebody pressed a key for what cannot be done. */
  readonly refuse: (why: string) => void;
}

export interface Overview {
  readonly open: () => void;
}

const NAMES: Readonly<Record<string, string>> = { ' ': 'space', ArrowLeft: '←', ArrowRight: '→' };

/** `Shift+ArrowLeft` → `Shift ←` */
export function nameOfKey(key: string): string {
  return key === '+'
    ? key
    : key
        .split('+')
        .map((part) => NAMES[part] ?? part)
        .join(' ');
}

export function listenToKeys({ commands, choose, refuse }: Keyboard): Overview {
  const byKey = new Map(commands.flatMap((command) => command.keys.map((key) => [key, command])));
  const overview = openOverview(commands, choose !== undefined);
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]') || takesKeys(event.target, event.key)) return;
    const key = event.key.startsWith('Arrow') && event.shiftKey ? `Shift+${event.key}` : event.key;
    if (key !== '?' && !overview.singleKeys()) return;
    const command = byKey.get(key);
    if (choose !== undefined && /^[1-9]$/.test(key)) choose(Number(key));
    else if (command !== undefined) {
      const why = command.cannot();
      if (why === null) command.run();
      // arrows are for scrolling where there is nothing to step through
      else if (key.includes('Arrow')) return;
      else refuse(why);
    } else return;
    event.preventDefault();
  });
  return overview;
}

/** Whether whatever has the focus wants that key for itself. */
function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  // a menu keeps its arrows and Enter, a number its digits: letters go to the page, or they would be lost without a word
  if (target.closest('select')) return !isLetter(key);
  if (target.closest('input[type=number]')) return key === 'e' || !isLetter(key);
  if (target.closest('input:not([type=checkbox]), textarea, [contenteditable]')) return true;
  return key === ' ' && target.closest('button, summary, a, input') !== null;
}

function isLetter(key: string): boolean {
  return /^[a-z?]$/i.test(key);
}

function openOverview(
  commands: readonly Command[],
  hasWorkers: boolean,
): Overview & { readonly singleKeys: () => boolean } {
  const dialog = byId('overview') as HTMLDialogElement;
  const title = make('h2', { id: 'overview-title' }, 'Keys');
  const close = make('button', { type: 'button' }, 'Close ', keyHint('Esc'));
  const box = make('input', { type: 'checkbox' });
  box.checked = recall('single-keys') !== 'off';
  box.addEventListener('change', () => remember('single-keys', box.checked ? 'on' : 'off'));
  close.addEventListener('click', () => dialog.close());
  const rows = (group: string) => commands.filter((each) => each.group === group && each.keys.length > 0).map(row);
  dialog.append(
    make('div', { class: 'head' }, title, close),
    make('p', {}, make('label', {}, box, ' Single keys act. (Without it, buttons do.)')),
    make(
      'div',
      { class: 'groups' },
      ...GROUPS.filter((group) => commands.some((each) => each.group === group)).map((group) =>
        make(
          'section',
          {},
          make('h3', {}, group),
          make(
            'dl',
            {},
            ...(group === 'Chosen worker' && hasWorkers
              ? pair(['1', '9'], 'choose the worker beside whose name it stands', ' to ')
              : []),
            ...rows(group).flat(),
            ...(group === 'Picture'
              ? pair(['Tab', '←↑↓→'], 'in the picture: from mark to mark, each told in words', ', ')
              : []),
          ),
        ),
      ),
    ),
  );
  return { open: () => dialog.showModal(), singleKeys: () => box.checked };
}

function row({ keys, says }: Command): HTMLElement[] {
  return pair(keys.map(nameOfKey), says, ' or ');
}

function pair(keys: readonly string[], says: string, between: string): HTMLElement[] {
  const written = keys.flatMap((key, index) => [...(index === 0 ? [] : [between]), make('kbd', {}, key)]);
  return [make('dt', {}, ...written), make('dd', {}, says)];
}

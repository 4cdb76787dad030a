// A button for each command, with its key; where it cannot be used it says why, and stays where the keyboard finds it.
import type { Command } from './commands.ts';
import { keyHint, make, say, set } from './element.ts';
import { nameOfKey } from './keys.ts';

export interface CommandButton {
  readonly element: HTMLButtonElement;
  /** To be called when it may have become possible, or impossible. */
  readonly refresh: () => void;
  readonly rename: (name: string) => void;
}

/** `refuse` is told why, when it is pressed and cannot be done. */
export function commandButton(command: Command, refuse: (why: string) => void): CommandButton {
  const [key] = command.keys;
  const name = make('span', {}, command.name);
  const element = make('button', { type: 'button' }, name, key === undefined ? null : keyHint(nameOfKey(key)));
  if (key !== undefined) element.setAttribute('aria-keyshortcuts', key === ' ' ? 'Space' : key);
  element.addEventListener('click', () => {
    const why = command.cannot();
    if (why === null) command.run();
    else refuse(why);
  });
  return {
    element,
    refresh: () => {
      const why = command.cannot();
      set(element, { 'aria-disabled': why === null ? null : 'true', title: why ?? command.says });
    },
    rename: (text) => say(name, text),
  };
}

// The bar of a picture that stands still: how far back it is, steps, and the way to the present.
import { type CommandButton, commandButton } from './button.ts';
import type { Commands } from './commands.ts';
import { byId, make, say, show } from './element.ts';
import type { Store } from './view.ts';
import { moment } from './words.ts';

/** Gives what shows it. */
export function openStill({ view }: Store, commands: Commands, refuse: (why: string) => void): () => void {
  const place = byId('still');
  const words = make('p');
  const buttons: CommandButton[] = [
    commands.backFar,
    commands.back,
    commands.forth,
    commands.forthFar,
    commands.live,
  ].map((command) => commandButton(command, refuse));
  place.append(words, ...buttons.map(({ element }) => element));
  return () => {
    const { still, state } = view();
    show(place, still !== null);
    if (still === null) return;
    for (const each of buttons) each.refresh();
    const back = still.back === 0 ? 'at the moment of the pause' : `${moment(still.back)} before the pause`;
    say(words, `Still: ${back}. ${state?.show.recorded ? 'The recording' : 'The program'} runs on.`);
  };
}

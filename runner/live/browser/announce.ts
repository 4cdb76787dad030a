// Tells important events to those who do not see the picture: politely, and at most one message a second.
import type { LossClass } from '#history';
import type { Tick } from '../show.ts';
import { faultInWords, laneOn } from './scene.ts';
import { byId, make } from './element.ts';
import type { Store } from './view.ts';
import { lossesInWords, nameOf, plain } from './words.ts';

const EVERY_MS = 1000;
/** In one message; what is more is counted. */
const MOST = 4;
/** Messages that stay in the page. */
const KEPT = 20;

export interface Announcer {
  readonly say: (words: string) => void;
  readonly tick: (tick: Tick) => void;
}

export function openAnnouncer({ view }: Store): Announcer {
  const place = byId('news');
  const waiting: string[] = [];
  /** Of each program; it is told in every tick for as long as it lasts. */
  const troubles = new Map<number, string | null>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    if (waiting.length === 0) return;
    const told = waiting.splice(0, waiting.length);
    const more = told.length > MOST ? ` And ${told.length - MOST} more.` : '';
    place.append(make('span', {}, `${told.slice(0, MOST).join('. ')}.${more} `));
    while (place.childElementCount > KEPT) place.firstElementChild?.remove();
    timer = setTimeout(flush, EVERY_MS);
  };
  const say = (words: string) => {
    waiting.push(words);
    timer ??= setTimeout(flush, 0);
  };
  return {
    say,
    tick: (tick) => {
      const side = view().state?.sides[tick.side];
      if (side === undefined) return;
      const two = (view().state?.sides.length ?? 1) > 1;
      const which = two ? `${tick.setting.file}: ` : '';
      for (const fault of tick.faults) say(`${which}${faultInWords(fault, side)}`);
      for (const { pid, is, how } of tick.processes) {
        const lane = laneOn(side, pid);
        if (lane === undefined) continue;
        if (is === 'dead') say(`${which}${nameOf(lane)} is dead: ${plain(how ?? '')}`);
        else if (is === 'listening' || is === 'draining' || is === 'frozen' || is === 'thawed')
          say(`${which}${nameOf(lane)} is ${is}`);
      }
      const lost: Partial<Record<LossClass, number>> = {};
      for (const each of tick.lost) lost[each.class] = (lost[each.class] ?? 0) + 1;
      if (tick.lost.length > 0) say(`${which}requests lost: ${lossesInWords(lost)}`);
      if (tick.trouble !== null && tick.trouble !== troubles.get(tick.side)) say(`${which}${plain(tick.trouble)}`);
      troubles.set(tick.side, tick.trouble);
    },
  };
}

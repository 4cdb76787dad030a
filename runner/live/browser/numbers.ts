// What became of all requests, as an equation that adds up before everybody's eyes, and the other numbers beside it.
import { lostOf } from '../state.ts';
import { make, say, set, show } from './element.ts';
import { type Cut, numbersAt } from './scene.ts';
import { count, latency, lossesInWords, moment, plain, plural, policyInWords } from './words.ts';

export interface Numbers {
  readonly element: HTMLElement;
  readonly show: (cut: Cut, still: boolean) => void;
}

const FACTS = ['a second', 'p50', 'p99', 'forks', 'messages up', 'down', 'unheard'] as const;

export function openNumbers(): Numbers {
  const file = make('h2');
  const setting = make('p', { class: 'setting' });
  const equation = make('p', { class: 'equation' });
  const [sent, answered, lost, flying] = ['sent', 'answered', 'lost', 'flying'].map((kind) =>
    make('b', { class: `of-${kind}` }),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const equals = make('span', { class: 'sign' });
  equation.append(sent, ' sent ', equals, ' ', answered, ' answered + ', lost, ' lost + ', flying, ' under way');
  const classes = make('p', { class: 'classes' });
  const trouble = make('p', { class: 'trouble' });
  const facts = FACTS.map((name) => ({ name, value: make('dd'), term: make('dt', {}, name) }));
  const list = make('dl', { class: 'facts' }, ...facts.map(({ term, value }) => make('div', {}, value, term)));
  const element = make(
    'div',
    { class: 'numbers' },
    make('div', { class: 'head' }, file, setting),
    equation,
    list,
    classes,
    trouble,
  );
  return {
    element,
    show: (cut, still) => {
      const { side, at } = cut;
      const { t, account, load } = numbersAt(cut);
      say(file, side.setting === null ? 'No program yet' : plain(side.setting.file));
      say(setting, settingInWords(cut, load, still));
      say(sent, count(account.sent));
      say(answered, count(account.answered));
      say(lost, count(lostOf(account)));
      say(flying, count(account.inFlight));
      const sums = account.sent === account.answered + lostOf(account) + account.inFlight;
      say(equals, sums ? '=' : '≠');
      set(equals, { class: sums ? 'sign' : 'sign wrong', title: sums ? null : 'this does not add up' });
      set(lost, { class: lostOf(account) > 0 ? 'of-lost some' : 'of-lost' });
      say(classes, classesInWords(cut, account));
      const { up, down, unheard } = account.messages;
      const values = [
        count(account.perSecond),
        latency(account.p50),
        latency(account.p99),
        count(account.forks),
        count(up),
        count(down),
        count(unheard),
      ];
      for (const [index, { value }] of facts.entries()) say(value, values[index] ?? '');
      show(trouble, side.trouble !== null);
      say(trouble, plain(side.trouble ?? ''));
      set(element, { 'data-moment': `${side.run} ${Math.round(still ? t : at)}` });
    },
  };
}

function classesInWords({ side }: Cut, account: ReturnType<typeof numbersAt>['account']): string {
  const words = lossesInWords(account.lost);
  const without = side.unmarked > 0 ? `${plural(side.unmarked, 'lost request')} without a mark` : '';
  return [words === '' ? '' : `lost: ${words}`, without].filter((each) => each !== '').join(' · ');
}

function settingInWords({ side, at }: Cut, load: ReturnType<typeof numbersAt>['load'], still: boolean): string {
  if (side.setting === null) return '';
  const { cores, policy } = side.setting;
  const clients =
    load === null || load.connections === 0
      ? 'no clients'
      : `${plural(load.connections, 'client')}, ${load.mode}${load.slowShare > 0 ? `, ${Math.round(load.slowShare * 100)} % slow` : ''}`;
  const state = still
    ? `as it was at ${moment(at)}`
    : side.running
      ? `running ${moment(at)}`
      : `not running, since ${moment(at)}`;
  return [state, plural(cores, 'core'), policyInWords(policy), clients].join(' · ');
}

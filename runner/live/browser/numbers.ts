// What became of all requests, as an equation that adds up before everybody's eyes, and the other numbers beside it.
import type { SaidNews } from '../show.ts';
import { lostOf } from '../state.ts';
import { make, say, set, show } from './element.ts';
import { type Cut, numbersAt } from './scene.ts';
import { livingWorkers } from './view.ts';
import { count, latency, lossesInWords, moment, plain, plural, dealtInWords, programInWords } from './words.ts';

export interface Numbers {
  readonly element: HTMLElement;
  /** `asked`: what the program says of itself, by its name. */
  readonly show: (cut: Cut, still: boolean, asked: string | null) => void;
}

/** What is measured of which requests stands in the name. */
const FACTS = [
  'a second',
  'p50 of /',
  'p99 of /',
  'slowest in 5 s',
  'forks',
  'messages up',
  'down',
  'unheard',
] as const;

export function openNumbers(): Numbers {
  const file = make('h2');
  const setting = make('p', { class: 'setting' });
  const equation = make('p', { class: 'equation' });
  const [sent, answered, lost, flying] = ['sent', 'answered', 'lost', 'flying'].map((kind) =>
    make('b', { class: `of-${kind}` }),
  ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const equals = make('span', { class: 'sign' });
  equation.append(sent, ' sent ', equals, ' ', answered, ' answered + ', lost, ' lost + ', flying, ' under way');
  const patience = make('p', { class: 'patience' });
  const classes = make('p', { class: 'classes' });
  const trouble = make('p', { class: 'trouble' });
  const saidLine = make('p', { class: 'said' });
  const facts = FACTS.map((name) => ({ name, value: make('dd'), term: make('dt', {}, name) }));
  const list = make('dl', { class: 'facts' }, ...facts.map(({ term, value }) => make('div', {}, value, term)));
  const element = make(
    'div',
    { class: 'numbers' },
    make('div', { class: 'head' }, file, setting),
    equation,
    patience,
    list,
    classes,
    saidLine,
    trouble,
  );
  return {
    element,
    show: (cut, still, asked) => {
      const { side, at } = cut;
      const { t, account, load, said } = numbersAt(cut);
      say(file, programInWords(side.setting));
      say(setting, settingInWords(cut, load, still));
      say(sent, count(account.sent));
      say(answered, count(account.answered));
      say(lost, count(lostOf(account)));
      say(flying, count(account.inFlight));
      const sums = account.sent === account.answered + lostOf(account) + account.inFlight;
      say(equals, sums ? '=' : '≠');
      set(equals, { class: sums ? 'sign' : 'sign wrong', title: sums ? null : 'this does not add up' });
      set(lost, { class: lostOf(account) > 0 ? 'of-lost some' : 'of-lost' });
      say(
        patience,
        account.patience === null ? '' : `a client gives up ${latency(account.patience)} after its answer was due`,
      );
      say(classes, classesInWords(cut, account));
      show(saidLine, asked !== null);
      if (asked !== null) say(saidLine, saidInWords(asked, cut, said));
      const { up, down, unheard } = account.messages;
      const values = [
        count(account.perSecond),
        latency(account.p50),
        latency(account.p99),
        latency(account.slowest),
        count(account.forks),
        count(up),
        count(down),
        count(unheard),
      ];
      for (const [index, { value, term }] of facts.entries()) {
        const text = values[index] ?? '';
        say(value, text);
        term.parentElement?.classList.toggle('zero', text === '0' || text === '–');
      }
      facts.at(-1)?.value.classList.toggle('some', unheard > 0);
      show(trouble, side.trouble !== null);
      say(trouble, plain(side.trouble ?? ''));
      set(element, { 'data-moment': `${side.run} ${Math.round(still ? t : at)}` });
    },
  };
}

/** Of the workers that live, in the order of their lanes. */
function saidInWords(asked: string, cut: Cut, said: readonly SaidNews[]): string {
  const values = livingWorkers(cut).flatMap(({ lane }) => {
    const value = said.find(({ pid }) => pid === lane.pid)?.value;
    return value === undefined ? [] : [plain(value)];
  });
  return `The workers say: ${asked} ${values.length === 0 ? '–' : values.join(' · ')}`;
}

function classesInWords({ side }: Cut, account: ReturnType<typeof numbersAt>['account']): string {
  const words = lossesInWords(account.lost);
  const without = side.unmarked > 0 ? `${plural(side.unmarked, 'lost request')} without a mark` : '';
  return [words === '' ? '' : `lost: ${words}`, without].filter((each) => each !== '').join(' · ');
}

function settingInWords({ side, at }: Cut, load: ReturnType<typeof numbersAt>['load'], still: boolean): string {
  if (side.setting === null) return '';
  const { cores } = side.setting;
  const clients =
    load === null || load.connections === 0
      ? 'no clients'
      : `${plural(load.connections, 'client')}, ${load.mode}${load.slowShare > 0 ? `, ${Math.round(load.slowShare * 100)} % slow` : ''}`;
  const state = still
    ? `as it was at ${moment(at)}`
    : side.ended !== null
      ? `the program has ended: ${plain(side.ended)}`
      : side.running
        ? `running ${moment(at)}`
        : `not running, since ${moment(at)}`;
  const dealt = side.dealt === null ? [] : [dealtInWords(side.dealt)];
  return [state, plural(cores, 'core'), ...dealt, clients].join(' · ');
}

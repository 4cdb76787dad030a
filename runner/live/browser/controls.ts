// What can be done to the programs: start and stop, signals and faults for the chosen worker, clients, cores and policy.
import type { Policy } from '../show.ts';
import { type CommandButton, commandButton } from './button.ts';
import {
  BOOTS,
  bootsOf,
  type Command,
  type Commands,
  type Doer,
  loadOf,
  MOST_CLIENTS,
  MOST_CORES,
  noSlow,
  RATES,
  scenarioOf,
  scenariosOf,
  settingOf,
  SLOW_SHARES,
} from './commands.ts';
import { byId, letGoAfterMouse, make, say, set, show } from './element.ts';
import { stateInWords } from './scene.ts';
import { chosenOf, type Store } from './view.ts';
import { count, nameOf, policyInWords } from './words.ts';

export interface Controls {
  readonly show: () => void;
}

interface Field {
  readonly element: HTMLElement;
  readonly show: () => void;
}

export function openControls(
  { view }: Store,
  commands: Commands,
  perform: Doer,
  refuse: (why: string) => void,
): Controls {
  const buttons: CommandButton[] = [];
  const button = (command: Command) => {
    const made = commandButton(command, refuse);
    buttons.push(made);
    return made.element;
  };
  const row = (...inside: HTMLElement[]) => make('div', { class: 'row' }, ...inside);
  const group = (name: string, ...inside: HTMLElement[]) => make('fieldset', {}, make('legend', {}, name), ...inside);
  const setting = (changes: Partial<{ cores: number; policy: Policy | null }>) => {
    const { cores, policy } = { ...settingOf(view()), ...changes };
    void perform({ act: 'set', cores, policy });
  };
  const load = (changes: Partial<ReturnType<typeof loadOf>>) =>
    void perform({ act: 'load', ...loadOf(view()), ...changes });
  const cannotSet = () => commands.policy.cannot();
  const chosen = make('p', { class: 'chosen-worker' });

  const fields = [
    choice(
      'Cores',
      () => numbers(1, MOST_CORES),
      () => String(settingOf(view()).cores),
      String,
      cannotSet,
      (value) => setting({ cores: Number(value) }),
    ),
    choice(
      'Policy',
      () => ['null', 'rr', 'none'],
      () => String(settingOf(view()).policy),
      (value) => policyInWords(asPolicy(value)),
      cannotSet,
      (value) => setting({ policy: asPolicy(value) }),
    ),
    choice(
      'New workers',
      () => BOOTS,
      () => bootsOf(view()),
      (value) => BOOTS_IN_WORDS[value as keyof typeof BOOTS_IN_WORDS],
      commands.boots.cannot,
      (value) => void perform({ act: 'boots', how: value as keyof typeof BOOTS_IN_WORDS }),
    ),
    amount(
      'Clients',
      MOST_CLIENTS,
      () => loadOf(view()).connections,
      commands.moreClients.cannot,
      (connections) => load({ connections }),
    ),
    choice(
      'Connections',
      () => ['keep-alive', 'fresh'],
      () => loadOf(view()).mode,
      (value) => (value === 'fresh' ? 'fresh for each' : 'kept alive'),
      commands.mode.cannot,
      (value) => load({ mode: value === 'fresh' ? 'fresh' : 'keep-alive' }),
    ),
    choice(
      'Requests a second',
      () => RATES.map(String),
      () => String(loadOf(view()).perSecond),
      (value) => (value === 'null' ? 'as many as can be' : count(Number(value))),
      commands.faster.cannot,
      (value) => load({ perSecond: value === 'null' ? null : Number(value) }),
    ),
    choice(
      'Ask for /slow',
      () => SLOW_SHARES.map(String),
      () => String(loadOf(view()).slowShare),
      (value) => `${Math.round(Number(value) * 100)} % of them`,
      commands.slowShare.cannot,
      (value) => load({ slowShare: Number(value) }),
    ),
    choice(
      'Scenario',
      () => scenariosOf(view()).map((_, scenario) => String(scenario)),
      () => String(scenarioOf(view())),
      (value) => scenariosOf(view())[Number(value)] ?? '',
      commands.scenario.cannot,
      (value) => void perform({ act: 'play', scenario: Number(value) }),
    ),
  ] as const;
  const [cores, policy, boots, clients, mode, rate, slow, scenario] = fields;

  const reason = make('p', { class: 'quiet' });
  byId('controls').append(
    group(
      'Program',
      row(button(commands.start), button(commands.stop), button(commands.restart)),
      row(button(commands.terminateAll), button(commands.interrupt)),
      scenario.element,
      cores.element,
      policy.element,
      boots.element,
    ),
    group(
      'Chosen worker',
      chosen,
      row(button(commands.kill), button(commands.terminate), button(commands.block)),
      row(button(commands.freeze), button(commands.thaw)),
      row(button(commands.junkUp), button(commands.junkDown)),
    ),
    group('Clients', clients.element, mode.element, rate.element, slow.element),
    reason,
  );

  return {
    show: () => {
      for (const each of buttons) each.refresh();
      for (const each of fields) each.show();
      show(scenario.element, scenariosOf(view()).length > 1);
      const names = chosenOf(view()).flatMap((each) => (each ? [`${nameOf(each.lane)}: ${stateInWords(each)}`] : []));
      say(chosen, names.length > 0 ? names.join('; ') : 'none: click a name, or press its key');
      const why = view().state === null ? [] : [commands.restart.cannot(), noSlow(view())];
      say(reason, why.filter((each) => each !== null).join(' '));
    },
  };

  function choice(
    name: string,
    values: () => readonly string[],
    now: () => string,
    words: (value: string) => string,
    cannot: () => string | null,
    change: (value: string) => void,
  ): Field {
    const select = make('select', {});
    letGoAfterMouse(select);
    const label = make('label', { class: 'field' }, make('span', {}, name), select);
    select.addEventListener('change', () => {
      const why = cannot();
      const wanted = select.value;
      if (why === null) change(wanted);
      else refuse(why);
      showNow();
    });
    const showNow = () => {
      const value = now();
      const all = values();
      const wanted = all.includes(value) ? all : [...all, value].toSorted((a, b) => rank(a) - rank(b));
      if (select.dataset.is !== wanted.join()) {
        set(select, { 'data-is': wanted.join() });
        select.replaceChildren(...wanted.map((each) => make('option', { value: each }, words(each))));
      }
      if (select.value !== value) select.value = value;
      set(select, { 'aria-disabled': cannot() === null ? null : 'true', title: cannot() });
    };
    return {
      element: label,
      show: () => {
        // whoever has the list open is choosing
        if (document.activeElement !== select || select.dataset.is === undefined || now() !== select.dataset.now) {
          select.dataset.now = now();
          showNow();
        }
      },
    };
  }

  function amount(
    name: string,
    most: number,
    now: () => number,
    cannot: () => string | null,
    change: (value: number) => void,
  ): Field {
    const input = make('input', { type: 'number', min: '0', max: String(most), inputmode: 'numeric' });
    input.addEventListener('change', () => {
      const why = cannot();
      const value = Math.min(most, Math.max(0, Math.round(Number(input.value))));
      if (why === null) change(value);
      else refuse(why);
      if (why !== null) input.value = String(now());
    });
    return {
      element: make('label', { class: 'field' }, make('span', {}, name), input),
      show: () => {
        if (document.activeElement !== input && input.value !== String(now())) input.value = String(now());
        set(input, { 'aria-disabled': cannot() === null ? null : 'true', title: cannot() });
      },
    };
  }
}

const BOOTS_IN_WORDS = { fine: 'boot', slow: 'are slow', dies: 'die', hangs: 'hang' } as const;

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

function rank(value: string): number {
  return value === 'null' ? Infinity : Number(value);
}

function asPolicy(value: string): Policy | null {
  return value === 'rr' || value === 'none' ? value : null;
}

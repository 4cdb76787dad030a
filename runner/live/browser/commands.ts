// All that the page can do at a key: each with its button's name, what the overview says of it, and when it cannot be done.
import type { Acted, Action, LoadWish, Setting, Side } from '../show.ts';
import { type Badges, workerOf } from './badges.ts';
import { SPANS } from './scene.ts';
import { chosenOf, isCompact, type Store, type View } from './view.ts';

export const GROUPS = ['Program', 'Chosen worker', 'Clients', 'Demonstration', 'Picture', 'Page'] as const;

export interface Command {
  readonly group: (typeof GROUPS)[number];
  /** On its button. */
  readonly name: string;
  /** What it does, in the overview. */
  readonly says: string;
  /** As the keyboard calls it; the first is shown. */
  readonly keys: readonly string[];
  readonly run: () => void;
  /** Why it cannot be done now; null where it can. */
  readonly cannot: () => string | null;
}

export const SILENT = 'The page hears nothing of the server: is the command still running?';

/** Does something to the programs, and tells on the page what came of it. */
export type Doer = (action: Action) => Promise<Acted>;

export const SLOW_SHARES = [0, 0.1, 0.25, 0.5, 1] as const;
export const RATES = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, null] as const;
export const MOST_CLIENTS = 500;
export const MOST_CORES = 16;
const CLIENTS = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 500];
const BLOCK_MS = 1000;

/** What clients do until somebody has said something else. */
const FIRST_LOAD: LoadWish = { connections: 0, mode: 'keep-alive', perSecond: 100, slowShare: 0 };

export function loadOf(view: View): LoadWish {
  return view.state?.sides[0]?.load ?? FIRST_LOAD;
}

export function settingOf(view: View): Pick<Setting, 'cores' | 'policy'> {
  return view.state?.sides[0]?.setting ?? { cores: 2, policy: null };
}

/** Of a saved run; of a program there are none. */
export function scenariosOf({ state }: View): readonly string[] {
  return state?.show.scenarios ?? [];
}

/** Which of them is played. */
export function scenarioOf(view: View): number {
  return scenariosOf(view).indexOf(view.state?.sides[0]?.setting?.scenario ?? '');
}

export function isRunning({ state }: View): boolean {
  return state?.sides.some(({ running, ended }) => running && ended === null) ?? false;
}

export const BOOTS = ['fine', 'slow', 'dies', 'hangs'] as const;

/** How workers boot that are forked now. */
export function bootsOf({ state }: View): (typeof BOOTS)[number] {
  return state?.sides[0]?.boots ?? 'fine';
}

export type Commands = ReturnType<typeof createCommands>;

export function createCommands({ view, change }: Store, perform: Doer) {
  const always = () => null;
  const recorded = () =>
    view().state?.show.recorded ? 'This is a recorded run: it can be played, and nothing can be done to it.' : null;
  const silent = () => (view().connected ? null : SILENT);
  const stopped = () => (isRunning(view()) ? null : 'Nothing is running: start it first.');
  const nobody = () =>
    chosenOf(view()).some((each) => each !== null)
      ? null
      : 'No living worker is chosen: click its name, or press its number.';
  const program = () => silent() ?? recorded();
  const running = () => program() ?? stopped();
  const worker = () => running() ?? nobody();

  const toChosen = (actionFor: (worker: number, side: Side) => Action) => () => {
    for (const [side, each] of chosenOf(view()).entries()) {
      const number = each?.lane.worker ?? null;
      if (number !== null) void perform(actionFor(number, side as Side));
    }
  };
  const frozen = () => chosenOf(view()).some((each) => each?.frozen);
  const load = (changes: Partial<LoadWish>) => void perform({ act: 'load', ...loadOf(view()), ...changes });
  const setting = (changes: Partial<Pick<Setting, 'cores' | 'policy'>>) => {
    const { cores, policy } = { ...settingOf(view()), ...changes };
    void perform({ act: 'set', cores, policy });
  };

  return {
    start: command(
      'Program',
      'Start',
      'start the program',
      ['g'],
      () => void perform({ act: 'start' }),
      () => silent() ?? (isRunning(view()) ? 'It is running.' : null),
    ),
    stop: command(
      'Program',
      'Stop',
      'stop the program',
      ['e'],
      () => void perform({ act: 'stop' }),
      () => silent() ?? stopped(),
    ),
    restart: command(
      'Program',
      'SIGHUP',
      'send SIGHUP to the primary: a rolling restart, where the program knows it',
      ['r'],
      () => void perform({ act: 'restart' }),
      running,
    ),
    terminateAll: command(
      'Program',
      'End: SIGTERM',
      'send SIGTERM to the primary; its clients go on',
      ['T'],
      () => void perform({ act: 'shut-down', signal: 'SIGTERM', group: false }),
      running,
    ),
    interrupt: command(
      'Program',
      'End: Ctrl-C',
      'send SIGINT to the primary and all of its workers, as from a terminal; its clients go on',
      ['C'],
      () => void perform({ act: 'shut-down', signal: 'SIGINT', group: true }),
      running,
    ),
    boots: command(
      'Program',
      'New workers',
      'new workers: boot, are slow, die, hang',
      ['N'],
      () => void perform({ act: 'boots', how: after(BOOTS, bootsOf(view())) }),
      running,
    ),
    fewerCores: command(
      'Program',
      'Fewer cores',
      'start again with a core less',
      ['<'],
      () => setting({ cores: Math.max(1, settingOf(view()).cores - 1) }),
      program,
    ),
    moreCores: command(
      'Program',
      'More cores',
      'start again with a core more',
      ['>'],
      () => setting({ cores: Math.min(MOST_CORES, settingOf(view()).cores + 1) }),
      program,
    ),
    policy: command(
      'Program',
      'Policy',
      'start again with the next scheduling policy',
      ['y'],
      () => setting({ policy: after([null, 'rr', 'none'] as const, settingOf(view()).policy) }),
      program,
    ),

    scenario: command(
      'Program',
      'Next scenario',
      'of a saved run: play the next scenario',
      ['i'],
      () => void perform({ act: 'play', scenario: (scenarioOf(view()) + 1) % scenariosOf(view()).length }),
      () => silent() ?? (scenariosOf(view()).length > 1 ? null : 'There is no other scenario to be played.'),
    ),

    kill: command(
      'Chosen worker',
      'SIGKILL',
      'kill it with SIGKILL',
      ['k'],
      toChosen((number, side) => ({ act: 'kill', side, worker: number, signal: 'SIGKILL' })),
      worker,
    ),
    terminate: command(
      'Chosen worker',
      'SIGTERM',
      'send it SIGTERM',
      ['t'],
      toChosen((number, side) => ({ act: 'kill', side, worker: number, signal: 'SIGTERM' })),
      worker,
    ),
    block: command(
      'Chosen worker',
      'Block 1 s',
      'keep its thread busy for a second',
      ['x'],
      toChosen((number, side) => ({ act: 'block', side, worker: number, ms: BLOCK_MS })),
      worker,
    ),
    freeze: command(
      'Chosen worker',
      'Freeze',
      'stop it with SIGSTOP',
      ['z'],
      toChosen((number, side) => ({ act: 'freeze', side, worker: number })),
      () => worker() ?? (frozen() ? 'It is frozen.' : null),
    ),
    thaw: command(
      'Chosen worker',
      'Thaw',
      'let it go on',
      ['a'],
      toChosen((number, side) => ({ act: 'thaw', side, worker: number })),
      () => worker() ?? (frozen() ? null : 'It is not frozen.'),
    ),
    junkUp: command(
      'Chosen worker',
      'Junk ↑',
      'send the primary messages of strangers in its name',
      ['j'],
      toChosen((number, side) => ({ act: 'junk', side, worker: number, direction: 'up' })),
      worker,
    ),
    junkDown: command(
      'Chosen worker',
      'Junk ↓',
      'send it messages of strangers',
      ['J'],
      toChosen((number, side) => ({ act: 'junk', side, worker: number, direction: 'down' })),
      worker,
    ),

    fewerClients: command(
      'Clients',
      'Fewer clients',
      'fewer clients',
      ['['],
      () => load({ connections: below(CLIENTS, loadOf(view()).connections) }),
      program,
    ),
    moreClients: command(
      'Clients',
      'More clients',
      'more clients',
      [']'],
      () => load({ connections: above(CLIENTS, loadOf(view()).connections) }),
      program,
    ),
    mode: command(
      'Clients',
      'Mode',
      'keep-alive connections, or a fresh one for each request',
      ['m'],
      () => load({ mode: loadOf(view()).mode === 'fresh' ? 'keep-alive' : 'fresh' }),
      program,
    ),
    slower: command(
      'Clients',
      'Slower',
      'fewer requests a second',
      [','],
      () => load({ perSecond: below(RATES.map(asNumber), asNumber(loadOf(view()).perSecond)) }),
      program,
    ),
    faster: command(
      'Clients',
      'Faster',
      'more requests a second',
      ['.'],
      () => load({ perSecond: asRate(above(RATES.map(asNumber), asNumber(loadOf(view()).perSecond))) }),
      program,
    ),
    slowShare: command(
      'Clients',
      'Slow share',
      'the next share of slow requests',
      ['w'],
      () => load({ slowShare: after(SLOW_SHARES, loadOf(view()).slowShare as 0) }),
      () => program() ?? noSlow(view()),
    ),

    pause: command(
      'Picture',
      'Pause',
      'let the picture stand still, or go on; the program runs on',
      ['p', ' '],
      () => pauseOrGoOn({ view, change }),
      always,
    ),
    back: command(
      'Picture',
      '−0.1 s',
      'a tenth of a second back',
      ['ArrowLeft'],
      () => step({ view, change }, 100),
      moving(view),
    ),
    backFar: command(
      'Picture',
      '−1 s',
      'a second back',
      ['Shift+ArrowLeft'],
      () => step({ view, change }, 1000),
      moving(view),
    ),
    forth: command(
      'Picture',
      '+0.1 s',
      'a tenth of a second forth',
      ['ArrowRight'],
      () => step({ view, change }, -100),
      moving(view),
    ),
    forthFar: command(
      'Picture',
      '+1 s',
      'a second forth',
      ['Shift+ArrowRight'],
      () => step({ view, change }, -1000),
      moving(view),
    ),
    live: command('Picture', 'Live', 'go on as it happens', ['l'], () => change({ still: null }), always),
    panel: command(
      'Page',
      'Controls',
      'show the controls beside the picture, or leave its place to the picture',
      ['u'],
      () => change({ panel: isCompact(view()) }),
      always,
    ),
    span: command(
      'Picture',
      'Time shown',
      'show 10, 30 or 120 seconds',
      ['v'],
      () => change({ span: after(SPANS, view().span as 30_000) }),
      always,
    ),
  } as const;
}

export function command(
  group: Command['group'],
  name: string,
  says: string,
  keys: readonly string[],
  run: () => void,
  cannot: () => string | null,
): Command {
  return { group, name, says, keys, run, cannot };
}

/** Chooses the worker of each side that has this key, as it is shown. */
export function chooseByKey({ change }: Store, badges: readonly Badges[], key: number): void {
  change({ chosen: badges.map((each) => workerOf(each, key)) });
}

/** Chooses that worker, and no other of any side. */
export function chooseWorker({ change }: Store, side: number, worker: number): void {
  change({ chosen: [0, 1].map((each) => (each === side ? worker : null)) });
}

export function noSlow({ state }: View): string | null {
  return state === null || state.show.knowsSlow ? null : 'The programs of this lesson know no /slow.';
}

function pauseOrGoOn({ view, change }: Pick<Store, 'view' | 'change'>): void {
  const { state, still } = view();
  if (state !== null) change({ still: still === null ? { state, back: 0 } : null });
}

/** As far back as is kept. */
const FARTHEST_MS = 120_000;

function step({ view, change }: Pick<Store, 'view' | 'change'>, ms: number): void {
  const { still } = view();
  if (still === null) return;
  const oldest = Math.min(FARTHEST_MS, Math.max(0, ...still.state.sides.map(({ t }) => t)));
  change({ still: { ...still, back: Math.min(oldest, Math.max(0, still.back + ms)) } });
}

function moving(view: () => View): () => string | null {
  return () => (view().still === null ? 'The picture moves: pause it first.' : null);
}

function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}

function below(all: readonly number[], number: number): number {
  return all.findLast((each) => each < number) ?? number;
}

function above(all: readonly number[], number: number): number {
  return all.find((each) => each > number) ?? number;
}

/** As many as can be are more than any number. */
function asNumber(rate: number | null): number {
  return rate ?? Infinity;
}

function asRate(number: number): number | null {
  return number === Infinity ? null : number;
}

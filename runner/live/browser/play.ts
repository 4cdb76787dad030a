// Plays one beat of a lesson's demonstration: chooses the workers it is about, and waits for what it needs to be so.
import type { Beat, BeatAction, Whom } from '#workbook';
import type { Acted, Action, Side } from '../show.ts';
import type { SideState } from '../state.ts';
import { type Doer, SILENT } from './commands.ts';
import { type Cut, type LaneAt, lanesAt, listeningAt } from './scene.ts';
import { livingWorkers, nowOf, type Store } from './view.ts';

/** For a program that starts, until all of its workers listen. */
const PATIENCE_MS = 20_000;
/** For a worker that was told to die; one that catches its signal may live on. */
const DEATH_MS = 3000;
/** What counts as the last second. */
const LATELY_MS = 1000;

export async function play(beat: Beat, store: Store, perform: Doer): Promise<Acted> {
  if (!store.view().connected) return { ok: false, why: SILENT };
  if (beat.seconds !== undefined) store.change({ span: beat.seconds * 1000 });
  for (const action of beat.actions) {
    // one after the other: each is about what the one before has left
    const acted = await playOne(action, store, perform);
    if (!acted.ok) return acted;
  }
  return { ok: true };
}

async function playOne(action: BeatAction, store: Store, perform: Doer): Promise<Acted> {
  const runs = runsOf(store);
  switch (action.act) {
    case 'start':
      if (nowOf(store.view()).every(({ side }) => isUp(side))) return { ok: true };
      return thenListening(await perform(action), store, runs);
    case 'stop':
      return nowOf(store.view()).some(({ side }) => side.running) ? perform(action) : { ok: true };
    case 'set':
      return thenListening(await perform(action), store, runs);
    case 'load':
      return perform(action);
    case 'restart':
    case 'shut-down':
      return (await isReady(store)) ? perform(action) : NOBODY;
    case 'boots':
      return perform(action);
    case 'kill':
    case 'block':
    case 'freeze':
    case 'thaw':
    case 'junk': {
      if (action.act !== 'thaw' && !(await isReady(store))) return NOBODY;
      return toEachSide(action, store, perform);
    }
  }
}

const NOBODY: Acted = { ok: false, why: 'No worker is listening.' };

async function toEachSide(
  action: Extract<BeatAction, { readonly worker: Whom }>,
  store: Store,
  perform: Doer,
): Promise<Acted> {
  for (const [index, cut] of nowOf(store.view()).entries()) {
    const worker = whoIs(action.worker, cut, action.act === 'thaw')?.lane.worker ?? null;
    if (worker === null) return action.act === 'thaw' ? { ok: false, why: 'No worker is frozen.' } : NOBODY;
    const acted = await perform({ ...action, side: index as Side, worker } as Action);
    if (!acted.ok) return acted;
    // whoever comes next in the same step is somebody else
    if (action.act === 'kill') await until(store, () => isDead(store, index, worker), DEATH_MS);
  }
  return { ok: true };
}

function isDead({ view }: Store, side: number, worker: number): boolean {
  const cut = nowOf(view())[side];
  return cut === undefined || !livingWorkers(cut).some(({ lane }) => lane.worker === worker);
}

/** Who is meant at this moment. */
export function whoIs(whom: Whom, cut: Cut, frozen = false): LaneAt | undefined {
  const able = frozen ? lanesAt(cut).filter((each) => each.frozen) : listeningAt(cut).filter((each) => !each.frozen);
  switch (whom) {
    case 'first':
      return able[0];
    case 'last':
      return able.at(-1);
    case 'busiest': {
      const lately = lanesAt({ ...cut, span: LATELY_MS });
      const busy = (each: LaneAt) => lately.find(({ lane }) => lane.pid === each.lane.pid)?.lately ?? 0;
      return able.toSorted((a, b) => busy(b) - busy(a))[0];
    }
  }
}

function isUp({ running, ended }: SideState): boolean {
  return running && ended === null;
}

function runsOf({ view }: Store): readonly number[] {
  return nowOf(view()).map(({ side }) => side.run);
}

async function thenListening(acted: Acted, store: Store, before: readonly number[]): Promise<Acted> {
  if (!acted.ok) return acted;
  const begun = await until(store, () =>
    nowOf(store.view()).every(
      (cut, index) =>
        cut.side.run > (before[index] ?? 0) && listeningAt(cut).length >= Math.min(cut.side.setting?.cores ?? 1, 16),
    ),
  );
  return begun ? acted : { ok: false, why: 'The program was started, and not all of its workers came to listen.' };
}

async function isReady(store: Store): Promise<boolean> {
  if (!nowOf(store.view()).some(({ side }) => isUp(side))) return false;
  return until(store, () => nowOf(store.view()).every((cut) => listeningAt(cut).some(({ frozen }) => !frozen)));
}

function until({ listen }: Store, condition: () => boolean, patience = PATIENCE_MS): Promise<boolean> {
  if (condition()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    listen(() => {
      if (!condition()) return;
      clearTimeout(timer);
      resolve(true);
    });
  });
}

// A scenario: one run of a program, and what is done to it. Runs it and gives its history.
import { HISTORY_SCHEMA, type Boots, type History } from './history.ts';
import { MOST_STRETCH, openPace } from './pace.ts';
import { takePlace } from './place.ts';
import { occupy } from './port.ts';
import { startProgram } from './program.ts';
import { openRecorder } from './recorder.ts';
import type { Rig } from './rig.ts';
import { openStage, type Stage } from './stage.ts';
import { openStore } from './store/open.ts';
import type { StoreKind } from './store/store.ts';
import { openStoreStage } from './stage/store.ts';
import { ProgramOver } from './stage/waiting.ts';

export interface Scenario {
  /** Short and in words: `three cores`. */
  readonly name: string;
  /** What `os.availableParallelism()` says to the program. */
  readonly cores: number;
  /** What `os.cpus().length` says; the same where it is not given. */
  readonly cpus?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** How workers boot from the start on; as they do by themselves where it is not given. */
  readonly boots?: Boots;
  /** What the program's store is: SQLite where it is not given. What is not on this machine leaves the scenario unplayed. */
  readonly store?: StoreKind;
  /** How many twins are started, each on a port of its own. */
  readonly twins?: number;
  /** Somebody else listens on PORT when the program starts, and until it is ended. */
  readonly occupied?: true;
  /** How many characters are kept of each stream that the program prints to; 65,536 by default. */
  readonly output?: number;
  /** How the primary is ended when all is done. */
  readonly ending: 'SIGTERM' | 'SIGKILL';
  /** For how many ms what was started may outlive the primary; 2000 by default (contract 0.6). */
  readonly outlives?: number;
  readonly play: (stage: Stage) => Promise<void>;
}

/** How many ports it takes to play it. */
export function portsOf({ store, twins = 0 }: Scenario): number {
  return 1 + twins + (store === 'redis' ? 1 : 0);
}

export interface RunOptions {
  readonly lesson: string;
  /** The program's path as the learner would type it. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
  /** As many workers listen as the scenario has cores. */
  readonly onListening?: () => void;
}

/**
 * Plays the scenario on the program and gives its history, also where the program ended early or went beyond its bounds.
 * Nothing of the program is left afterwards. Rejects with NoPort, with the signal's reason, or for a bug of the workbook's.
 */
export async function runScenario(
  scenario: Scenario,
  rig: Rig,
  { lesson, file, signal, onStep, onListening }: RunOptions,
): Promise<History> {
  signal.throwIfAborted();
  const place = await takePlace(rig);
  const { store: storeKind = 'sqlite' } = scenario;
  const store = await openStore(storeKind, { ...place, guard: rig.guard, ports: rig.ports }).catch((error: unknown) => {
    place.leave();
    throw error;
  });
  const recorder = openRecorder();
  const pace = openPace(recorder.now, (stretch, t) => recorder.record({ kind: 'pace', t, stretch }), rig.stretch);
  const unlisten = recorder.listen((event) => {
    if (event.kind !== 'listening' || recorder.lives.filter((life) => life.listening !== null).length < scenario.cores)
      return;
    unlisten();
    onListening?.();
  });
  const header = {
    schema: HISTORY_SCHEMA,
    lesson,
    scenario: scenario.name,
    file,
    startedAt: new Date().toISOString(),
    node: process.version,
    platform: process.platform,
  } as const;
  if ('what' in store) {
    place.leave();
    return { ...header, events: [{ kind: 'unavailable', t: 0, ...store }] };
  }
  const env = scenario.env ?? {};
  const occupant = scenario.occupied === true ? await occupy(place.port) : null;
  try {
    const program = await startProgram({
      ...rig,
      ...place,
      cores: scenario.cores,
      cpus: scenario.cpus ?? scenario.cores,
      env,
      store: store.env,
      boots: scenario.boots,
      output: scenario.output,
      recorder,
    });
    const stretch = (): number => Math.min(pace.stretch(), MOST_STRETCH);
    const { cores } = scenario;
    const storing = openStoreStage({ kind: storeKind, opened: store, rig, cores, env, recorder, stretch, signal });
    const stage = openStage({ program, recorder, pace, port: place.port, cores, signal, onStep, storing });
    try {
      await scenario.play(stage);
    } catch (error) {
      if (!(error instanceof ProgramOver) && !signal.aborted) throw error;
    } finally {
      await occupant?.leave();
      await storing.close();
      // with its clients still there, since a worker may live as long as they do
      await program.end(signal.aborted ? 'SIGKILL' : scenario.ending, {
        stretch,
        outlives: scenario.outlives,
      });
      stage.close();
    }
    signal.throwIfAborted();
  } finally {
    await occupant?.leave();
    await store.end();
    place.leave();
  }
  return { ...header, events: recorder.inOrder() };
}

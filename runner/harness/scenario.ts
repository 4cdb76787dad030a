// A scenario: one run of a program, and what is done to it. Runs it and gives its history.
import type { Guard } from './guard.ts';
import { HISTORY_SCHEMA, type Boots, type History } from './history.ts';
import { MOST_STRETCH, openPace } from './pace.ts';
import { takePlace } from './place.ts';
import { occupy, type PortRange } from './port.ts';
import { startProgram } from './program.ts';
import { openRecorder } from './recorder.ts';
import { openStage, type Stage } from './stage.ts';
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

export interface Rig {
  readonly entry: string;
  readonly shadows: Readonly<Record<string, string>>;
  /** Name → file, as the program may import it. */
  readonly given: Readonly<Record<string, string>>;
  readonly probe: string;
  readonly guard: Guard;
  /** How slow this machine was just before. */
  readonly stretch: number;
  readonly workbook: string;
  /** Where runs may put their files for as long as they last. */
  readonly scratch: string;
  readonly ports?: PortRange;
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
  const recorder = openRecorder();
  const pace = openPace(recorder.now, (stretch, t) => recorder.record({ kind: 'pace', t, stretch }), rig.stretch);
  const unlisten = recorder.listen((event) => {
    if (event.kind !== 'listening' || recorder.lives.filter((life) => life.listening !== null).length < scenario.cores)
      return;
    unlisten();
    onListening?.();
  });
  const startedAt = new Date().toISOString();
  const occupant = scenario.occupied === true ? await occupy(place.port) : null;
  try {
    const program = await startProgram({
      ...rig,
      ...place,
      cores: scenario.cores,
      cpus: scenario.cpus ?? scenario.cores,
      env: scenario.env ?? {},
      boots: scenario.boots,
      output: scenario.output,
      recorder,
    });
    const stage = openStage({ program, recorder, pace, port: place.port, cores: scenario.cores, signal, onStep });
    try {
      await scenario.play(stage);
    } catch (error) {
      if (!(error instanceof ProgramOver) && !signal.aborted) throw error;
    } finally {
      await occupant?.leave();
      // with its clients still there, since a worker may live as long as they do
      await program.end(signal.aborted ? 'SIGKILL' : scenario.ending, {
        stretch: () => Math.min(pace.stretch(), MOST_STRETCH),
        outlives: scenario.outlives,
      });
      stage.close();
    }
    signal.throwIfAborted();
  } finally {
    await occupant?.leave();
    place.leave();
  }
  return {
    schema: HISTORY_SCHEMA,
    lesson,
    scenario: scenario.name,
    file,
    startedAt,
    node: process.version,
    platform: process.platform,
    events: recorder.inOrder(),
  };
}

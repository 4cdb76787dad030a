// A twin: the same program, started once more on the same store while the scenario goes on, or after its program has ended.
// Only what its clients see of it is told.
import type { TwinRequestEvent } from './history.ts';
import { openLedger, type AskOptions, type Entry } from './ledger.ts';
import { takePlace } from './place.ts';
import { startProgram } from './program.ts';
import { openRecorder, type Recorder } from './recorder.ts';
import type { Rig } from './rig.ts';

export interface Twin {
  /** Its primary's. */
  readonly pid: number;
  /** How many of its workers listen. */
  listening(): number;
  readonly over: boolean;
  /** One request on a fresh connection. */
  ask(path: string, options?: AskOptions): Promise<Entry>;
  /** So many at once. */
  together(count: number, path: string, options?: AskOptions): Promise<Entry[]>;
  /** Nothing of it is left afterwards. */
  end(): Promise<void>;
}

export interface TwinOptions {
  readonly rig: Rig;
  readonly cores: number;
  readonly env: Readonly<Record<string, string>>;
  /** As in the program that it is a twin of. */
  readonly store: Readonly<Record<string, string>>;
  /** Of the scenario: what is told of the twin is told there, in its time. */
  readonly recorder: Recorder;
  readonly stretch: () => number;
  readonly signal: AbortSignal;
}

/** A request is hanging when it is unanswered 3 s after it was due (contract 4.4). */
const HANGING_MS = 3000;

/** Rejects with NoPort. */
export async function startTwin({ rig, cores, env, store, recorder, stretch, signal }: TwinOptions): Promise<Twin> {
  const place = await takePlace(rig);
  const { port } = place;
  const own = openRecorder();
  const { now, record } = recorder;
  const program = await startProgram({ ...rig, ...place, cores, cpus: cores, env, store, recorder: own }).catch(
    (error: unknown) => {
      place.leave();
      throw error;
    },
  );
  const { pid } = program;
  const tell = (state: 'started' | 'listening' | 'over'): void => record({ kind: 'twin', t: now(), state, pid, port });
  tell('started');
  const listening = (): number =>
    own.lives.filter((life) => life.listening !== null && life.closed === null && life.exited === null).length;
  const unlisten = own.listen(() => {
    if (listening() < cores) return;
    unlisten();
    tell('listening');
  });
  const ledger = openLedger({
    port,
    now,
    record: (event) => {
      if (event.kind === 'request') record(asTwins(event));
    },
    hangingAfter: () => HANGING_MS * stretch(),
  });
  const ask = (path: string, options: AskOptions = {}): Promise<Entry> =>
    ledger.ask(path, { stream: 'twin', signal, ...options });
  let ending: Promise<void> | null = null;

  async function endAll(): Promise<void> {
    try {
      await program.end('SIGKILL', { stretch });
      const survivors = own.events.find((event) => event.kind === 'cleaned' && event.pids.length > 0);
      if (survivors !== undefined) record({ kind: 'trouble', t: now(), what: 'a second program could not be ended' });
    } finally {
      ledger.close();
      unlisten();
      place.leave();
      tell('over');
    }
  }

  return {
    pid,
    listening,
    get over() {
      return program.over;
    },
    ask,
    together: (count, path, options) => Promise.all(Array.from({ length: count }, () => ask(path, options))),
    end: () => (ending ??= endAll()),
  };
}

function asTwins({ reason: _reason, ...request }: Entry): TwinRequestEvent {
  return { ...request, kind: 'twin-request' };
}

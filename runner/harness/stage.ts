// What a scenario can do to a running program: ask it, load it, break it, and wait for what must come of it.
import type { Life, RequestEvent } from './history.ts';
import { openLedger, type AskOptions, type Entry, type Ledger, type Load, type LoadOptions } from './ledger.ts';
import { MOST_STRETCH, type Pace } from './pace.ts';
import { openPressure, type PressureOptions } from './pressure.ts';
import type { Program } from './program.ts';
import type { Recorder } from './recorder.ts';
import { openAsking, type Asking } from './stage/asking.ts';
import { openMeasuring, type Measuring } from './stage/cpu.ts';
import { openFaults, type Faults } from './stage/faults.ts';
import type { StoreStage } from './stage/store.ts';
import { openWaiting, ProgramOver, type Waiting } from './stage/waiting.ts';
import { followWorkers } from './stage/workers.ts';

export interface Stage extends Omit<Asking, 'close'>, Measuring, Faults, Omit<Waiting, 'check'>, StoreStage {
  readonly cores: number;
  /** Workers that listen on PORT now. */
  listening(): readonly Life[];
  readonly lives: readonly Life[];
  readonly now: () => number;
  readonly stretch: () => number;

  /** Tells the learner what is being done, and the history too. */
  step(text: string): void;
  /** Sets a mark that properties can refer to. */
  mark(name: string): void;
  /** A step: waits for as many listening workers as cores, 10 s at most; goes on with fewer, and gives up only where none listens. */
  allListening(): Promise<void>;
  /** Waits until nothing can happen any more by itself, at most so many ms: what a program does late is seen too. */
  comeToRest(ms: number): Promise<void>;

  /** One request on a fresh connection. */
  ask(path: string, options?: AskOptions): Promise<Entry>;
  load(options: LoadOptions): Load;
  /** Stops a load; what was in the hands of dead workers is not waited for. */
  stop(...loads: readonly Load[]): Promise<void>;
  /** Loads autocannon, so that `pressure` has not to wait for that. */
  preparePressure(): void;
  /** autocannon, where nothing breaks. Gives how many were answered. */
  pressure(options: PressureOptions): Promise<number>;
  /** Every message and connection is recorded by itself (quiet steps), or in batches (under load). */
  each(on: boolean): Promise<void>;
  /** Makes every process report what it has counted. */
  flush(): Promise<void>;
  /** Ends the clients. */
  close(): void;
}

export interface StageOptions {
  readonly program: Program;
  readonly recorder: Recorder;
  readonly pace: Pace;
  readonly port: number;
  readonly cores: number;
  readonly signal: AbortSignal;
  readonly onStep: (text: string) => void;
  readonly storing: StoreStage;
}

/** All workers listen 10 s after the start (contract 0.1). */
const LISTENING_MS = 10_000;
/** A request is hanging when it is unanswered 3 s after it was due (contract 4.4). */
const HANGING_MS = 3000;

export function openStage({ program, recorder, pace, port, cores, signal, onStep, storing }: StageOptions): Stage {
  const { now, record } = recorder;
  const workers = followWorkers(recorder);
  const waiting = openWaiting({ program, recorder, pace, signal });
  const ledger: Ledger = openLedger({
    port,
    now,
    record: (event) => record(event.kind === 'request' ? withoutReason(event) : event),
    hangingAfter: () => HANGING_MS * Math.min(pace.stretch(now() - HANGING_MS), MOST_STRETCH),
  });
  const asking = openAsking({ program, recorder, ledger, workers, waiting, port, signal });
  const cannon = openPressure({ port, now, signal });
  const { check, until } = waiting;

  function step(text: string): void {
    check();
    record({ kind: 'step', t: now(), name: text });
    onStep(text);
  }

  return {
    cores,
    lives: recorder.lives,
    now,
    stretch: () => pace.stretch(),
    listening: workers.listening,
    until,
    ended: waiting.ended,
    rest: waiting.rest,
    visit: asking.visit,
    together: asking.together,
    connect: asking.connect,
    reach: asking.reach,
    store: storing.store,
    twin: storing.twin,
    ...openMeasuring({ program, recorder, ledger, workers, waiting, signal }),
    ...openFaults({ program, recorder, pace, ledger, workers, waiting }),

    step,
    mark: (name) => record({ kind: 'mark', t: now(), name }),

    async allListening() {
      step(`waiting for ${cores} workers to listen`);
      await until('all workers listening', () => workers.listening().length >= cores, {
        limit: LISTENING_MS,
        quiet: true,
      });
      // something else than a worker of the cluster may answer: then what it answers says more than that no worker listens
      if (
        workers.listening().length === 0 &&
        (await ledger.ask('/', { stream: 'visits', signal })).outcome === 'refused'
      )
        throw new ProgramOver();
    },

    async comeToRest(ms) {
      await until('the program is at rest', () => false, { limit: ms, quiet: true });
    },

    ask: (path, options) => ledger.ask(path, { signal, ...options }),
    load: (options) => ledger.load({ ...options, abandon: workers.isOrphan }),
    async stop(...loads) {
      await Promise.all(loads.map((load) => load.stop()));
    },

    preparePressure: cannon.prepare,
    async pressure(options) {
      check();
      const account = await cannon.run(options);
      // what the workers themselves have counted is to be in the history before the account is
      await program.flush();
      record({ ...account, t: now() });
      return account.ok;
    },

    each: program.each,
    flush: () => program.flush(),

    close() {
      cannon.close();
      asking.close();
      ledger.close();
      workers.close();
    },
  };
}

function withoutReason({ reason: _reason, ...event }: Entry): RequestEvent {
  return event;
}

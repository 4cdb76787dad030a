// One program on the live page: started and ended as often as it is asked for, and told of ten times a second.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Demonstration, NoPort, openDemonstration, openRig, type Rig } from '#harness';
import {
  type Acted,
  type Action,
  createGatherer,
  type Gatherer,
  type LoadWish,
  type Setting,
  type Side,
  type Tick,
} from '#live';
import type { Shows } from '#workbook';
import { openSaid, type Said } from './demo-said.ts';
import type { Program } from './program.ts';

export interface DemoSide {
  act(action: Action): Promise<Acted>;
  /** Tells what happened since the last time; where nothing runs, that was told at its end. */
  tick(): void;
  /** Nothing of the program is left afterwards. */
  close(): Promise<void>;
}

export interface DemoSideOptions {
  readonly side: Side;
  readonly program: Program;
  /** The workbook's folder. */
  readonly root: string;
  readonly cores: number;
  readonly load: LoadWish;
  readonly knowsSlow: boolean;
  /** What its workers are asked of themselves; null for nothing. */
  readonly shows: Shows | null;
  readonly tell: (tick: Tick) => void;
}

/** One start of the program, from the moment when it was asked for. */
interface Run {
  readonly gatherer: Gatherer;
  demonstration: Demonstration | null;
  said: Said | null;
  closeRig: () => Promise<void>;
  trouble: string | null;
  /** Whether it is, or will be, running. */
  running: boolean;
  /** Its primary has ended; its clients may still go on. */
  hasEnded: boolean;
  /** The time at its end. */
  endedAt: number | null;
}

type ToWorker = Extract<Action, { readonly worker: number }>;

const SLOW = { path: '/slow?ms=1000', dueIn: 1000 };
/** Long enough to be seen. */
const SLOW_BOOT = { how: 'slow', ms: 3000 } as const;
/** So long the clients go on when the program has ended by itself: what becomes of them is worth seeing. */
const CLIENTS_GO_ON_MS = 2000;
const DONE: Acted = { ok: true };
const ENDING = 'The command is ending.';
const NOT_RUNNING = 'The program does not run: start it first.';

export function openDemoSide(options: DemoSideOptions): DemoSide {
  const { side, program, root, cores, knowsSlow, shows, tell: tellTick } = options;
  let setting: Setting = { file: program.shown, cores, policy: null };
  let { load } = options;
  let runs = 0;
  let current: Run | null = null;
  const closing = new AbortController();
  /** Starts and stops, one after the other. */
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = turn.then(act);
    turn = done.catch(() => undefined);
    return done;
  }

  async function start(): Promise<Acted> {
    if (closing.signal.aborted) return refused(ENDING);
    if (current?.running && !current.hasEnded) return DONE;
    if (current?.running) await finish(current);
    runs += 1;
    const run: Run = {
      gatherer: createGatherer({ side, run: runs, setting, now: () => timeOf(run) }),
      demonstration: null,
      said: null,
      closeRig: async () => undefined,
      trouble: null,
      running: true,
      hasEnded: false,
      endedAt: null,
    };
    current = run;
    try {
      run.trouble = await launch(run);
    } catch (error) {
      if (!closing.signal.aborted) run.trouble = `The program could not be started: ${(error as Error).message}`;
    }
    if (run.demonstration === null) await over(run);
    return run.trouble === null ? DONE : refused(run.trouble);
  }

  /** Gives what is in the way, for people. */
  async function launch(run: Run): Promise<string | null> {
    const scratch = path.join(root, '.workbook', 'tmp');
    mkdirSync(scratch, { recursive: true });
    const opened = await openRig({ file: program.file, workbook: root, scratch, signal: closing.signal });
    if (opened.kind === 'unreadable') return `${program.shown} cannot be read: ${opened.why}`;
    if (opened.kind === 'syntax')
      return `${program.shown} does not compile: line ${opened.line}, column ${opened.column}: ${opened.message}`;
    run.closeRig = opened.close;
    return open(run, opened.rig);
  }

  async function open(run: Run, rig: Rig): Promise<string | null> {
    try {
      const demonstration = await openDemonstration(rig, {
        cores: setting.cores,
        policy: setting.policy,
        slow: knowsSlow ? SLOW : null,
        onEvent: run.gatherer.event,
        signal: closing.signal,
      });
      run.demonstration = demonstration;
      demonstration.load(load);
      if (shows !== null) run.said = openSaid(demonstration, shows);
      demonstration.over
        .then(async ({ kind }) => {
          run.hasEnded = true;
          if (kind === 'ended') await pause(CLIENTS_GO_ON_MS, closing.signal);
          await inTurn(() => finish(run));
        })
        .catch((error: Error) => {
          run.trouble = `Something of the program may be left: ${error.message}`;
          tell(run);
        });
      return null;
    } catch (error) {
      if (error instanceof NoPort) return `${error.message}: ${error.why}`;
      throw error;
    }
  }

  async function stop(): Promise<Acted> {
    if (!current?.running) return refused(NOT_RUNNING);
    await finish(current);
    return DONE;
  }

  async function finish(run: Run): Promise<void> {
    if (!run.running || run.demonstration === null) return;
    try {
      await run.demonstration.end(closing.signal.aborted ? 'SIGKILL' : 'SIGTERM');
    } finally {
      run.endedAt = run.demonstration.now();
      await over(run);
    }
  }

  /** Whatever closing its rig leads to, it does not run any more, and that is told. */
  async function over(run: Run): Promise<void> {
    run.running = false;
    run.said?.close();
    try {
      tell(run);
    } finally {
      await run.closeRig();
    }
  }

  function tell({ gatherer, demonstration, said, running, trouble }: Run): void {
    const account = demonstration?.account() ?? NOTHING;
    tellTick(gatherer.tick({ running, load, trouble, account, said: said?.taken() ?? [] }));
  }

  async function toWorker(action: ToWorker): Promise<Acted> {
    const { act, worker } = action;
    const demonstration = current?.running ? current.demonstration : null;
    if (demonstration === null) return refused(NOT_RUNNING);
    if (!demonstration.lives.some((life) => life.worker === worker && life.exited === null))
      return refused(`There is no worker ${worker} that lives.`);
    const isFrozen = demonstration.isFrozen(worker);
    if (isFrozen && (act === 'block' || act === 'freeze' || (act === 'junk' && action.direction === 'up')))
      return refused(`Worker ${worker} is frozen: thaw it first.`);
    if (!isFrozen && act === 'thaw') return refused(`Worker ${worker} is not frozen.`);
    const landed = await doTo(demonstration, action);
    return landed ? DONE : refused(`It did not reach worker ${worker}.`);
  }

  return {
    async act(action) {
      if (closing.signal.aborted) return refused(ENDING);
      switch (action.act) {
        case 'start':
          return inTurn(start);
        case 'stop':
          return inTurn(stop);
        case 'set':
          return inTurn(async () => {
            if (current?.running) await finish(current);
            setting = { ...setting, cores: action.cores, policy: action.policy };
            return start();
          });
        case 'restart':
          if (!current?.running || current.demonstration === null) return refused(NOT_RUNNING);
          return current.demonstration.restart() ? DONE : refused('The primary has ended.');
        case 'shut-down': {
          if (!current?.running || current.demonstration === null) return refused(NOT_RUNNING);
          const { signal, group } = action;
          return current.demonstration.shutDown(signal, { group }) ? DONE : refused('The primary has ended.');
        }
        case 'boots':
          if (!current?.running || current.demonstration === null || current.hasEnded) return refused(NOT_RUNNING);
          current.demonstration.boots(action.how === 'slow' ? SLOW_BOOT : { how: action.how });
          return DONE;
        case 'load': {
          const { connections, mode, perSecond, slowShare } = action;
          load = { connections, mode, perSecond, slowShare };
          if (current?.running) current.demonstration?.load(load);
          else if (current !== null) tell(current);
          return DONE;
        }
        case 'kill':
        case 'block':
        case 'freeze':
        case 'thaw':
        case 'junk':
          return toWorker(action);
        case 'play':
          return refused('This is no saved run: it has no scenarios.');
      }
    },

    tick() {
      if (current?.running) tell(current);
    },

    async close() {
      closing.abort();
      await inTurn(async () => {
        if (current?.running) await finish(current);
      });
    },
  };
}

function doTo(demonstration: Demonstration, action: ToWorker): Promise<boolean> | boolean {
  const { worker } = action;
  switch (action.act) {
    case 'kill':
      return demonstration.kill(worker, action.signal);
    case 'block':
      return demonstration.block(worker, action.ms);
    case 'freeze':
      return demonstration.freeze(worker);
    case 'thaw':
      return demonstration.thaw(worker);
    case 'junk':
      return demonstration.junk(worker, action.direction);
  }
}

/** Before its program is there, nothing has happened; after its end, no more happens. */
function timeOf({ demonstration, endedAt }: Run): number {
  return endedAt ?? demonstration?.now() ?? 0;
}

function refused(why: string): Acted {
  return { ok: false, why };
}

/** Ends early where all is ending. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

const NOTHING = { sent: 0, answered: 0, lost: {}, inFlight: 0, p50: null, p99: null, slowest: null, patience: null };

// Waiting for what a program does: until a condition is met, until its time is up on this machine, or until nothing can come.
import { grantedFor } from '../history.ts';
import { MOST_STRETCH, type Pace } from '../pace.ts';
import type { Program } from '../program.ts';
import type { Recorder } from '../recorder.ts';

/** The program ended, or was stopped, before the scenario was through. What was recorded until then is judged. */
export class ProgramOver extends Error {}

export interface UntilOptions {
  /** ms on an idle machine. */
  readonly limit: number;
  /** How often the condition is tried when nothing happens, in ms; it is tried at every event too unless it is asynchronous. */
  readonly every?: number;
  /** No client is active: give up early where the program is proven to be at rest for good. */
  readonly quiet?: boolean;
}

export interface Waiting {
  /** Throws where the program, or the whole check, is over. */
  check(): void;
  /** Waits for the condition, and records the wait; false where it did not come. Throws ProgramOver where the program ended. */
  until(text: string, condition: () => boolean | Promise<boolean>, options: UntilOptions): Promise<boolean>;
  /**
   * Waits for the primary's own end, so many ms on an idle machine, and records the wait. Unlike `until` it does not throw
   * when the program is over.
   */
  ended(text: string, limit: number): Promise<boolean>;
  /** Lets the program be for so many ms, whatever the machine. */
  rest(ms: number): Promise<void>;
}

export interface WaitingOptions {
  readonly program: Program;
  readonly recorder: Recorder;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

/** Resources that only wait for others: with nothing else in any process, no process can begin anything by itself. */
const PASSIVE = new Set(['ProcessWrap', 'PipeWrap', 'TCPServerWrap', 'TCPSocketWrap', 'TTYWrap', 'SignalWrap']);

export function openWaiting({ program, recorder, pace, signal }: WaitingOptions): Waiting {
  const { now, record } = recorder;

  function check(): void {
    signal.throwIfAborted();
    if (program.over) throw new ProgramOver();
  }

  async function until(
    text: string,
    condition: () => boolean | Promise<boolean>,
    options: UntilOptions,
  ): Promise<boolean> {
    const met = await wait(text, condition, options);
    check();
    return met;
  }

  async function ended(text: string, limit: number): Promise<boolean> {
    const met = await wait(text, () => program.over, { limit, every: 5 });
    signal.throwIfAborted();
    return met;
  }

  async function wait(
    text: string,
    condition: () => boolean | Promise<boolean>,
    { limit, every = 25, quiet = false }: UntilOptions,
  ): Promise<boolean> {
    const from = now();
    let measured = from;
    let looked = from;
    let quiescent = false;
    const stretch = (): number => Math.min(pace.stretch(from), MOST_STRETCH);
    const allowed = (): number => grantedFor(limit, stretch());
    const met = async (): Promise<boolean> => {
      for (;;) {
        if (await condition()) return true;
        if (program.over || signal.aborted) return false;
        const waited = now() - from;
        if (waited >= allowed()) {
          // the machine may have become slow since it was last measured: then the time was not up
          await pace.measure();
          if (waited >= allowed()) return false;
        }
        if (waited > 400 && now() - measured > 1000) {
          measured = now();
          void pace.measure();
        }
        if (quiet && waited > 250 && now() - looked > 250) {
          looked = now();
          if (await atRest()) {
            quiescent = true;
            return await condition();
          }
        }
        await nextEvent(every);
      }
    };
    const result = await met();
    record({
      kind: 'wait',
      t: now(),
      until: text,
      met: result,
      from,
      limit: Math.round(allowed()),
      stretch: stretch(),
      quiescent,
    });
    return result;
  }

  function nextEvent(within: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(late);
        unhear();
        resolve();
      };
      const late = setTimeout(go, within);
      const unhear = recorder.listen((event) => {
        if (
          event.kind !== 'request' &&
          event.kind !== 'answers' &&
          event.kind !== 'taken' &&
          event.kind !== 'handed' &&
          event.kind !== 'begun'
        )
          setImmediate(go);
      });
    });
  }

  /** Two looks, with nothing witnessed between them, that find no process with anything of its own under way. */
  async function atRest(): Promise<boolean> {
    if (!(await nothingUnderWay())) return false;
    const before = recorder.events.length;
    await pause(60);
    return (await nothingUnderWay()) && recorder.events.slice(before).every((event) => event.kind === 'pace');
  }

  async function nothingUnderWay(): Promise<boolean> {
    await program.tree.refresh();
    const pids = program.pids();
    const living = program.tree.living();
    if (living.some((each) => !pids.includes(each.pid))) return false;
    // a worker that is forked and not yet online has nothing to show, and everything before it
    if (recorder.lives.some((life) => life.exited === null && life.online === null)) return false;
    const looks = await Promise.all(living.map((each) => program.order(each.pid, { do: 'look' })));
    return looks.every(
      (look) => look !== null && (look.resources ?? ['unknown']).every((resource) => PASSIVE.has(resource)),
    );
  }

  return {
    check,
    until,
    ended,
    async rest(ms) {
      const end = now() + ms;
      while (now() < end) {
        check();
        await pause(Math.min(25, end - now()));
      }
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

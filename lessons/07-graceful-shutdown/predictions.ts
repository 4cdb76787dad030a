// What answers the predictions of lesson 7: what is run, and what its history says.
import type { Stage } from '#harness';
import { of, type History } from '#history';
import type { Experiments } from '#workbook';

const OVER = 'the program is over';

/** So many slow requests in the hands of workers, a signal, and the end. */
async function endUnderWay(stage: Stage, count: number, send: () => void): Promise<void> {
  await stage.allListening();
  const slow = stage.together(count, '/slow?ms=3000', { stream: 'slow', dueIn: 3000 });
  // connections are dealt in order: when these are answered, those before them have a worker
  await stage.visit(2 * stage.cores);
  stage.step(`sending a signal with ${count} requests under way`);
  send();
  await stage.ended(OVER, 5000);
  await slow;
}

/** One worker is stopped, and the primary is told to end; it is waited for so many ms. */
async function endWithOneStopped(stage: Stage, limit: number): Promise<void> {
  await stage.allListening();
  const [worker] = stage.listening();
  if (worker === undefined) return;
  stage.step('stopping a worker, and sending SIGTERM to the primary');
  stage.freeze(worker);
  stage.signal('SIGTERM');
  await stage.ended(OVER, limit);
}

/** How many of the slow requests were answered; null where they were not under way when the signal came. */
function answered(history: History, count: number): number | null {
  const slow = of(history, 'request').filter(({ stream }) => stream === 'slow');
  const [signal] = of(history, 'fault');
  if (slow.length < count || signal === undefined || slow.some(({ t }) => signal.t > t + 3000)) return null;
  return slow.filter(({ outcome }) => outcome === 'answered').length;
}

export const experiments: Experiments = {
  'no-handler': {
    scenario: {
      name: 'no handler',
      cores: 2,
      ending: 'SIGKILL',
      play: (stage) => endUnderWay(stage, 10, () => stage.signal('SIGTERM')),
    },
    answer(history) {
      const value = answered(history, 10);
      const [ended] = of(history, 'ended');
      const [signal] = of(history, 'fault');
      if (value === null || ended === undefined || signal === undefined) return null;
      const ms = Math.round(ended.t - signal.t);
      return { value, seen: `the primary ended by ${ended.signal ?? `code ${ended.code}`}, ${ms} ms after the signal` };
    },
  },

  'ctrl-c': {
    scenario: {
      name: 'Ctrl-C',
      cores: 2,
      ending: 'SIGKILL',
      play: (stage) => endUnderWay(stage, 6, () => stage.signal('SIGINT', { group: true })),
    },
    answer(history) {
      const value = answered(history, 6);
      const exits = of(history, 'exit').filter(({ signal }) => signal !== null);
      if (value === null) return null;
      return { value, seen: `workers ended by ${exits.map(({ signal }) => signal).join(' and ') || 'no signal'}` };
    },
  },

  'polite-kill': {
    scenario: {
      name: 'polite kill',
      cores: 2,
      ending: 'SIGKILL',
      play: (stage) => endWithOneStopped(stage, 5000),
    },
    answer(history) {
      const frozen = of(history, 'fault').find(({ fault, landed }) => fault === 'freeze' && landed);
      const [ended] = of(history, 'ended');
      const [left] = of(history, 'left');
      if (frozen === undefined || left === undefined || ended?.code !== 1) return null;
      return left.pids.includes(frozen.pid)
        ? { value: 'there', seen: `pid ${frozen.pid} was there ${(left.after / 1000).toFixed(1)} s after its primary` }
        : { value: 'dead', seen: `pid ${frozen.pid} was gone` };
    },
  },

  'exit-code': {
    scenario: {
      name: 'exit code',
      cores: 2,
      ending: 'SIGKILL',
      play: (stage) => endWithOneStopped(stage, 7000),
    },
    answer(history) {
      const frozen = of(history, 'fault').find(({ fault, landed }) => fault === 'freeze' && landed);
      const signal = of(history, 'fault').find(({ fault }) => fault === 'SIGTERM');
      const [ended] = of(history, 'ended');
      const [stop] = of(history, 'stop');
      if (frozen === undefined || signal === undefined || ended === undefined || stop === undefined) return null;
      if (ended.t > stop.t || ended.code === null) return null;
      const seconds = ((ended.t - signal.t) / 1000).toFixed(1);
      return { value: ended.code, seen: `pid ${frozen.pid} was killed, and all was over after ${seconds} s` };
    },
  },
};

// What answers the predictions of lesson 1: what is run, and what its history says.
import { livesOf, of } from '#history';
import type { Experiments } from '#workbook';

const ROUND_ROBIN = { NODE_CLUSTER_SCHED_POLICY: 'rr' };

export const experiments: Experiments = {
  processes: {
    scenario: { name: 'processes', cores: 4, ending: 'SIGKILL', play: (stage) => stage.allListening() },
    answer(history) {
      const workers = livesOf(history).filter((life) => life.listening !== null);
      const processes = of(history, 'hello').filter(({ role }) => role !== 'other');
      const primary = processes.find(({ role }) => role === 'primary');
      if (primary === undefined || workers.length < 4) return null;
      const pids = workers.map(({ pid }) => pid).join(', ');
      return { value: processes.length, seen: `primary ${primary.pid}, workers ${pids}` };
    },
  },

  'primary-answers': {
    scenario: {
      name: 'primary answers',
      cores: 4,
      env: ROUND_ROBIN,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('asking 40 times, on a fresh connection each time');
        await stage.visit(40);
      },
    },
    answer(history) {
      const primary = of(history, 'start')[0]?.pid;
      const answered = of(history, 'request').filter(({ outcome }) => outcome === 'answered');
      if (answered.length < 40) return null;
      const counts = livesOf(history).map(({ pid }) => answered.filter((request) => request.pid === pid).length);
      return {
        value: answered.filter(({ pid }) => pid === primary).length,
        seen: `the workers answered ${counts.join(' + ')}`,
      };
    },
  },

  'nothing-shared': {
    scenario: {
      name: 'nothing shared',
      cores: 4,
      env: ROUND_ROBIN,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('asking 12 times, on a fresh connection each time');
        await stage.visit(12);
      },
    },
    answer(history) {
      const counts = of(history, 'request').flatMap(({ body }) => /^(\d+) counted/.exec(body ?? '')?.[1] ?? []);
      if (counts.length < 12) return null;
      return { value: Math.max(...counts.map(Number)), seen: `the answers said ${counts.join(' ')}` };
    },
  },

  'primary-killed': {
    scenario: { name: 'primary killed', cores: 4, ending: 'SIGKILL', play: (stage) => stage.allListening() },
    answer(history) {
      const left = of(history, 'left').at(-1);
      const workers = livesOf(history).filter((life) => life.listening !== null);
      if (left === undefined || workers.length < 4) return null;
      const what = left.pids.length === 0 ? 'no process of the program' : `pid ${left.pids.join(', ')}`;
      return { value: left.pids.length, seen: `${Math.round(left.after)} ms later ${what} was left` };
    },
  },
};

// What answers the predictions of lesson 2: what is run, and what its history says.
import { livesOf, of } from '#history';
import type { Experiments } from '#workbook';

const REQUESTS = 100;

export const experiments: Experiments = {
  'one-connection': {
    scenario: {
      name: 'one connection',
      cores: 4,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const workers = await stage.reach(1, '/');
        stage.step(`asking ${REQUESTS} times over one connection`);
        const [pid = 0] = workers.pids;
        for (let i = 0; i < REQUESTS; i += 1) await workers.ask(pid, '/', { stream: 'one connection' });
      },
    },
    answer(history) {
      const answered = of(history, 'request').filter(({ stream, pid }) => stream === 'one connection' && pid !== null);
      if (answered.length < REQUESTS || new Set(answered.map(({ conn }) => conn)).size !== 1) return null;
      const pids = [...new Set(answered.map(({ pid }) => pid))];
      return {
        value: pids.length,
        seen: pids.length === 1 ? `pid ${pids[0]} answered all ${REQUESTS}` : `the pids ${pids.join(', ')}`,
      };
    },
  },

  'fresh-connections': {
    scenario: {
      name: 'fresh connections',
      cores: 4,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step(`asking ${REQUESTS} times, on a fresh connection each time`);
        await stage.visit(REQUESTS);
      },
    },
    answer(history) {
      const answered = of(history, 'request').filter(({ outcome }) => outcome === 'answered');
      if (answered.length < REQUESTS) return null;
      const counts = livesOf(history).map(({ pid }) => answered.filter((request) => request.pid === pid).length);
      return { value: Math.max(...counts), seen: `the workers answered ${counts.join(' + ')}` };
    },
  },

  'two-at-once': {
    scenario: {
      name: 'two at once',
      cores: 1,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('sending GET /work twice at once');
        await stage.together(2, '/work');
      },
    },
    answer(history) {
      const both = of(history, 'request').filter(({ path, outcome }) => path === '/work' && outcome === 'answered');
      if (both.length < 2) return null;
      const sent = Math.min(...both.map(({ t }) => t));
      const [first = 0, second = 0] = both.map(({ end }) => Math.round(end - sent)).toSorted((a, b) => a - b);
      return {
        // on a slow machine everything takes longer; only side by side it can take less than twice the work
        value: second < 95 ? 'side by side' : 'one after the other',
        seen: `the first was answered after ${first} ms, the second after ${second} ms`,
      };
    },
  },

  'worker-killed': {
    scenario: {
      name: 'worker killed',
      cores: 4,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const workers = await stage.reach(1, '/');
        const [pid = 0] = workers.pids;
        stage.step('killing a worker that has a request in hand');
        const slow = workers.ask(pid, '/slow', { stream: 'slow', dueIn: 3000 });
        await stage.kill({ choose: (listening) => listening.find((life) => life.pid === pid), inHand: true });
        await slow;
      },
    },
    answer(history) {
      const slow = of(history, 'request').find(({ path }) => path === '/slow');
      const kill = of(history, 'fault').find(({ landed }) => landed);
      if (slow === undefined || kill === undefined) return null;
      const after = Math.round(slow.end - kill.t);
      if (slow.outcome === 'answered')
        return {
          value: slow.status === 200 ? 'another worker' : 'an error',
          seen: `pid ${slow.pid} answered ${slow.status}, ${after} ms after pid ${kill.pid} was killed`,
        };
      return {
        value: 'nothing',
        seen: `pid ${kill.pid} was killed, and ${after} ms later the connection was ${slow.outcome}`,
      };
    },
  },
};

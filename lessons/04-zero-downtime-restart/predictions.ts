// What answers the predictions of lesson 4: what is run, and what its history says.
import type { Reach, Stage } from '#harness';
import { livesOf, of } from '#history';
import type { Experiments } from '#workbook';

/** A worker that has a slow request is told to go; ends when that is answered. Its client keeps the connection. */
async function restartUnderWay(stage: Stage): Promise<{ readonly workers: Reach; readonly pid: number }> {
  await stage.allListening();
  const workers = await stage.reach(1, '/');
  const [pid = 0] = workers.pids;
  stage.step('restarting with a request under way');
  const slow = workers.ask(pid, '/slow?ms=1500', { stream: 'slow', dueIn: 1500 });
  stage.signal('SIGHUP');
  const toldToGo = () =>
    stage.lives.some((life) => life.pid === pid && (life.closed ?? life.disconnected ?? life.exited) !== null);
  await stage.until('the old worker is told to go', toldToGo, { limit: 8000 });
  await slow;
  return { workers, pid };
}

export const experiments: Experiments = {
  'disconnect-only': {
    scenario: {
      name: 'disconnect only',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        const { workers, pid } = await restartUnderWay(stage);
        stage.step('asking 20 times more over that connection');
        for (let i = 0; i < 20; i += 1) await workers.ask(pid, '/', { stream: 'afterwards' });
        workers.close();
      },
    },
    answer(history) {
      const slow = of(history, 'request').find(({ stream }) => stream === 'slow');
      const old = livesOf(history).find(({ pid }) => pid === slow?.pid);
      const afterwards = of(history, 'request').filter(({ stream }) => stream === 'afterwards');
      // it was told to go while the request was under way, or the run shows something else
      if (!slow || !old?.closed || old.closed > slow.end || afterwards.length < 20) return null;
      const late = afterwards.filter(({ pid }) => pid === old.pid);
      const ms = Math.round((late.at(-1)?.end ?? old.closed) - old.closed);
      return { value: late.length, seen: `old pid ${old.pid} still answered ${ms} ms after it had been told to go` };
    },
  },

  'slow-request': {
    scenario: {
      name: 'slow request',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await restartUnderWay(stage);
      },
    },
    answer(history) {
      const slow = of(history, 'request').find(({ stream }) => stream === 'slow');
      const signal = of(history, 'fault')[0];
      const old = livesOf(history).find(({ pid }) => pid === slow?.before);
      if (!slow || !signal || !old?.closed || old.closed > slow.end) return null;
      if (slow.outcome !== 'answered') return { value: 'nobody', seen: `the request was ${slow.outcome}` };
      const age = slow.pid === old.pid ? 'old' : 'new';
      const ms = Math.round(slow.end - old.closed);
      return { value: age, seen: `${age} pid ${slow.pid} answered ${ms} ms after the old one had been told to go` };
    },
  },

  'kills-first': {
    scenario: {
      name: 'kills first',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const before = stage.lives.length;
        const slow = stage.together(10, '/slow?ms=3000', { stream: 'slow', dueIn: 3000 });
        // connections are dealt in order: when these are answered, those before them have a worker
        await stage.visit(4);
        stage.step('restarting with ten requests under way');
        stage.signal('SIGHUP');
        const through = () => stage.lives.filter((life) => life.listening !== null).length === 2 * before;
        await stage.until('all are new', through, { limit: 10_000 });
        await slow;
      },
    },
    answer(history) {
      const slow = of(history, 'request').filter(({ stream }) => stream === 'slow');
      const old = livesOf(history).slice(0, 2);
      const sent = Math.min(...slow.map(({ t }) => t));
      // on a very slow machine they may have been answered before their worker's turn came
      if (slow.length < 10 || old.some(({ exited }) => exited === null || exited > sent + 3000)) return null;
      const lost = slow.filter(({ outcome }) => outcome !== 'answered').length;
      return { value: lost, seen: `they were with the pids ${old.map(({ pid }) => pid).join(' and ')}` };
    },
  },

  'forks-at-every-exit': {
    scenario: {
      name: 'forks at every exit',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const before = [...stage.lives];
        stage.step('restarting');
        stage.signal('SIGHUP');
        const gone = () => before.every((life) => life.exited !== null);
        if (!(await stage.until('the old workers are gone', gone, { limit: 8000 }))) return;
        await stage.comeToRest(3000);
        stage.mark('over');
      },
    },
    answer(history) {
      const over = of(history, 'mark').find(({ name }) => name === 'over');
      if (over === undefined) return null;
      const alive = livesOf(history).filter(
        ({ listening, exited }) => listening !== null && listening < over.t && (exited === null || exited > over.t),
      );
      return { value: alive.length, seen: `the pids ${alive.map(({ pid }) => pid).join(', ')}` };
    },
  },
};

// What answers the predictions of lesson 3: what is run, and what its history says.
import type { Reach, Stage } from '#harness';
import { type History, livesOf, of } from '#history';
import type { Experiments } from '#workbook';

/** Longer than any message is on its way. */
const SETTLED_MS = 500;

/** Five requests to each worker; then waits until no more comes to the total. */
async function askEach(stage: Stage, workers: Reach): Promise<void> {
  stage.step('asking each worker five times');
  for (const pid of workers.pids) for (let i = 0; i < 5; i += 1) await workers.ask(pid, '/', { stream: 'counted' });
  let told = '';
  let since = stage.now();
  await stage.until(
    'the total is at rest',
    async () => {
      const answers = await Promise.all(workers.pids.map((pid) => workers.ask(pid, '/stats', { stream: 'total' })));
      const bodies = answers.map((each) => each?.body).join();
      if (bodies !== told) since = stage.now();
      told = bodies;
      return stage.now() - since > SETTLED_MS;
    },
    { limit: 5000, every: 50 },
  );
}

function messages(history: History, direction: 'up' | 'down'): number {
  return of(history, 'sent')
    .filter((event) => event.direction === direction)
    .reduce((sum, { count }) => sum + count, 0);
}

export const experiments: Experiments = {
  'first-workers-only': {
    scenario: {
      name: 'first workers only',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        await askEach(stage, await stage.reach(1, '/stats'));
        stage.step('killing a worker');
        await stage.kill();
        if (await stage.replacement('replacement', [])) await askEach(stage, await stage.reach(1, '/stats'));
      },
    },
    answer(history) {
      const requests = of(history, 'request').filter(({ outcome }) => outcome === 'answered');
      const counted = requests.filter(({ stream }) => stream === 'counted');
      const last = requests.findLast(({ stream }) => stream === 'total');
      const replacement = livesOf(history).at(2);
      if (counted.length < 20 || last === undefined || replacement === undefined) return null;
      const unheard = of(history, 'received')
        .filter(({ direction, worker }) => direction === 'up' && worker === replacement.worker)
        .reduce((sum, each) => sum + each.unheard, 0);
      const { total } = JSON.parse(last.body ?? '{}') as { total?: number };
      return {
        value: Number(total),
        seen: `nobody listened to ${unheard} messages of the replacement, pid ${replacement.pid}`,
      };
    },
  },

  'a-message-for-each': {
    scenario: {
      name: 'a message for each',
      cores: 4,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('asking 100 times');
        await stage.visit(100);
        await stage.comeToRest(2000);
        await stage.flush();
      },
    },
    answer(history) {
      const answered = of(history, 'request').filter(({ outcome }) => outcome === 'answered').length;
      const [up, down] = [messages(history, 'up'), messages(history, 'down')];
      return answered < 100 ? null : { value: up + down, seen: `${up} to the primary and ${down} from it` };
    },
  },

  batched: {
    scenario: {
      name: 'batched',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('asking 1,000 times over eight connections');
        await stage.pressure({ connections: 8, amount: 1000 });
        await stage.comeToRest(2000);
        await stage.flush();
      },
    },
    answer(history) {
      const load = of(history, 'pressure')[0];
      if (load === undefined || load.ok < 1000) return null;
      const up = messages(history, 'up');
      return {
        value: up < 100 ? 'few' : up < 750 ? 'half' : 'all',
        seen: `${up} messages in ${Math.round(load.t - load.since)} ms`,
      };
    },
  },

  'sent-to-the-dead': {
    scenario: {
      name: 'sent to the dead',
      cores: 3,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const workers = await stage.reach(1, '/stats');
        stage.step('killing a worker, and asking another one before the primary knows');
        const victim = await stage.kill({ lateExit: 1000 });
        const other = workers.pids.find((pid) => pid !== victim?.pid) ?? 0;
        for (let i = 0; i < 5; i += 1) {
          await workers.ask(other, '/', { stream: 'counted' });
          await stage.rest(20);
        }
        await stage.comeToRest(2000);
      },
    },
    answer(history) {
      const victim = of(history, 'fault')[0];
      const asked = of(history, 'request').find(({ stream }) => stream === 'counted');
      if (victim?.landed !== true || asked === undefined) return null;
      const stop = of(history, 'stop')[0]?.t ?? Infinity;
      const ended = of(history, 'ended').find(({ t }) => t < stop);
      const others = livesOf(history).filter(
        ({ pid, exited }) => pid !== victim.pid && exited !== null && exited < stop,
      );
      if (ended === undefined)
        return {
          value: others.length > 0 ? 'another worker' : 'nobody',
          seen: `pid ${victim.pid} was killed, and the primary lives`,
        };
      const how = of(history, 'uncaught').find(({ pid }) => pid === ended.pid)?.error ?? `code ${ended.code}`;
      return { value: 'primary', seen: `primary ${ended.pid} ended with ${how}` };
    },
  },
};

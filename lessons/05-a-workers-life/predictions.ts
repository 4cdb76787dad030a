// What answers the predictions of lesson 5: what is run, and what its history says.
import type { Stage } from '#harness';
import { livesOf, of, type History, type Life, type RequestEvent } from '#history';
import type { Experiments } from '#workbook';

interface Told {
  readonly id: number;
  readonly state: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly planned: boolean | null;
}

/** What an answer to `GET /workers` tells of a worker. */
function toldOf(request: RequestEvent | undefined, life: Life | undefined): Told | undefined {
  if (request?.status !== 200 || life === undefined) return undefined;
  return (JSON.parse(request.body ?? '[]') as Told[]).find(({ id }) => id === life.worker);
}

function readings(history: History): RequestEvent[] {
  return of(history, 'request').filter(({ path }) => path === '/workers');
}

/** Longer than the register may be old. */
const OLD_MS = 600;

async function killOne(stage: Stage): Promise<Life | null> {
  stage.step('killing a worker');
  const victim = await stage.kill();
  await stage.until('it is gone', () => victim !== null && victim.exited !== null, { limit: 5000 });
  return victim;
}

export const experiments: Experiments = {
  killed: {
    scenario: {
      name: 'killed',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        await killOne(stage);
        await stage.until('it is replaced', () => stage.listening().length === stage.cores, { limit: 8000 });
        await stage.rest(OLD_MS);
        await stage.visit(1, '/workers');
      },
    },
    answer(history) {
      const victim = livesOf(history).find(({ signal }) => signal === 'SIGKILL');
      const last = readings(history).at(-1);
      if (victim === undefined || last === undefined) return null;
      const told = toldOf(last, victim);
      const seen = `of worker ${victim.worker} it told ${JSON.stringify(told)}`;
      if (told === undefined) return { value: 'nothing', seen };
      if (told.code === 137) return { value: 'shell', seen };
      return { value: told.code === null && told.planned === false ? 'signal' : 'zero', seen };
    },
  },

  'slow-boot': {
    scenario: {
      name: 'slow boot',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.boots({ each: { how: 'slow', ms: 2000 } });
        await killOne(stage);
        stage.step('asking while its replacement boots');
        const booted = () => stage.listening().length === stage.cores;
        for (let asked = 0; asked < 400 && !booted(); asked += 1) {
          await stage.visit(1, '/workers');
          await stage.rest(25);
        }
      },
    },
    answer(history) {
      const heir = livesOf(history).at(-1);
      if (!of(history, 'boot').some(({ pid, how }) => pid === heir?.pid && how === 'slow')) return null;
      const told = readings(history).flatMap((reading) => toldOf(reading, heir)?.state ?? []);
      const counts = new Map<string, number>();
      for (const state of told) counts.set(state, (counts.get(state) ?? 0) + 1);
      const [most] = [...counts].toSorted(([, one], [, other]) => other - one);
      if (most === undefined || told.length < 10) return null;
      return { value: most[0], seen: `${most[1]} of ${told.length} answers told worker ${heir?.worker} as ${most[0]}` };
    },
  },

  'exit-zero': {
    scenario: {
      name: 'exit with 0',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        stage.step('asking three times for an exit with code 0');
        for (let i = 0; i < 3; i += 1) {
          const alive = stage.lives.filter(({ exited }) => exited === null).length;
          if (alive === 0) break;
          await stage.ask('/exit?code=0');
          const gone = () => stage.lives.filter(({ exited }) => exited === null).length < alive;
          await stage.until('one is gone', gone, { limit: 3000 });
        }
      },
    },
    answer(history) {
      const lives = livesOf(history);
      const alive = lives.filter(({ exited }) => exited === null);
      const asked = of(history, 'request').filter(({ outcome }) => outcome === 'answered').length;
      if (lives.length === 0 || (alive.length > 0 && asked < 3)) return null;
      return { value: alive.length, seen: `${asked} exits were asked for, and ${lives.length} workers ever forked` };
    },
  },

  leaving: {
    scenario: {
      name: 'leaving',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const workers = await stage.reach(2, '/');
        const [pid = 0, other = 0] = workers.pids;
        const slow = workers.ask(pid, '/slow?ms=2000', { stream: 'slow', dueIn: 2000 });
        await stage.rest(50);
        stage.step('asking it to leave');
        await workers.ask(pid, '/leave', { stream: 'leave' });
        await stage.rest(1000);
        await workers.ask(other, '/workers', { stream: 'register' });
        await slow;
      },
    },
    answer(history) {
      const slow = of(history, 'request').find(({ stream }) => stream === 'slow');
      const [reading] = readings(history);
      const leaver = livesOf(history).find(({ pid }) => pid === slow?.pid);
      // it has to be still under way
      if (slow === undefined || reading === undefined || reading.end > slow.end || !leaver?.closed) return null;
      const told = toldOf(reading, leaver);
      if (told === undefined) return null;
      const ms = Math.round(slow.end - reading.end);
      return {
        value: told.state,
        seen: `worker ${leaver.worker} was told as ${told.state}, ${ms} ms before its request was answered`,
      };
    },
  },
};

// What answers the predictions of lesson 6: what is run, and what its history says.
import type { Stage } from '#harness';
import { livesOf, of, type History, type Life } from '#history';
import type { Experiments } from '#workbook';

/** Kills a worker when every new one dies at boot, and ends when so many have. */
async function loop(stage: Stage, deaths: number): Promise<void> {
  await stage.allListening();
  stage.step('killing a worker, and letting every new one die at boot');
  stage.boots({ each: { how: 'dies' } });
  await stage.kill();
  await stage.until(
    `${deaths} have died at boot`,
    () => stage.lives.filter(({ code }) => code === 1).length >= deaths,
    {
      limit: 20_000,
    },
  );
}

/** Those that were forked after the kill, and the kill's victim. */
function looped(history: History): { readonly victim: Life | undefined; readonly forks: readonly Life[] } {
  const [kill] = of(history, 'fault');
  const lives = livesOf(history);
  return {
    victim: lives.find(({ pid }) => pid === kill?.pid),
    forks: lives.filter(({ forked }) => kill !== undefined && forked > kill.t),
  };
}

export const experiments: Experiments = {
  'no-back-off': {
    scenario: { name: 'no back-off', cores: 2, ending: 'SIGKILL', play: (stage) => loop(stage, 10) },
    answer(history) {
      const { victim, forks } = looped(history);
      const [first, last] = [forks[0], forks[9]];
      if (first === undefined || last === undefined) return null;
      const ends = [victim, ...forks].map((life) => life?.exited ?? Infinity);
      const pauses = forks.map(({ forked }, i) => forked - (ends[i] ?? 0)).toSorted((one, other) => one - other);
      const [median = Infinity, longest = 0] = [pauses[Math.floor(pauses.length / 2)], pauses.at(-1)];
      return {
        value: median < 100 ? 'none' : longest > 3 * median ? 'longer' : 'second',
        seen: `ten workers were forked in ${Math.round(last.forked - first.forked)} ms, most of them ${Math.max(1, Math.round(median))} ms after the last death`,
      };
    },
  },

  'back-off': {
    scenario: { name: 'back-off', cores: 2, ending: 'SIGKILL', play: (stage) => loop(stage, 6) },
    answer(history) {
      const { victim, forks } = looped(history);
      const from = victim?.exited ?? null;
      const boots = forks.map((life) => (life.exited ?? Infinity) - life.forked);
      // where a boot takes so long, it is no longer the pauses that are counted
      if (from === null || forks.length < 6 || boots.some((ms) => ms > 400)) return null;
      const times = forks.map(({ forked }) => forked - from);
      const told = times.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ');
      return { value: times.filter((ms) => ms <= 5000).length, seen: `the forks came after ${told}` };
    },
  },

  'who-serves': {
    scenario: {
      name: 'who serves',
      cores: 3,
      ending: 'SIGKILL',
      async play(stage) {
        await loop(stage, 2);
        stage.step('asking 30 times meanwhile');
        await stage.visit(30);
      },
    },
    answer(history) {
      const { forks } = looped(history);
      const visits = of(history, 'request').filter(({ stream }) => stream === 'visits');
      if (visits.length < 30 || forks.some(({ listening }) => listening !== null)) return null;
      const answered = visits.filter(({ outcome }) => outcome === 'answered');
      return {
        value: answered.length,
        seen: `the pids ${[...new Set(answered.map(({ pid }) => pid))].join(' and ')} answered, while ${forks.length} others had died`,
      };
    },
  },

  hangs: {
    scenario: {
      name: 'hangs',
      cores: 2,
      ending: 'SIGKILL',
      async play(stage) {
        await stage.allListening();
        const old = stage.lives.length;
        stage.step('restarting while every new worker hangs at boot');
        stage.boots({ each: { how: 'hangs' } });
        stage.signal('SIGHUP');
        if (
          !(await stage.until('a replacement is online', () => (stage.lives[old]?.online ?? null) !== null, {
            limit: 8000,
          }))
        )
          return;
        await stage.rest(3000);
        stage.mark('over');
      },
    },
    answer(history) {
      const over = of(history, 'mark').find(({ name }) => name === 'over');
      if (over === undefined) return null;
      const alive = livesOf(history).filter(({ exited }) => exited === null || exited > over.t);
      const listening = alive.filter((life) => life.listening !== null);
      return { value: alive.length, seen: `${listening.length} of them listened` };
    },
  },
};

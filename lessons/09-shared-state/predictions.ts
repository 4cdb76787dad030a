// What answers the predictions of lesson 9: what is run, and what its history says.
import type { Scenario } from '#harness';
import { of } from '#history';
import type { Experiments } from '#workbook';

const POST = { method: 'POST' } as const;
const twoCores = { cores: 2, ending: 'SIGKILL' } as const satisfies Partial<Scenario>;

function visitsIn(body: string | null | undefined): number | null {
  try {
    return (JSON.parse(body ?? '') as { visits: number }).visits;
  } catch {
    return null;
  }
}

export const experiments: Experiments = {
  'lost-updates': {
    scenario: {
      ...twoCores,
      name: 'lost updates',
      async play(stage) {
        await stage.allListening();
        // the store is open then
        await stage.visit(4, '/visits');
        stage.step('ten visits at once');
        await stage.together(10, '/visits', { ...POST, dueIn: 1000, stream: 'at once' });
        await stage.ask('/visits', { stream: 'afterwards' });
      },
    },
    answer(history) {
      const visits = of(history, 'request').filter(({ stream }) => stream === 'at once');
      const after = of(history, 'request').find(({ stream }) => stream === 'afterwards');
      const value = visitsIn(after?.body);
      // the last one must have read before the first one wrote
      const met = Math.max(...visits.map(({ t }) => t)) + 500 < Math.min(...visits.map(({ end }) => end));
      if (value === null || visits.some(({ status }) => status !== 200) || !met) return null;
      return { value, seen: `the ten were answered ${visits.map(({ body }) => visitsIn(body)).join(', ')}` };
    },
  },

  'new-program': {
    scenario: {
      ...twoCores,
      name: 'a new program',
      twins: 1,
      async play(stage) {
        await stage.allListening();
        await stage.visit(5, '/visits', POST);
        stage.step('killing the primary, and starting the program anew');
        stage.signal('SIGKILL');
        await stage.ended('the program has ended', 3000);
        const again = await stage.twin();
        await again.ask('/visits', POST);
      },
    },
    answer(history) {
      const before = of(history, 'request').filter(({ status }) => status === 200);
      const [after] = of(history, 'twin-request');
      const value = visitsIn(after?.body);
      if (value === null || before.length < 5) return null;
      return { value, seen: `the last one before was ${visitsIn(before.at(-1)?.body)}` };
    },
  },

  'two-programs': {
    scenario: {
      ...twoCores,
      name: 'two programs',
      twins: 1,
      async play(stage) {
        await stage.allListening();
        stage.step('starting it a second time, on the same store');
        const other = await stage.twin();
        await stage.together(10, '/limited?key=both');
        await other.together(10, '/limited?key=both');
      },
    },
    answer(history) {
      const here = of(history, 'request').filter(({ path }) => path.startsWith('/limited'));
      const there = of(history, 'twin-request');
      const passed = (all: readonly { readonly status: number | null }[]): number =>
        all.filter(({ status }) => status === 200).length;
      if (here.length < 10 || there.length < 10 || [...here, ...there].some(({ status }) => status === 503))
        return null;
      return {
        value: passed(here) + passed(there),
        seen: `${passed(here)} passed at the one, ${passed(there)} at the other`,
      };
    },
  },

  'store-away': {
    scenario: {
      ...twoCores,
      name: 'the store is away',
      async play(stage) {
        await stage.allListening();
        await stage.visit(2, '/visits', POST);
        stage.step('holding the lock of the store');
        await stage.store.freeze();
        await stage.ask('/visits', { ...POST, stream: 'away' });
        await stage.store.thaw();
      },
    },
    answer(history) {
      const away = of(history, 'request').find(({ stream }) => stream === 'away');
      if (away === undefined || !of(history, 'fault').every(({ landed }) => landed)) return null;
      if (away.outcome !== 'answered') return { value: 'waits', seen: 'it was not answered' };
      const ms = Math.round(away.end - away.t);
      return { value: away.status === 503 ? 'told' : 'counted', seen: `it was answered ${away.status} after ${ms} ms` };
    },
  },
};

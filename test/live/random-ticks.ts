// Ticks as chance has them, the same for the same seed: more of everything than a gatherer would tell, in every order.
import type { LossClass } from '#history';
import type { ProcessNews, Side, Tick } from '#live';

/** Numbers from 0 to below 1: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CLASSES: readonly LossClass[] = ['refused', 'reset', 'hanging', 'answered with an error'];
const IS: readonly ProcessNews['is'][] = [
  'forked',
  'online',
  'listening',
  'draining',
  'dead',
  'frozen',
  'thawed',
  'other',
];

/** `busy`: how much is in a tick. */
export function randomTicks(seed: number, count: number, busy = 3): Tick[] {
  const next = chance(seed);
  const below = (most: number) => Math.floor(next() * most);
  const some = <T>(make: () => T): T[] => Array.from({ length: below(busy + 1) }, make);
  const pid = () => 1000 + below(60);
  const clocks = [newClock(), newClock()] as const;
  return Array.from({ length: count }, (): Tick => {
    const side: Side = next() < 0.8 ? 0 : 1;
    const clock = clocks[side];
    if (next() < 0.0005) Object.assign(clock, { ...newClock(), run: clock.run + 1 });
    clock.t += next() < 0.01 ? below(5000) : 80 + below(40);
    const { t } = clock;
    const answered = some(() => ({ pid: pid(), count: below(500) }));
    const lost = some(() => {
      const of = CLASSES[below(CLASSES.length)] as LossClass;
      return { t: t - below(300), n: below(1e6), class: of, pid: next() < 0.5 ? pid() : null, path: '/' };
    });
    clock.answered += answered.reduce((sum, each) => sum + each.count, 0);
    clock.lost += lost.length;
    const inFlight = below(50);
    return {
      side,
      run: clock.run,
      t,
      running: next() < 0.98,
      setting: { file: 'exercise.ts', cores: 1 + below(16), policy: 'rr' },
      load: { connections: below(500), mode: 'keep-alive', perSecond: null, slowShare: next() },
      processes: some(() => {
        const is = IS[below(IS.length)] as ProcessNews['is'];
        const how = is === 'dead' ? (next() < 0.5 ? 'as planned' : 'SIGKILL') : null;
        return { t: t - below(100), pid: pid(), worker: is === 'other' ? null : 1 + below(60), is, how };
      }),
      answered,
      lost,
      messages: some(() => {
        const number = below(60);
        const direction = next() < 0.5 ? 'up' : 'down';
        return {
          t,
          worker: number,
          pid: 1000 + number,
          direction,
          count: 1 + below(9),
          unheard: below(2),
          sample: 'm',
        };
      }),
      faults: some(() => ({ t, what: 'SIGKILL', pid: next() < 0.9 ? pid() : null, landed: next() < 0.9 })),
      output: some(() => ({ t, pid: pid(), stream: 'stdout', text: `line ${below(1000)}` })),
      account: {
        sent: clock.answered + clock.lost + inFlight,
        answered: clock.answered,
        lost: { reset: clock.lost },
        inFlight,
        perSecond: below(20_000),
        p50: next(),
        p99: null,
        slowest: next(),
        patience: 3000,
        forks: below(100),
        messages: { up: below(100), down: below(100), unheard: below(100) },
      },
      boots: 'fine',
      dealt: 'rr',
      said: some(() => ({ pid: pid(), value: String(below(1000)) })),
      ended: null,
      trouble: next() < 0.01 ? 'It was stopped.' : null,
    };
  });
}

function newClock() {
  return { run: 1, t: 0, answered: 0, lost: 0 };
}

// Histories of a crash loop, of a worker that hangs at boot, and of a deploy that cannot succeed, each of two workers.
import { LOOP, WATCHED } from '#checker';
import type { Boot, Event } from '#history';
import { answers, exit, fault, load, mark, pidOf, upAndListening, wait, worker } from './history.ts';

export const two = upAndListening(2);

export function boots(how: 'fine' | 'dies' | 'hangs', t: number): Event {
  return { kind: 'boots', t, each: { how } };
}

export function boot(number: number, t: number, how: Exclude<Boot['how'], 'fine'>): Event {
  return { kind: 'boot', t, pid: pidOf(number), how, ms: how === 'slow' ? 4000 : null };
}

/** Forked then, and dead 50 ms later. */
export function stillborn(number: number, t: number): Event[] {
  return [...worker(number, t, null), boot(number, t + 40, 'dies'), exit(number, t + 50, { code: 1, signal: null })];
}

/** So many of them, one each so many ms. */
export function stillbirths(count: number, from: number, each: number, first = 3): Event[] {
  return Array.from({ length: count }, (_, i) => stillborn(first + i, from + i * each)).flat();
}

/** Forked then, and killed so many ms later; never where that is null. */
export function hung(number: number, t: number, killed: number | null): Event[] {
  return [
    ...worker(number, t, null),
    boot(number, t + 40, 'hangs'),
    ...(killed === null ? [] : [exit(number, t + killed)]),
  ];
}

/** From 1 s to 15 s every new worker dies, and a worker is killed; its clients lose nothing else. */
export const looping = [
  ...two,
  boots('dies', 1000),
  fault('SIGKILL', 1, 1010),
  exit(1, 1012),
  boots('fine', 15_000),
  answers(2, 2000, 80, 'keep-alive'),
  load('keep-alive', 30_000, 80),
];

/** The other one is killed at 30 s, when it has listened all the time, and waited for. */
export const crashed = [fault('SIGKILL', 2, 30_000), exit(2, 30_003)];
export const replaced = (t: number, how: object = {}): Event => wait(LOOP.replaced, 30_001, t, true, how);

/** SIGHUP at 1 s, 15 s of patience, watched until 20 s, and again when workers boot. */
export const deploy = (how: 'dies' | 'hangs'): Event[] => [
  ...two,
  boots(how, 990),
  fault('SIGHUP', 0, 1000),
  wait(LOOP.givenUp, 1000, 16_000, false, { limit: 15_000 }),
  mark(WATCHED, 20_000),
  boots('fine', 20_010),
  answers(1, 2000, 80, 'keep-alive'),
  load('keep-alive', 30_000, 80),
];
export const later = [
  fault('SIGHUP', 0, 20_020),
  ...worker(8, 20_040, 20_090),
  ...worker(9, 20_100, 20_150),
  exit(1, 21_000, { code: 0, signal: null, planned: true }),
  exit(2, 21_100, { code: 0, signal: null, planned: true }),
];
export const laterOver = (met = true, how: object = {}): Event =>
  wait(LOOP.later, 20_021, met ? 21_200 : 31_000, met, how);

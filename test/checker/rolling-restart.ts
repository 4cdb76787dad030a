// A history of a rolling restart: two workers, SIGHUP at 1 s, and two others that replace them one after the other.
import { RESTART } from '#checker';
import type { Event } from '#history';
import { answers, closed, exit, fault, load, upAndListening, wait, worker } from './history.ts';

export const two = upAndListening(2);
export const hup = fault('SIGHUP', 0, 1000);

/** Its server is closed, and it exits 40 ms later, as planned. */
export const gone = (number: number, t: number): Event[] => [
  closed(number, t),
  exit(number, t + 40, { code: 0, signal: null, planned: true }),
];

export const first = [...worker(3, 1010, 1060), ...gone(1, 1070)];
export const second = [...worker(4, 1120, 1170), ...gone(2, 1180)];
export const over = (met = true, how: object = {}): Event => wait(RESTART.over, 1011, met ? 1230 : 11_100, met, how);
export const restarted = [...two, hup, ...first, ...second, over()];
export const loads = [answers(1, 1100, 80), load('busy', 2000, 80)];

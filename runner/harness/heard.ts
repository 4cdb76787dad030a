// What is heard from a process of the program is believed only where it has the shape of a report: any process may write
// to the probes' socket, and a program that goes wild must not be able to take the checker with it.
import type { Report } from './probe/messages.ts';

/** The report that a line is; null where it is none. */
export function asReport(line: string): Report | null {
  const value = parse(line);
  if (typeof value !== 'object' || value === null) return null;
  const report = value as Readonly<Record<string, unknown>>;
  if (!isSay(report['say']) || !isPid(report['pid']) || !isNumber(report['at'])) return null;
  const fields = Object.entries(SHAPES[report['say']]);
  return fields.every(([name, is]) => is(report[name])) ? (value as Report) : null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function isSay(value: unknown): value is Report['say'] {
  return typeof value === 'string' && Object.hasOwn(SHAPES, value);
}

type Is = (value: unknown) => boolean;

const isNumber: Is = (value) => Number.isFinite(value);
const isPid: Is = (value) => Number.isInteger(value) && (value as number) > 0;
const isPort: Is = (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
const isText: Is = (value) => typeof value === 'string';
const isTruth: Is = (value) => typeof value === 'boolean';
const isDirection: Is = (value) => value === 'up' || value === 'down';
const isStream: Is = (value) => value === 'stdout' || value === 'stderr';
const isBoot: Is = (value) => value === 'slow' || value === 'dies' || value === 'hangs';
const isRole: Is = (value) => value === 'primary' || value === 'worker' || value === 'other';
const orNull =
  (is: Is): Is =>
  (value) =>
    value === null || is(value);
const orNone =
  (is: Is): Is =>
  (value) =>
    value === undefined || is(value);
const listOf =
  (is: Is): Is =>
  (value) =>
    Array.isArray(value) && value.every(is);

/** `workerPid` is 0 where a worker could not be started. */
const worker = { worker: isNumber, workerPid: isNumber };

const SHAPES: Readonly<Record<Report['say'], Readonly<Record<string, Is>>>> = {
  hello: { ppid: isNumber, role: isRole, worker: orNull(isNumber), forked: isTruth },
  fork: worker,
  online: worker,
  closed: worker,
  disconnect: worker,
  listening: { ...worker, address: orNull(isText), port: isNumber },
  exit: { ...worker, code: orNull(isNumber), signal: orNull(isText), planned: isTruth },
  boot: { how: isBoot, ms: orNull(isNumber) },
  bound: { port: isNumber },
  serving: { port: isNumber },
  forked: { child: isNumber },
  spawned: { child: isNumber },
  passed: { port: isNumber },
  taken: { ports: listOf(isPort) },
  handed: { ...worker, ports: listOf(isPort) },
  begun: { count: isNumber, finished: isNumber },
  sent: { worker: isNumber, direction: isDirection, count: isNumber, sample: isText },
  received: { worker: isNumber, direction: isDirection, count: isNumber, unheard: isNumber },
  wrote: { stream: isStream, text: isText, length: isNumber },
  uncaught: { error: isText, stack: isText },
  done: { order: isNumber, ok: isTruth, detail: isText, resources: orNone(listOf(isText)), cpuMs: orNone(isNumber) },
};

// The example of a failed check: lesson 3, where the replacement of a killed worker is not heard. As history, findings and result.
import type { Finding } from '#checker';
import { HISTORY_SCHEMA, type Event, type History } from '#history';
import type { CheckResult } from '#report';

const events: Event[] = [
  { kind: 'start', t: 0, pid: 4129, cores: 3, cpus: 3, port: 40_001, env: { PORT: '40001' } },
  { kind: 'fork', t: 30, worker: 1, pid: 4130 },
  { kind: 'fork', t: 32, worker: 2, pid: 4131 },
  { kind: 'fork', t: 34, worker: 3, pid: 4132 },
  ...[1, 2, 3].map((worker): Event => ({
    kind: 'listening',
    t: 60 + worker,
    worker,
    pid: 4129 + worker,
    address: null,
    port: 40_001,
  })),
  { kind: 'received', t: 900, by: 4131, worker: 2, direction: 'up', count: 600, unheard: 0 },
  { kind: 'fault', t: 1200, fault: 'SIGKILL', pid: 4131, worker: 2, inHand: 2, landed: true, detail: '' },
  { kind: 'exit', t: 1204, worker: 2, pid: 4131, code: null, signal: 'SIGKILL', planned: false },
  { kind: 'fork', t: 1210, worker: 4, pid: 4152 },
  { kind: 'listening', t: 1265, worker: 4, pid: 4152, address: null, port: 40_001 },
  { kind: 'received', t: 2000, by: 4152, worker: 4, direction: 'up', count: 500, unheard: 500 },
  { kind: 'received', t: 2900, by: 4152, worker: 4, direction: 'up', count: 511, unheard: 511 },
  { kind: 'stop', t: 3100, signal: 'SIGTERM' },
  // What ends after the stop was ended by the harness, and is no part of the picture.
  { kind: 'exit', t: 3110, worker: 1, pid: 4130, code: null, signal: 'SIGTERM', planned: false },
  { kind: 'ended', t: 3120, pid: 4129, code: null, signal: 'SIGTERM' },
];

export const history: History = {
  schema: HISTORY_SCHEMA,
  lesson: '03',
  scenario: 'kill',
  file: 'lessons/03-ipc-counters/exercise.ts',
  startedAt: '2026-01-05T10:00:00.000Z',
  node: 'v24.0.0',
  platform: 'linux x64',
  events,
};

const chapter = 'docs/03-ipc-counters.md';

export const findings: Finding[] = [
  holds('3.1', 'every request is counted once', 600, '600 answered, total 600 on all 3 workers'),
  holds('2.3', 'a killed worker is replaced', 1, 'worker 2 (pid 4131, SIGKILL) → worker 4 (pid 4152) after 61 ms'),
  {
    ...holds('3.4', "a replacement's requests are counted", 1011, ''),
    status: 'broken',
    expected: 'total 2,745 + the 1,011 requests that worker 4 answered',
    observed: 'total stayed at 2,745: 1,011 messages of worker 4 reached the primary, and no listener heard them',
    cause: "'message' listeners exist for workers 1, 2 and 3 only",
    read: `${chapter}#one-listener-for-every-worker`,
    evidence: [13, 14],
  },
  { ...holds('3.5', 'unknown messages change nothing', 0, 'needs the one above'), status: 'inconclusive' },
];

export const result: CheckResult = {
  lesson: { number: 3, slug: '03-ipc-counters', title: 'IPC counters' },
  file: 'lessons/03-ipc-counters/exercise.ts',
  verdict: 'failed',
  durationMs: 3100,
  findings,
  histories: [history],
  typeErrors: [],
};

export function holds(id: string, says: string, judged: number, summary: string): Finding {
  return {
    id,
    says,
    status: 'holds',
    judged,
    summary,
    expected: null,
    observed: null,
    cause: null,
    read: `${chapter}#${id.replace('.', '')}`,
    scenario: 'kill',
    evidence: [],
  };
}

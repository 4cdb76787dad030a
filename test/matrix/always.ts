// The wrong specimens that every run of the tests judges, each with the reason: what tutorials teach, and at least one
// for each property. `npm run specimens` judges all of them.
import { basename } from 'node:path';
import type { Known } from '../trial/known.ts';

export const ALWAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '01-fork-per-core': {
    'two-workers': 'tutorials: workers hard-coded to 2 (1.1)',
    'cpus-length': 'tutorials: os.cpus().length (1.1)',
    'fixed-port': '0.1',
    'no-line-end': '0.2',
    'one-more-later': '0.3',
    'forking-workers': '0.4',
    'outlives-primary': '0.6',
    'primarys-pid': '1.2',
    'faked-pid': '1.3',
    'primary-answers': '1.4',
    'own-ports': '1.5',
  },
  '02-load-balancing': {
    'two-workers': 'tutorials: workers hard-coded to 2 (1.1)',
    'no-replacement': 'tutorials: exits are only logged (2.3)',
    'exit-code-only': 'tutorials: forks only where the code is not 0 (2.3)',
    'lower-case-port': '0.1',
    'drops-at-first': '0.2',
    'background-worker': '0.3',
    'forks-a-logger': '0.4',
    'heartbeat-stays': '0.6',
    'text-made-once': '1.2 and 1.3',
    'balancing-proxy': '1.4',
    'a-port-for-each': '1.5',
    'work-sleeps': '2.1, without any work',
    'work-in-primary': '2.1, by the wrong process',
    'policy-after-fork': '2.2',
    'replaced-twice': '2.3, too many',
    'pause-while-replacing': '2.4',
  },
  '03-ipc-counters': {
    'hardcoded-two': 'tutorials: workers hard-coded to 2 (0.3)',
    'first-workers-only': 'tutorials: the listener on the first workers only (3.4)',
    'shared-variable': 'beginners: a variable is shared by all workers (3.1 and 3.3)',
    'any-free-port': '0.1',
    'shares-the-primarys-pid': '0.2',
    'one-counter-in-front': '0.4',
    'counts-on-alone': '0.6',
    'no-replacement': '2.3',
    'counts-stats-too': '3.1',
    'total-over-socket': '3.2',
    'guesses-the-total': '3.3',
    'sum-of-the-living': '3.4',
    'every-message-is-a-request': '3.5',
    'three-messages-each': '3.6',
  },
  '04-zero-downtime-restart': {
    'hardcoded-two': 'tutorials: workers hard-coded to 2 (0.3)',
    'disconnect-only': 'tutorials: worker.disconnect() as the whole restart (4.4 and 4.5)',
    'waits-for-online': 'tutorials: the successor is online, and does not listen yet (4.3)',
    'kill-then-fork': 'tutorials: the predecessor goes first (4.3)',
    'server-close-exit': 'tutorials: server.close(() => process.exit(0)) (4.4)',
    'fork-on-every-exit': 'tutorials: a planned exit is replaced a second time (4.6)',
    'one-port-each': '0.1',
    'says-it-leaves': '0.2',
    'proxy-in-front': '0.4',
    orphans: '0.6',
    'crash-is-final': '2.3',
    'two-seconds-at-most': '4.1',
    'no-handler': '4.2',
    'a-round-for-each-signal': '4.7',
    'one-restart-only': '4.8',
  },
};

/** Right programs are judged always. */
export function isAlwaysJudged({ lesson, name, must }: Known): boolean {
  return must.verdict === 'passed' || basename(name) in (ALWAYS[lesson.slug] ?? {});
}

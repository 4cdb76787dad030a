// What a probe reports, as an event of the history.
import type { Event } from './history.ts';
import type { Report } from './probe/messages.ts';

/** `t` is the report's time in the history. Null for what is not told there: answers to orders, children of no concern, and output, which is read itself. */
export function asEvent(report: Report, t: number): Event | null {
  const { pid } = report;
  switch (report.say) {
    case 'hello':
      return {
        kind: 'hello',
        t,
        pid,
        ppid: report.ppid,
        role: report.role,
        worker: report.worker,
        forked: report.forked,
      };
    case 'fork':
    case 'online':
    case 'closed':
    case 'disconnect':
      return { kind: report.say, t, worker: report.worker, pid: report.workerPid };
    case 'listening':
      return {
        kind: 'listening',
        t,
        worker: report.worker,
        pid: report.workerPid,
        address: report.address,
        port: report.port,
      };
    case 'exit':
      return {
        kind: 'exit',
        t,
        worker: report.worker,
        pid: report.workerPid,
        code: report.code,
        signal: report.signal,
        planned: report.planned,
      };
    case 'boot':
      return { kind: 'boot', t, pid, how: report.how, ms: report.ms };
    case 'bound':
    case 'serving':
    case 'passed':
      return { kind: report.say, t, pid, port: report.port };
    case 'forked':
      return { kind: 'forked', t, pid, child: report.child };
    case 'taken':
      return { kind: 'taken', t, pid, ports: report.ports, ages: report.ages };
    case 'handed':
      return {
        kind: 'handed',
        t,
        worker: report.worker,
        pid: report.workerPid,
        ports: report.ports,
        ages: report.ages,
      };
    case 'begun':
      return { kind: 'begun', t, pid, count: report.count, finished: report.finished };
    case 'sent':
      return {
        kind: 'sent',
        t,
        by: pid,
        worker: report.worker,
        direction: report.direction,
        count: report.count,
        sample: report.sample,
      };
    case 'received':
      return {
        kind: 'received',
        t,
        by: pid,
        worker: report.worker,
        direction: report.direction,
        count: report.count,
        unheard: report.unheard,
      };
    case 'uncaught':
      return { kind: 'uncaught', t, pid, error: report.error, stack: report.stack };
    case 'spawned':
    case 'wrote':
    case 'done':
      return null;
  }
}

/** What only the primary's probe can know. */
export function isOfThePrimary(report: Report): boolean {
  switch (report.say) {
    case 'fork':
    case 'online':
    case 'listening':
    case 'closed':
    case 'disconnect':
    case 'exit':
    case 'handed':
      return true;
    case 'sent':
      return report.direction === 'down';
    case 'received':
      return report.direction === 'up';
    default:
      return false;
  }
}

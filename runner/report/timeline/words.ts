// Events in words: what is told of a mark when it is pointed at, and in the text below the picture.
import type { Boot, Boots, Event, Fault, RequestEvent } from '#history';
import { count } from '../numbers.ts';
import { short } from './escape.ts';

/** What a process is called: `worker 2 (pid 4131)`. */
export type Namer = (pid: number | null) => string;

/** A moment, as it is written everywhere: `1.204 s`. */
export function moment(t: number): string {
  return `${(t / 1000).toFixed(3)} s`;
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** What became of a request, as the end of a sentence about it. */
export function fate({ outcome, status, t, end }: RequestEvent): string {
  switch (outcome) {
    case 'answered':
      return `answered ${status}`;
    case 'refused':
      return 'refused';
    case 'reset':
      return 'reset before its answer was whole';
    case 'closed':
      return 'closed unanswered';
    case 'cut':
      return 'cut within its answer';
    case 'hanging':
      return end - t > 1000 ? `left hanging for ${((end - t) / 1000).toFixed(1)} s` : 'left hanging';
    case 'unfinished':
      return 'still under way when the clients were stopped';
  }
}

/** A fault's name, as short as it may stand beside its line. */
export const FAULTS: Readonly<Record<Fault, string>> = {
  SIGKILL: 'SIGKILL',
  SIGHUP: 'SIGHUP',
  SIGTERM: 'SIGTERM',
  SIGINT: 'SIGINT',
  'junk-up': 'unknown messages up',
  'junk-down': 'unknown messages down',
  'hold-up': 'reports held back',
  'hold-down': 'totals held back',
  release: 'released',
  block: 'blocked',
  freeze: 'frozen',
  thaw: 'thawed',
  'store-freeze': 'store frozen',
  'store-thaw': 'store thawed',
};

/** One event as a sentence without its moment. */
export function tell(event: Event, name: Namer): string {
  switch (event.kind) {
    case 'start':
      return `the program started, with ${plural(event.cores, 'core')}, on port ${event.port}`;
    case 'step':
      return `step of the checker: ${event.name}`;
    case 'pace':
      return `this machine takes ${event.stretch.toFixed(1)} times as long as an idle one`;
    case 'wait':
      return `waited ${Math.round(event.t - event.from)} ms for “${short(event.until)}”, which ${event.met ? 'came' : 'did not come'}`;
    case 'mark':
      return `moment of the checker: ${event.name}`;
    case 'bounded':
      return `the program was stopped, it went beyond what a check allows: ${short(event.detail)}`;
    case 'stop':
      return `the checker ended the program (${event.signal})`;
    case 'left':
      return `${Math.round(event.after)} ms after the primary's end ${event.pids.length === 0 ? 'no process was left' : `these were left: ${short(event.pids.join(', '))}`}${event.port ? ', and the port was taken' : ''}`;
    case 'cleaned':
      return event.pids.length === 0 ? 'all was cleaned up' : `not cleaned up: ${short(event.pids.join(', '))}`;
    case 'trouble':
      return `trouble of the workbook's own: ${short(event.what)}`;
    case 'unavailable':
      return `nothing was run: ${event.what}`;
    case 'twin':
      return {
        started: `the same program was started once more, as pid ${event.pid}, on port ${event.port}`,
        listening: `all workers of pid ${event.pid} listen on port ${event.port}`,
        over: `the second program, pid ${event.pid}, is over`,
      }[event.state];
    case 'twin-request':
      return `the second program was asked ${event.method} ${short(event.path)}: ${event.status ?? event.outcome}`;
    case 'hello':
      return `${name(event.pid)} was seen first, started by ${name(event.ppid)}`;
    case 'silent':
      return `${name(event.pid)} lives, and is not witnessed any more`;
    case 'forged':
      return `a report in the name of ${name(event.pid)} was forged: ${short(event.what)}`;
    case 'ended':
      return `${name(event.pid)} ended: ${event.signal ?? `code ${event.code}`}`;
    case 'output':
      return `printed on ${event.stream}: ${short(event.text.trim())}`;
    case 'uncaught':
      return `${name(event.pid)} had an error: ${short(event.error)}`;
    case 'fork':
      return `${name(event.pid)} was forked`;
    case 'online':
      return `${name(event.pid)} came online`;
    case 'listening':
      return `${name(event.pid)} listened on port ${event.port}`;
    case 'closed':
      return `${name(event.pid)} closed its server`;
    case 'disconnect':
      return `${name(event.pid)} was disconnected`;
    case 'exit':
      return `${name(event.pid)} exited: ${event.signal ?? `code ${event.code}`}, ${event.planned ? 'as planned' : 'not planned'}`;
    case 'boots':
      return `from here on ${bootsTold(event)}`;
    case 'boot':
      return `${name(event.pid)} was made to ${BOOTS[event.how]}`;
    case 'serving':
      return `${name(event.pid)} opened its server on port ${event.port}`;
    case 'bound':
      return `${name(event.pid)} bound port ${event.port} for itself alone`;
    case 'forked':
      return `${name(event.pid)} made a child, pid ${event.child}`;
    case 'passed':
      return `${name(event.pid)} sent the connection from port ${event.port} on, over its IPC channel`;
    case 'taken':
      return `${name(event.pid)} took ${plural(event.ports.length, 'connection')}`;
    case 'handed':
      return `the primary dealt ${plural(event.ports.length, 'connection')} to ${name(event.pid)}`;
    case 'held':
      return `the connection from port ${event.port} was held by ${event.pids.map(name).join(' and ') || 'nobody'}`;
    case 'begun':
      return `${name(event.pid)} began ${plural(event.count, 'request')}, and finished ${count(event.finished)}`;
    case 'worked':
      return `${name(event.pid)} took ${event.cpuMs.toFixed(1)} ms of processor time for ${short(event.path, 60)}`;
    case 'sent':
      return `${name(event.by)} sent ${plural(event.count, 'message')} ${event.direction} (worker ${event.worker}): ${short(event.sample, 80)}`;
    case 'received':
      return `${plural(event.count, 'message')} ${event.direction} of worker ${event.worker} arrived at ${name(event.by)}${event.unheard === 0 ? '' : `, ${event.unheard === event.count ? 'and no listener heard any' : `${count(event.unheard)} unheard`}`}`;
    case 'request':
      return `request ${event.n}, ${short(`${event.method} ${event.path}`, 60)} (${short(event.stream, 30)}), ${fate(event)}${event.pid === null ? '' : `, in the name of ${name(event.pid)}`}${saying(event)}`;
    case 'answers':
      return `${plural(event.count, 'answer')} of ${name(event.pid)} (${short(event.stream, 30)}) since ${moment(event.since)}`;
    case 'load':
      return event.state === 'begin'
        ? `load “${short(event.stream, 30)}” began: ${plural(event.connections, 'client')}, ${event.mode}`
        : `load “${short(event.stream, 30)}” ended: ${count(event.sent)} sent, ${count(event.answered)} answered, ${count(event.lost)} lost`;
    case 'pressure':
      return `autocannon sent ${count(event.sent)}: ${count(event.ok)} answered, ${count(event.other + event.errors)} not`;
    case 'fault':
      return `${FAULTS[event.fault] ?? event.fault}${event.fault.startsWith('store') ? '' : ` → ${name(event.pid)}`}${event.inHand > 0 ? `, which had ${plural(event.inHand, 'request')} in hand` : ''}${event.detail === '' ? '' : `; ${short(event.detail)}`}${event.landed ? '' : '; it did not land'}`;
  }
}

const BOOTS: Readonly<Record<Boot['how'], string>> = {
  fine: 'boot as it does by itself',
  slow: 'boot slowly',
  dies: 'die at boot',
  hangs: 'hang at boot',
};

/** The same beside a line of the picture. */
export function bootsInShort({ each, workers = {} }: Boots): string {
  const others = Object.entries(workers).map(([id, { how }]) => `worker ${id} ${SHORTLY[how]}`);
  return [...(each.how === 'fine' && others.length > 0 ? [] : [`new workers ${SHORTLY[each.how]}`]), ...others].join(
    ', ',
  );
}

const SHORTLY: Readonly<Record<Boot['how'], string>> = {
  fine: 'boot',
  slow: 'boot slowly',
  dies: 'die at boot',
  hangs: 'hang at boot',
};

/** What the checker makes of the workers that are forked: `new workers die at boot`. */
export function bootsTold({ each, workers = {} }: Boots): string {
  const others = Object.entries(workers).map(([id, boot]) => `worker ${id} is made to ${BOOTS[boot.how]}`);
  return [
    `new workers ${each.how === 'fine' ? 'boot as they do by themselves' : `are made to ${BOOTS[each.how]}`}`,
    ...others,
  ].join(', ');
}

/** Where it is more than the greeting, what the answer said. */
function saying({ path, body }: RequestEvent): string {
  return path === '/' || body === null ? '' : `: ${short(body.trim(), 80)}`;
}

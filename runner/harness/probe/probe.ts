// Preloaded into every Node process of the program under judgement (NODE_OPTIONS=--require). It sets what the program
// sees of the machine, and reports what happens inside: the cluster's events, messages, connections, requests, errors.
// It must cost little, change nothing that the program could notice by accident, and never keep a process alive.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { isMainThread, type Worker } from 'node:worker_threads';
import { countStandIns, watchUnseenActivity, withoutTimers } from './activity.ts';
import { bootAsTold } from './boot.ts';
import { openChannel, type Say } from './channel.ts';
import { hide, travelAlong } from './children.ts';
import { watchCluster, watchListen } from './cluster.ts';
import { countConnections } from './connections.ts';
import { countMessages } from './ipc.ts';
import { showCores } from './machine.ts';
import type { Order, ProbeSettings } from './messages.ts';
import { redirectModules } from './modules.ts';
import { watchOutput } from './output.ts';

const FLUSH_MS = 50;
/** As often as the page is told. */
const FLUSH_FOR_SHOW_MS = 100;
/** Told one by one between two flushes: beyond it a program that floods its channel is counted as under load. */
const MOST_SINGLES = 100;

/** A program that throws without end is not to be told at full length each time. */
const MOST_ERRORS = 20;
const LONGEST_ERROR = 10_000;

// As it is now: a program that replaces it later does not change how it ends.
const kill = process.kill.bind(process);
const settings = JSON.parse(readFileSync(path.join(__dirname, 'probe.json'), 'utf8')) as ProbeSettings;
leaveNoTrace();
// Preloads run in worker threads too: they see the same machine, and their process is already witnessed.
if (isMainThread) attach(settings);
else {
  hide(process.env, settings.travels);
  showCores(settings);
}

function attach({ socket, port, checker, travels, forShow = false, ...others }: ProbeSettings): void {
  const channel = openChannel(socket, obey, () => kill(process.pid, 'SIGKILL'));
  const say = channel.say;
  const role = cluster.isWorker ? 'worker' : process.ppid === checker ? 'primary' : 'other';
  const worker = cluster.worker?.id ?? null;
  say({ say: 'hello', ppid: process.ppid, role, worker, forked: process.connected === true });

  showCores(others);
  redirectModules(others);
  watchErrors(say);
  const running = new Set<Worker>();
  travelAlong(travels, {
    child({ pid, channel: hasChannel }) {
      if (!hasChannel) say({ say: 'spawned', child: pid });
      // a child with an IPC channel is a fork, whatever its environment is
      else if (role === 'worker') say({ say: 'forked', child: pid });
    },
    thread: (thread) => running.add(thread),
  });

  let each = false;
  let singles = 0;
  const single = (): boolean => each && singles++ < MOST_SINGLES;
  const messages = countMessages(port, say, single);
  const connections = countConnections(port, say, single, forShow);
  const flush = (): void => {
    messages.flush();
    connections.flush();
  };
  const writing = forShow ? watchOutput(say) : null;
  process.on('exit', flush);

  if (role === 'worker') messages.watchWorker();
  else if (role === 'primary') watchCluster(port, say, (forked) => messages.watchPrimary(forked), connections.handed);
  if (role === 'worker') watchListen(say);
  // before unref'd timers are watched
  setInterval(
    () => {
      singles = 0;
      writing?.goOn();
      flush();
    },
    forShow ? FLUSH_FOR_SHOW_MS : FLUSH_MS,
  ).unref();
  const unseen = watchUnseenActivity(port);
  const standIns = role === 'worker' ? countStandIns() : () => 0;
  syncBuiltinESMExports();
  if (worker !== null) bootAsTold(worker, say);

  function obey(order: Order): void {
    const done = (ok: boolean, detail = ''): void => say({ say: 'done', order: order.order, ok, detail });
    switch (order.do) {
      case 'mode':
        each = order.each;
        return done(true);
      case 'flush':
        flush();
        return done(true);
      case 'look':
        return say({
          say: 'done',
          order: order.order,
          ok: true,
          detail: '',
          resources: [
            ...withoutTimers(process.getActiveResourcesInfo(), standIns()),
            ...unseen(),
            ...threadsAmong(running),
          ],
          cpuMs: mainThreadCpuMs(),
        });
      case 'junk':
        return messages.junk(order.worker, order.messages, done);
      case 'block':
        done(true);
        return burn(order.ms);
      case 'hold':
        return messages.hold(order.worker, order.on, done);
      case 'late-exit':
        return messages.late('exit', order.worker, order.ms, done);
      case 'late-disconnect':
        return messages.late('disconnect', order.worker, order.ms, done);
    }
  }
}

/** A thread acts by itself, and shows among the resources only as long as somebody listens to it. */
function threadsAmong(running: Set<Worker>): string[] {
  for (const thread of running) if (thread.threadId < 0) running.delete(thread);
  return Array.from(running, () => 'Thread');
}

function watchErrors(say: Say): void {
  let left = MOST_ERRORS;
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (left-- > 0)
      say({ say: 'uncaught', error: inWords(error), stack: error instanceof Error ? inWords(error.stack) : '' });
  });
}

/** Whatever was thrown may throw again when it is asked for its text. */
function inWords(value: unknown): string {
  try {
    return String(value).slice(0, LONGEST_ERROR);
  } catch {
    return typeof value;
  }
}

/** Where a program that lists what was loaded before it would come upon the probe. */
function leaveNoTrace(): void {
  delete require.cache[__filename];
  const loaded = (process as unknown as { _preload_modules?: readonly string[] })._preload_modules;
  const value = loaded?.filter((name) => name !== __filename) ?? [];
  Reflect.defineProperty(process, '_preload_modules', { value, writable: false, enumerable: true, configurable: true });
}

/** As a loop of the program's own would. */
function burn(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** CPU time of the JavaScript thread alone: where Node cannot tell, the time in which its event loop was active. */
function mainThreadCpuMs(): number {
  const usage = (process as { threadCpuUsage?: () => { user: number; system: number } }).threadCpuUsage?.();
  return usage === undefined ? performance.eventLoopUtilization().active : (usage.user + usage.system) / 1000;
}

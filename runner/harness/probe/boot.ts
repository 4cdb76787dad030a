// How a worker boots, where the checker wants another way than the program's own: slowly, never to an end, or to its death.
import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import type { Boot, Boots } from '../history.ts';
import type { Say } from './channel.ts';

/** What a slow boot shows as its own doing to whoever asks what keeps the process alive. */
const ALIVE_MS = 60_000;

/**
 * Called when the worker is online and its program has not begun. The event loop goes on meanwhile, as while a program
 * awaits its database: the worker hears its primary, and ends with it.
 */
export function bootAsTold(worker: number, say: Say): void {
  const boot = bootOf(worker);
  switch (boot.how) {
    case 'fine':
      return;
    case 'dies':
      say({ say: 'boot', how: 'dies', ms: null });
      return process.exit(1);
    case 'slow':
      say({ say: 'boot', how: 'slow', ms: boot.ms });
      return holdMain((begin) => setTimeout(begin, boot.ms));
    case 'hangs':
      say({ say: 'boot', how: 'hangs', ms: null });
      return holdMain(() => setInterval(() => undefined, ALIVE_MS));
  }
}

/** In `boots.json` beside the probe, from the moment in which the checker wants it. */
function bootOf(worker: number): Boot {
  const file = path.join(__dirname, 'boots.json');
  if (!existsSync(file)) return { how: 'fine' };
  const { each, workers = {} } = JSON.parse(readFileSync(file, 'utf8')) as Boots;
  return workers[worker] ?? each;
}

/** Node's own words on Module.runMain: "patchable by userland". */
function holdMain(later: (begin: () => void) => void): void {
  const internals = Module as unknown as { runMain: (...args: unknown[]) => unknown };
  const { runMain } = internals;
  internals.runMain = (...args) => {
    internals.runMain = runMain;
    later(() => Reflect.apply(runMain, Module, args));
  };
}

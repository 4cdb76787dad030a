// What the program sees of the machine: as many cores as the scenario wants.
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import type { ProbeSettings } from './messages.ts';
import { wrap } from './wrap.ts';

export function showCores({ cores, cpus }: Pick<ProbeSettings, 'cores' | 'cpus'>): void {
  const one = os.cpus()[0];
  // os functions convert to their value (`+os.availableParallelism`), as the real ones do
  Object.assign(os.availableParallelism, { [Symbol.toPrimitive]: () => cores });
  wrap(os, 'availableParallelism', () => cores);
  wrap(os, 'cpus', () =>
    Array.from({ length: cpus }, () => ({
      model: one?.model ?? 'cpu',
      speed: one?.speed ?? 0,
      times: { ...(one?.times ?? { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 }) },
    })),
  );
  if (typeof navigator !== 'undefined') {
    Object.defineProperty(Object.getPrototypeOf(navigator), 'hardwareConcurrency', {
      get: () => cores,
      configurable: true,
      enumerable: true,
    });
  }
  syncBuiltinESMExports();
}

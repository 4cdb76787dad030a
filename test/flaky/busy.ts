// Keeps the cores busy: as many endless loops as there are cores, each in a process that ends when this one does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** In slices, so that it notices when its standard input ends, by whatever death of its parent. */
const LOOP = `process.stdin.on('end', () => process.exit()).resume();
(function spin() { const end = performance.now() + 20; while (performance.now() < end); setImmediate(spin); })();`;

export interface Busy {
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export function keepBusy(cores: number): Busy {
  const loops = Array.from({ length: cores }, () => {
    const child = spawn(process.execPath, ['-e', LOOP], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
    child.stdin.on('error', () => undefined);
    return { child, gone: once(child, 'exit').catch(() => undefined) };
  });
  return {
    pids: loops.flatMap(({ child }) => child.pid ?? []),
    async stop() {
      for (const { child } of loops) child.stdin.end();
      await Promise.all(loops.map(({ gone }) => gone));
    },
  };
}

// Ctrl-C and its like while something runs: the first asks for an orderly end, the second ends at once.
import { constants } from 'node:os';
import { renewCompiler } from './compiler.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** 128 + the signal's number, as shells have it; null where nothing came. */
  readonly code: () => number | null;
  readonly release: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whoever asks for it releases it in the end. What a second signal leaves behind is ended by the harness's guard process. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let code: number | null = null;
  const handle = (name: NodeJS.Signals) => {
    if (code !== null) process.exit(code);
    code = 128 + constants.signals[name];
    renewCompiler();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, handle);
  return {
    signal: controller.signal,
    code: () => code,
    release: () => {
      for (const name of SIGNALS) process.removeListener(name, handle);
    },
  };
}

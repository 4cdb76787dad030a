// The checker's side of the guard: a process beside it that ends the program's tree when the checker itself dies.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { MARKER } from './tree.ts';
import type { Identity } from './tree.ts';

/** What the checker writes to the guard's standard input, one JSON value a line. */
export type GuardMessage =
  | { readonly kind: 'watch'; readonly run: string; readonly root: Identity | null }
  | { readonly kind: 'add'; readonly run: string; readonly member: Identity }
  | { readonly kind: 'forget'; readonly run: string }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'done' };

export interface Guard {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** False from its end on, whatever ended it: from then on nothing is guarded. */
  readonly alive: boolean;
  /**
   * From now on this program ends with the checker. Without `root` it is known by its marker alone: say so before the
   * program is started, and again with its root afterwards, and there is no moment in which it goes unguarded.
   */
  watch(run: string, root?: Identity | null): void;
  /** A member that could not be found again from root, group and marker (`Tree.refresh` gives newcomers). */
  add(run: string, member: Identity): void;
  /** The program was ended and nothing is left of it. */
  forget(run: string): void;
  /** An absolute path that is removed, with all in it, when the checker dies. */
  path(path: string): void;
  /** Lets it exit without ending or removing anything, and waits until it has. */
  done(): Promise<void>;
}

/**
 * Starts the guard, once for a checker process. `entry` is guard-process.ts bundled to plain JavaScript.
 * The guard keeps no event loop alive, and exits by itself when the checker does.
 */
export function startGuard(entry: string): Guard {
  const child = spawn(process.execPath, [entry], {
    // A session of its own: Ctrl-C in the terminal goes to the checker's group and must not end the guard first.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: plainEnvironment(),
    cwd: '/',
  });
  let alive = child.pid !== undefined;
  const gone = once(child, 'exit').catch(() => undefined);
  void gone.then(() => {
    alive = false;
  });
  // A guard that has ended breaks the pipe; `alive` tells.
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe is a socket to Node, which the type of a writable stream does not say.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();

  const tell = (message: GuardMessage): void => {
    if (alive) child.stdin.write(`${JSON.stringify(message)}\n`);
  };
  return {
    pid: child.pid,
    get alive() {
      return alive;
    },
    watch: (run, root = null) => tell({ kind: 'watch', run, root }),
    add: (run, { pid, startedAt }) => tell({ kind: 'add', run, member: { pid, startedAt } }),
    forget: (run) => tell({ kind: 'forget', run }),
    path: (path) => tell({ kind: 'path', path }),
    async done() {
      if (!alive) return;
      child.ref();
      tell({ kind: 'done' });
      child.stdin.end();
      await gone;
    },
  };
}

/** Nothing that changes how Node starts (NODE_OPTIONS and its kin), and not the marker of a run that the checker itself is in. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_') && name !== MARKER);
  return Object.fromEntries(entries);
}

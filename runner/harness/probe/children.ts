// What the harness gives every process by its environment (the probe, and the marks by which it is found again) is kept
// out of the program's sight, and goes along with each child and thread, whatever environment the program gives it.
import childProcess, { ChildProcess } from 'node:child_process';
import threads from 'node:worker_threads';
import type { Travels } from './messages.ts';
import { call, wrap } from './wrap.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Child = { readonly pid?: number };

export interface Born {
  readonly pid: number;
  /** It has an IPC channel, as child_process.fork makes it. */
  readonly channel: boolean;
}

/** What was born: a child process, or a thread of this one. */
export interface Births {
  readonly child: (child: Born) => void;
  readonly thread: (thread: threads.Worker) => void;
}

export function travelAlong(travels: Travels, births: Births): void {
  const { NODE_OPTIONS: preload, ...marks } = travels;
  hide(process.env, travels);

  const optionsWith = (own = ''): string => (own.includes(preload) ? own : `${preload} ${own}`.trim());
  const withOurs = (env: Environment = process.env): Environment => ({
    ...env,
    ...marks,
    NODE_OPTIONS: optionsWith(env['NODE_OPTIONS']),
  });

  // spawn, fork, exec and execFile all come through here; the environment is a list of NAME=value then
  wrap(ChildProcess.prototype as unknown as { spawn: unknown }, 'spawn', (spawn, self, args) => {
    const options = args[0] as { envPairs?: string[] };
    const own = options.envPairs?.find((pair) => pair.startsWith('NODE_OPTIONS='))?.slice('NODE_OPTIONS='.length);
    const ours = Object.entries({ ...marks, NODE_OPTIONS: optionsWith(own) });
    options.envPairs = [
      ...(options.envPairs ?? []).filter((pair) => !ours.some(([name]) => pair.startsWith(`${name}=`))),
      ...ours.map(([name, value]) => `${name}=${value}`),
    ];
    const result = call(spawn, self, args);
    const { pid } = self as Child;
    if (pid !== undefined)
      births.child({ pid, channel: options.envPairs.some((pair) => pair.startsWith('NODE_CHANNEL_FD=')) });
    return result;
  });

  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const)
    wrap(childProcess, name, (run, self, args) => call(run, self, withOptions(args, withOurs)));

  // Node ≥ 22.15: the process becomes another program, and keeps its pid
  if ('execve' in process) {
    wrap(process as unknown as { execve: unknown }, 'execve', (execve, self, [file, argv = [], env]) =>
      call(execve, self, [file, argv, withOurs(env as Environment | undefined)]),
    );
  }

  // A thread with an environment or options of its own reads NODE_OPTIONS anew.
  threads.Worker = new Proxy(threads.Worker, {
    construct(target, [file, options = {}, ...rest], newTarget) {
      const { env, execArgv } = options as { env?: unknown; execArgv?: unknown };
      const anew = typeof env === 'object' || (env === undefined && execArgv !== undefined);
      const given = anew ? { ...options, env: withOurs((env as Environment | null) ?? undefined) } : options;
      const thread = Reflect.construct(target, [file, given, ...rest], newTarget) as threads.Worker;
      births.thread(thread);
      return thread;
    },
  });
}

/** Of the environment that a process or thread sees. What the program itself put into NODE_OPTIONS stays. */
export function hide(env: NodeJS.ProcessEnv, { NODE_OPTIONS: preload, ...marks }: Travels): void {
  for (const name of Object.keys(marks)) delete env[name];
  const own = env['NODE_OPTIONS']?.replace(preload, '').trim();
  if (own === undefined || own === '') delete env['NODE_OPTIONS'];
  else env['NODE_OPTIONS'] = own;
}

/** The options are the last argument, and may be left out: (command, options) and (file, args, options). */
function withOptions(args: readonly unknown[], withOurs: (env?: Environment) => Environment): unknown[] {
  const last = args.at(-1);
  const given = typeof last === 'object' && last !== null && !Array.isArray(last) ? last : undefined;
  const { env } = (given ?? {}) as { env?: Environment };
  const before = (given === undefined ? args : args.slice(0, -1)).filter(
    (arg, i) => i === 0 || (arg !== null && arg !== undefined),
  );
  return [...before, { ...given, env: withOurs(env) }];
}

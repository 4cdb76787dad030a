// What a check needs before it can run scenarios: the program made runnable, the probe made loadable, the guard on watch.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startGuard, type Guard } from './guard.ts';
import { measureStretch } from './pace.ts';
import type { PortRange } from './port.ts';
import { prepare, type Prepared } from './shadow.ts';

export interface Rig {
  readonly entry: string;
  readonly shadows: Readonly<Record<string, string>>;
  /** Name → file, as the program may import it. */
  readonly given: Readonly<Record<string, string>>;
  readonly probe: string;
  readonly guard: Guard;
  /** How slow this machine was just before. */
  readonly stretch: number;
  readonly workbook: string;
  /** Where runs may put their files for as long as they last. */
  readonly scratch: string;
  readonly ports?: PortRange;
}

export interface RigOptions {
  /** The program. */
  readonly file: string;
  /** The workbook's folder. */
  readonly workbook: string;
  /** Where files may be put for as long as the check lasts. */
  readonly scratch: string;
  /** Files that the program may import by a name such as `#app`, wherever it lies. */
  readonly given?: Readonly<Record<string, string>>;
  readonly ports?: PortRange;
  readonly signal?: AbortSignal;
}

export type OpenedRig =
  { readonly kind: 'rig'; readonly rig: Rig; close(): Promise<void> } | Exclude<Prepared, { kind: 'ready' }>;

/** Rejects where `scratch` cannot be written, or with the signal's reason. */
export async function openRig({ file, workbook, scratch, given = {}, ports, signal }: RigOptions): Promise<OpenedRig> {
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(path.join(scratch, 'check-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const [stretch, program] = await withBundler(() => {
      const made = Promise.all([
        // before the scenarios boot side by side: what they themselves take is not this machine's slowness
        measureStretch(),
        prepare(file, path.join(folder, 'program'), { workbook, given }),
        bundle(folder),
      ]);
      return signal === undefined ? made : orAborted(made, signal, remove);
    });
    if (program.kind !== 'ready') {
      remove();
      return program;
    }
    const guard = startGuard(path.join(folder, 'guard-process.cjs'));
    guard.path(folder);
    const rig: Rig = {
      entry: program.entry,
      shadows: program.shadows,
      given,
      probe: path.join(folder, 'probe.cjs'),
      guard,
      stretch,
      workbook,
      scratch: folder,
      ...(ports === undefined ? {} : { ports }),
    };
    return {
      kind: 'rig',
      rig,
      async close() {
        await guard.done();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

let bundling = 0;

/**
 * esbuild works in a process of its own, which is ended as soon as nobody needs it: it is in the terminal's foreground,
 * where Ctrl-C ends it while a menu goes on, and esbuild would ask it in vain ever after.
 */
async function withBundler<T>(use: () => Promise<T>): Promise<T> {
  bundling += 1;
  try {
    return await use();
  } finally {
    bundling -= 1;
    const { stop } = await import('esbuild');
    if (bundling === 0) await stop();
  }
}

/**
 * Ctrl-C ends esbuild too, which then never answers: what it was to make is not waited for. `late` is called where it
 * comes to an end after that.
 */
function orAborted<T>(work: Promise<T>, signal: AbortSignal, late: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
      void work.catch(() => undefined).finally(late);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The probe and the guard run in processes of their own, on plain Node of any version. */
async function bundle(folder: string): Promise<void> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [
      path.join(import.meta.dirname, 'probe', 'probe.ts'),
      path.join(import.meta.dirname, 'guard-process.ts'),
    ],
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
    // written here, since esbuild's own errors do not tell a full disk from a bug
    write: false,
  });
  for (const { path: file, contents } of outputFiles) writeFileSync(file, contents);
}

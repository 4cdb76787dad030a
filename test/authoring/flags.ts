// What can be typed behind `npm run authoring --` and `npm run predictions --`.
import { parseArgs } from 'node:util';
import { findLessons, type Lesson } from '#workbook';
import { KEPT, keptByNpm } from '../trial/kept-flags.ts';

export interface Flags {
  /** Those that are meant: all of them, or one. */
  readonly lessons: readonly Lesson[];
  /** Programs may be started. */
  readonly run: boolean;
}

export type Parsed =
  | { readonly kind: 'flags'; readonly flags: Flags }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly what: string; readonly next: string };

export type Script = 'authoring' | 'predictions';

const OPTIONS = { lesson: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
const NO_RUN = { 'no-run': { type: 'boolean' } } as const;

/** `env` is that of the npm script. Predictions without a run are none. */
export function parseFlags(script: Script, args: readonly string[], env: NodeJS.ProcessEnv): Parsed {
  const meant = keptByNpm(script, Object.keys(OPTIONS), args, env);
  if (meant !== null) return { kind: 'wrong', what: KEPT, next: meant };
  let values: { readonly lesson?: string; readonly help?: boolean; readonly 'no-run'?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: script === 'authoring' ? { ...OPTIONS, ...NO_RUN } : OPTIONS,
    }));
  } catch (error) {
    const what = (error as Error).message.split('. ')[0] ?? 'That cannot be read.';
    return { kind: 'wrong', what, next: `npm run ${script} -- --help` };
  }
  if (values.help) return { kind: 'help' };
  const all = findLessons();
  const lessons = values.lesson === undefined ? all : all.filter(({ number }) => number === Number(values.lesson));
  if (lessons.length === 0 && values.lesson !== undefined)
    return {
      kind: 'wrong',
      what: `There is no lesson \`${values.lesson}\`.`,
      next: `give one of ${all.map(({ number }) => number).join(', ')}`,
    };
  return { kind: 'flags', flags: { lessons, run: values['no-run'] !== true } };
}

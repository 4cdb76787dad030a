// npm keeps flags that are not behind `--` for itself and hands them on as settings: `npm run check 3 --json` arrives as
// `check 3` with npm_config_json=true (npm 10 and 11). Found out here, so that nobody's flag is dropped in silence.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, usages, type Verb } from './usage.ts';

/** The command as it should have been typed, or null where npm kept nothing. */
export function swallowedBy(verb: Verb, args: readonly string[], env: NodeJS.ProcessEnv, root: string): string | null {
  // A script that runs this one hands its own settings on; they were not meant for us.
  if (env.npm_lifecycle_event !== verb) return null;
  const flags = Object.entries(usages[verb].flags as Record<string, { type: string; value?: string }>);
  const kept = flags.flatMap(([name, flag]): { name: string; value: string | null; takes: string | null }[] => {
    // npm reads `--no-x` as x=false, and hands false on as an empty text.
    const negated = name.startsWith('no-');
    const key = `npm_config_${name.replace(/^no-/, '').replaceAll('-', '_')}`;
    const value = env[key];
    const given = negated ? value === '' : value !== undefined && value !== '';
    if (!given || args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)) || isSetting(name, env, root))
      return [];
    return [{ name, value: value === 'true' ? null : (value ?? null), takes: flag.value ?? null }];
  });
  if (kept.length === 0) return null;
  const rest = args.filter((arg) => arg !== '--');
  const lesson = usages[verb].lesson ? rest.slice(0, 1) : [];
  // Of `--file x.ts` npm keeps `--file` alone, and `x.ts` arrives as a word of its own.
  const strays = rest.slice(lesson.length);
  const words = kept.map(({ name, value, takes }) => {
    if (takes === null) return `--${name}`;
    return `--${name} ${value ?? strays.shift() ?? takes}`;
  });
  return [command(verb), ...lesson, '--', ...words, ...strays].join(' ');
}

// Somebody's .npmrc may hold `yes=true` or `json=true` for good; that is not a flag of this command.
function isSetting(name: string, env: NodeJS.ProcessEnv, root: string): boolean {
  const files = [env.npm_config_userconfig, env.npm_config_globalconfig, join(root, '.npmrc')];
  return files.some((file) => {
    if (!file) return false;
    try {
      return new RegExp(`^\\s*${name}\\s*=`, 'm').test(readFileSync(file, 'utf8'));
    } catch {
      return false;
    }
  });
}

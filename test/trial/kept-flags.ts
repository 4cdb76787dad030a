// npm keeps flags that are not behind `--`, and hands them on as settings.

export const KEPT = 'npm kept flags for itself that belong behind `--`.';

/** The command that was meant, where npm kept any of these flags of its script; else null. `env` is that of the script. */
export function keptByNpm(
  script: string,
  names: readonly string[],
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): string | null {
  if (env['npm_lifecycle_event'] !== script) return null;
  const isGiven = (name: string) => args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const words = names.flatMap((name) => {
    const value = env[`npm_config_${name}`];
    if (!value || isGiven(name)) return [];
    return value === 'true' ? `--${name}` : `--${name} ${value}`;
  });
  if (words.length === 0) return null;
  return [`npm run ${script} --`, ...words, ...args.filter((arg) => arg !== '--')].join(' ');
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePlayground } from '../workbook/playground.ts';
import { swallowedBy } from '../../runner/cli/swallowed.ts';
import type { Verb } from '../../runner/cli/usage.ts';

// As npm 10.9 and 11.19 hand them on.
const swallowed = (verb: Verb, args: string[], env: NodeJS.ProcessEnv) =>
  swallowedBy(verb, args, { npm_lifecycle_event: verb, npm_config_yes: '', ...env }, makePlayground());

describe('flags that npm kept', () => {
  test.each([
    [['3'], { npm_config_json: 'true' }, 'npm run check 3 -- --json'],
    [['3', 'x.ts'], { npm_config_file: 'true' }, 'npm run check 3 -- --file x.ts'],
    [['3'], { npm_config_file: 'x.ts' }, 'npm run check 3 -- --file x.ts'],
    [['3'], { npm_config_port_range: '2000-3000' }, 'npm run check 3 -- --port-range 2000-3000'],
    [['3'], { npm_config_type_check: '' }, 'npm run check 3 -- --no-type-check'],
    [[], { npm_config_keep: 'true', npm_config_json: 'true' }, 'npm run check -- --json --keep'],
    [['3'], { npm_config_file: 'true' }, 'npm run check 3 -- --file PATH'],
  ])('%j with %j becomes `%s`', (args, env, command) => {
    expect(swallowed('check', args, env)).toBe(command);
  });

  test('`--yes`, which is a setting of npm itself', () => {
    expect(swallowed('reset', ['3'], { npm_config_yes: 'true' })).toBe('npm run reset 3 -- --yes');
  });
});

describe('is nothing to complain of', () => {
  test("npm's own settings, whatever they are", () => {
    const env = {
      npm_config_audit: 'true',
      npm_config_fund: '',
      npm_config_cache: '/x',
      npm_config_loglevel: 'silent',
    };
    expect(swallowed('check', ['3'], env)).toBeNull();
  });

  test('a flag that came through as well', () => {
    expect(swallowed('check', ['3', '--json'], { npm_config_json: 'true' })).toBeNull();
    expect(swallowed('check', ['3', '--file=x.ts'], { npm_config_file: 'x.ts' })).toBeNull();
  });

  test("another script's settings", () => {
    expect(swallowed('check', ['3'], { npm_lifecycle_event: 'test', npm_config_json: 'true' })).toBeNull();
    expect(swallowedBy('check', ['3'], { npm_config_json: 'true' }, '/')).toBeNull();
  });

  test('what stands in .npmrc for good', () => {
    const npmrc = join(makePlayground(), 'npmrc');
    writeFileSync(npmrc, 'json = true\n');
    expect(swallowed('check', ['3'], { npm_config_json: 'true', npm_config_userconfig: npmrc })).toBeNull();
    expect(swallowed('reset', ['3'], { npm_config_yes: 'true', npm_config_userconfig: npmrc })).not.toBeNull();
  });
});

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { workbookRoot } from '#workbook';

const launcher = join(workbookRoot, 'runner/cli/start.cjs');

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    // The settings of whatever script runs these tests are not meant for the workbook.
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stdout, stderr };
}

/** The launcher alone, in a folder without packages. */
function bareFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'bare-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'runner/cli'), { recursive: true });
  cpSync(launcher, join(root, 'runner/cli/start.cjs'));
  return root;
}

describe('the launcher', () => {
  test('runs the verb that is asked for, without a word on standard error', () => {
    const { status, stdout, stderr } = start([launcher, 'check', '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('npm run check [LESSON] [-- FLAGS]');
  });

  test('ends with the code of the verb', () => {
    expect(start([launcher, 'chek'])).toMatchObject({ status: 64, stdout: '' });
  });

  test('tells of flags that npm kept', () => {
    const env = { npm_lifecycle_event: 'check', npm_config_json: 'true' };
    const { status, stderr } = start([launcher, 'check', '3'], env);
    expect(status).toBe(64);
    expect(stderr).toContain('next  npm run check 3 -- --json');
  });

  test('says which command installs the packages, where they are missing', () => {
    const { status, stderr } = start([join(bareFolder(), 'runner/cli/start.cjs'), 'check', '1']);
    expect(status).toBe(64);
    expect(stderr).toBe("The workbook's packages are not installed.\n  next  npm ci\n");
  });

  test.each(['18.20.8', '20.18.3'])('refuses Node %s', (version) => {
    const root = bareFolder();
    const older = join(root, 'older.cjs');
    writeFileSync(older, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
    const { status, stderr } = start(['--require', older, join(root, 'runner/cli/start.cjs')]);
    expect(status).toBe(64);
    expect(stderr).toContain('needs Node 20.19 or newer');
  });
});

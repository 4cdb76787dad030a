// Runs every block of the book that says it can be run, in a copy of docs/try, and looks for what the book says of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { workbookRoot } from '#workbook';
import { blocks } from './blocks.ts';

/** What a program must print wherever it runs. What depends on the machine's speed or luck is not among it. */
const SHOWN: Readonly<Record<string, readonly RegExp[]>> = {
  'bad-deploy': [
    /goes on .* 2 bad forks, 0 old workers left; a client: ECONNREFUSED$/m,
    /gives up +1 bad fork, 2 old workers left; a client: served$/m,
  ],
  'busy-worker': [/^1 worker$/m, /^2 workers$/m],
  copies: [/json .*seen: \{\}, nan: null/, /advanced .*Map\(1\).*nan: NaN/],
  cores: [/availableParallelism\(\) +\d+/],
  'crash-loop': [/fork at once +\d+ forks.* cores busy/, /back off.* \d+ forks.* cores busy/],
  'disconnect-callback': [/calls back\n[^]*has exited\n.*has exited$/m],
  'event-order': [
    /online[^]*listening[^]*exit +code 0, signal null, exitedAfterDisconnect true/,
    /exit +code 3, signal null, exitedAfterDisconnect false/,
    /exit +code null, signal SIGKILL, exitedAfterDisconnect false/,
  ],
  'express-callback': [/\(\) => …\) +says that it listens; it does: false$/m, /EADDRINUSE; it listens: false$/m],
  'goes-on': [/^goes on +afterwards: busy, busy, busy, busy$/m, /^ends +afterwards: saved, saved, saved, saved$/m],
  'hanging-connection': [/process\.exit\(0\)\) +.*HANGING/, /worker\.disconnect\(\) +answered, answered$/m],
  'hung-boot': [/alone .* 2 old, 1 that hangs; the restart waits$/m, /deadline .* 2 old, 0 that hangs; .* given up$/m],
  jitter: [/the same pauses for all +500 tries, at most 100 in/, /between nothing and all of it +\d+ tries/],
  'last-worker': [/one of 1 killed: .*ECONNREFUSED/, /one of 2 killed: (?!.*ECONNREFUSED)/],
  'lost-update': [
    /read, add, write +20000 visits, \d+ counted, [1-9]\d* lost$/m,
    /added by the store +20000 visits, 20000 counted, 0 lost$/m,
  ],
  'message-cost': [
    /counted not at all .* 0 messages/,
    /each request +10000 messages/,
    /in batches .* [1-9]\d? messages/,
  ],
  'missing-listener': [/replacement +20 sent, 0 heard by worker\.on, 20 by cluster\.on/],
  'never-asked': [/^closeIdleConnections\(\) +0\.5 s later the server is /m, /^closeAllConnections\(\) +.* closed$/m],
  'nothing-shared': [/worker 1 has counted 3/, /worker 2 has counted 3/, /the primary has counted 0/],
  orphan: [/without .* is alive/, /with .* is gone/],
  'port-taken': [/"worker started" +2\n.* 0\n.* 2\n/],
  'price-of-a-worker': [/^4 +\d+ ms +\d+ ms +\d+ MiB$/m],
  'rolling-restart': [/disconnect alone/, /then cut what is idle +\{ answered: \d+ \}/],
  'send-to-the-dead': [
    /worker\.send\(message\) +the primary dies: ERR_IPC_CHANNEL_CLOSED/,
    /'error' listener +the primary lives/,
  ],
  'short-connections': [/ratio(\n +\d+\/s +\d+\/s +\d+\.\d\d){3}/],
  'silent-death': [/ 0 clients, 10 .*: 10 'exit'/, /20 clients, 10 .*: 10 'exit'/],
  'too-early': [/heard: \[ 'sent at listening' \]/],
  'torn-lines': [/^by one call +400 of 400 lines/m, /^by two calls +\d+ of 400 lines/m],
  'twice-replaced': [/2 before, 4 after/, /2 before, 2 after/],
  uneven: [/round 1: \d+ \+ \d+ \+ \d+ \+ \d+$/m, /round 3: /],
  'who-is-signalled': [/alone +0 of 2 workers ended$/m, /group +2 of 2 workers ended: SIGINT, SIGINT$/m],
  'who-is-next': [/fresh connections +A B C D A B C D A B C D/, /one kept connection +A A A A A A A A A A A A/],
};

/** None takes more than a few seconds on a machine that has nothing else to do. */
const LIMIT_MS = 60_000;

const scratch = mkdtempSync(join(tmpdir(), 'book-'));
cpSync(join(workbookRoot, 'docs', 'try'), join(scratch, 'docs', 'try'), { recursive: true });
// as in the workbook, a program finds the packages that come with it
symlinkSync(join(workbookRoot, 'node_modules'), join(scratch, 'node_modules'), 'dir');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const commands = new Set(blocks().flatMap(({ kind, code }) => (kind === 'sh run' ? [code.trim()] : [])));

test.each([...commands].toSorted())(
  '`%s` ends well and shows what the book says',
  { timeout: 90_000 },
  async (command) => {
    const { code, output } = await run(command);
    expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
    const shown = SHOWN[basename(command, '.mjs')];
    expect(shown, 'what it must print').toBeDefined();
    for (const pattern of shown ?? []) expect(output).toMatch(pattern);
  },
);

/** Runs it in a process group of its own, which is ended with it, however it ends. */
async function run(command: string): Promise<{ code: number | null; output: string }> {
  const { NODE_OPTIONS: _options, NODE_CLUSTER_SCHED_POLICY: _policy, ...env } = process.env;
  const [program = '', ...args] = command.split(' ');
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: scratch,
    env: { ...env, NO_COLOR: '1' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece) => (output += piece));
  const timer = setTimeout(() => endGroup(child.pid), LIMIT_MS);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  endGroup(child.pid);
  return { code, output };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody of it is left
  }
}

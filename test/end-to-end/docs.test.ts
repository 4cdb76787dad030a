// `npm run docs` as a process: it serves until Ctrl-C, and then nothing is left of it.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantWorkbook, startCommand } from './workbook.ts';
import { until } from '../harness/until.ts';

let workbook: ReturnType<typeof plantWorkbook>;

beforeAll(() => {
  workbook = plantWorkbook();
});

afterAll(() => workbook.remove());

test.each(['SIGINT', 'SIGTERM'] as const)(
  'docs serves a chapter, and %s ends it, also while a page listens',
  async (signal) => {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}/03-ipc-counters.html`;
    const command = startCommand(workbook.root, ['docs', '3', '--port', String(port)]);
    try {
      const page = await until(() => fetch(address).catch(() => null));
      expect(await page.text()).toContain('<h1 id="ipc-counters">');
      const listening = await fetch(new URL('/live?lesson=03', address));
      const reader = listening.body?.getReader();
      expect((await reader?.read())?.done).toBe(false);
      command.kill(signal, 'group');
      const { code, stdout } = await command.ended;
      expect(code).toBe(0);
      expect(stdout).toContain(address);
      expect(await command.everything()).toEqual([]);
      const socket = connect(port, '127.0.0.1');
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    } finally {
      for (const pid of await command.everything()) process.kill(pid, 'SIGKILL');
    }
  },
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// `demo` around its page: how the browser is told of it, and that whatever fails leaves nothing open.
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test, vi } from 'vitest';
import { workbookRoot } from '#workbook';
import { type Opened, serve } from '../../runner/cli/demo-serve.ts';
import { newShow } from '../live/server.ts';
import { setScene } from './surroundings.ts';

const outside = vi.hoisted(() => ({ interrupt: new AbortController(), released: 0, browsed: [] as string[] }));

vi.mock('../../runner/cli/interrupt.ts', () => ({
  listenForInterrupt: () => ({
    signal: outside.interrupt.signal,
    code: () => null,
    release: () => {
      outside.released += 1;
    },
  }),
}));

vi.mock('../../runner/cli/open-browser.ts', () => ({
  openBrowser: (address: string) => outside.browsed.push(address),
}));

beforeEach(() => {
  Object.assign(outside, { interrupt: new AbortController(), released: 0, browsed: [] });
});

const PLACE = { port: 0, host: '127.0.0.1', class: false, open: false };

/** Interrupted as soon as it is served; `looked` is called before. */
function opened(how: Partial<Opened> & { readonly looked?: () => void } = {}): Opened {
  return {
    show: newShow(),
    async begin() {
      how.looked?.();
      outside.interrupt.abort();
    },
    close: how.close ?? (async () => undefined),
  };
}

async function isRefused(port: number): Promise<boolean> {
  const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
  return error.code === 'ECONNREFUSED';
}

test('a show that cannot be closed is no reason to go on serving its page', async () => {
  const { surroundings, seen } = setScene();
  const stuck = opened({
    close: async () => {
      throw new Error('it is stuck');
    },
  });
  await expect(serve(stuck, PLACE, surroundings)).rejects.toThrow('it is stuck');
  const port = Number(/http:\/\/127\.0\.0\.1:(\d+)\/#key=/.exec(seen())?.[1]);
  expect(await isRefused(port)).toBe(true);
  expect(outside.released).toBe(1);
});

test('the browser is given a file that its owner alone can read, and that is gone at the end', async () => {
  const { surroundings, seen } = setScene();
  let text = '';
  let mode = 0;
  const show = opened({
    looked: () => {
      const file = fileURLToPath(outside.browsed[0] ?? '');
      text = readFileSync(file, 'utf8');
      mode = statSync(file).mode & 0o777;
    },
  });
  expect(await serve(show, { ...PLACE, open: true }, surroundings)).toBe(0);
  const [address = '', key = ''] = /http:\/\/127\.0\.0\.1:\d+\/#key=([\w-]+)/.exec(seen()) ?? [];
  expect(key.length).toBeGreaterThan(20);
  expect(outside.browsed).toEqual([expect.stringMatching(/^file:\/\/.*\.workbook\/tmp\/open-[\w-]+\.html$/)]);
  expect(outside.browsed[0]).not.toContain(key);
  expect(text).toContain(`content="0; url=${address}"`);
  expect(mode).toBe(0o600);
  expect(existsSync(fileURLToPath(outside.browsed[0] ?? ''))).toBe(false);
});

test('the board has an address of its own, which does not hold the page’s key', async () => {
  const { surroundings, seen } = setScene();
  await serve(opened(), { ...PLACE, class: true }, { ...surroundings, root: workbookRoot });
  const [page, board] = [...seen().matchAll(/#key=([\w-]+)/g)].map(([, key]) => key);
  expect(seen()).toMatch(/The class board is at http:\/\/127\.0\.0\.1:\d+\/class#key=/);
  expect(board?.length).toBeGreaterThan(20);
  expect(board).not.toBe(page);
});

// Opens an address in the browser, where the system knows how.
import { spawn } from 'node:child_process';
import type { Surroundings } from './surroundings.ts';

export function openBrowser(address: string, { stderr }: Surroundings): void {
  const [opener, ...words] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open'];
  const child = spawn(opener as string, [...words, address], { stdio: 'ignore', detached: true });
  child.once('error', () =>
    stderr.write(`There is no \`${opener}\` to open a browser with: open the address yourself.\n`),
  );
  child.unref();
}

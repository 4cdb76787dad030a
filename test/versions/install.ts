// Installs a package from npm into a folder of its own, beside the project and unknown to it.
import { spawn } from 'node:child_process';

/** An installation takes half a minute on a slow line; npm itself retries for much longer where there is no line at all. */
const INSTALL_MS = 240_000;

/** What went wrong; null where it went well. A folder for each: npm takes away what it finds beside what it is asked for. */
export async function installPackage(spec: string, folder: string, signal: AbortSignal): Promise<string | null> {
  const words = ['install', '--prefix', folder, spec];
  const flags = [
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--fetch-retries=1',
  ];
  const npm = process.env['npm_execpath'];
  // The npm that runs us; started by hand there is none.
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(INSTALL_MS);
    const child = spawn(command, [...first, ...words, ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: AbortSignal.any([signal, limit]),
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) => resolve(limit.aborted ? 'it took too long' : error.message));
    child.once('close', (code) => resolve(code === 0 ? null : errorOf(stderr)));
  });
}

/** npm says much; what people understand is its first line that is neither a code nor a place. */
export function errorOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .filter((line) => /^npm (ERR!|error)/.test(line))
    .map((line) => line.replace(/^npm (ERR!|error)\s*/, ''));
  const words = lines.find((line) => line !== '' && !/^(code|errno|syscall|path|A complete log)\b/.test(line));
  return words ?? lines[0] ?? 'npm gave no reason';
}

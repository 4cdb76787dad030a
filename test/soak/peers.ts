// What the solutions are compared with: packages in a fixed version, installed into a folder of their own below
// `.workbook/peers`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from '../versions/install.ts';

export const PEERS = { pm2: '7.0.4', recluster: '1.0.0' } as const;
export type Peer = keyof typeof PEERS;

export type Had =
  /** The folder with its package, and with those that it needs. */
  | { readonly kind: 'peer'; readonly modules: string }
  | { readonly kind: 'failed'; readonly what: string; readonly next: string };

/** What there is already is taken, without the network. */
export async function havePeer(peer: Peer, folder: string, signal: AbortSignal): Promise<Had> {
  const own = join(folder, peer);
  const modules = join(own, 'node_modules');
  if (versionOf(join(modules, peer)) === PEERS[peer]) return { kind: 'peer', modules };
  const trouble = await installPackage(`${peer}@${PEERS[peer]}`, own, signal);
  if (trouble === null && versionOf(join(modules, peer)) === PEERS[peer]) return { kind: 'peer', modules };
  return {
    kind: 'failed',
    what: `${peer} ${PEERS[peer]} could not be installed: ${trouble ?? 'npm installed something else'}`,
    next: 'the same command once more, with a network',
  };
}

function versionOf(folder: string): string | null {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version : null;
}

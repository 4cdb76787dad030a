// The programs that are soaked: solutions, and what they are compared with.
import { join } from 'node:path';
import { called, solutions, specimens } from '../trial/known.ts';
import type { Peer } from './peers.ts';

export const DEEDS = ['restarts', 'shutdowns', 'deploys'] as const;
export type Deed = (typeof DEEDS)[number];

export interface Program {
  readonly name: string;
  readonly kind: 'solution' | 'tutorial' | 'peer';
  readonly deeds: readonly Deed[];
  /** Absolute. With a peer it is what serves in the workers, and has no line about clusters. */
  readonly file: string;
  /** Who starts and replaces the workers, where the program itself does not. */
  readonly peer: Peer | null;
  /** How long a peer lets an old worker live, in s; null for as long as it does by itself. */
  readonly patience: number | null;
}

/** What is done to which of the programs that the lessons know. Specimens are those that show what tutorials show. */
const KNOWN: Readonly<Record<string, readonly Deed[]>> = {
  '04 solution': ['restarts'],
  '06 solution': ['deploys'],
  '07 solution': ['shutdowns'],
  '04 wrong/disconnect-only': ['restarts'],
  '04 wrong/server-close-exit': ['restarts'],
  '04 wrong/kill-then-fork': ['restarts'],
  '06 wrong/tutorial': ['deploys'],
  '07 wrong/exits-at-once': ['shutdowns'],
};

/** Longer than the longest request, and the grace before it. */
const PATIENT_S = 8;

export function allPrograms(): readonly Program[] {
  const known = [...solutions(), ...specimens()].flatMap((each): Program[] => {
    const deeds = KNOWN[called(each)];
    const kind = each.name === 'solution' ? 'solution' : 'tutorial';
    return deeds === undefined
      ? []
      : [{ name: called(each), kind, deeds, file: each.file, peer: null, patience: null }];
  });
  return [
    ...known,
    served('pm2', 'naive', null),
    served('pm2', 'close', null),
    served('pm2', 'goodbye', PATIENT_S),
    served('recluster', 'naive', null),
    served('recluster', 'goodbye', PATIENT_S),
  ];
}

function served(peer: Peer, app: string, patience: number | null): Program {
  const file = join(import.meta.dirname, 'apps', `${app}.mjs`);
  return { name: `${peer} ${app}`, kind: 'peer', deeds: DEEDS, file, peer, patience };
}

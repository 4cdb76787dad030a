// Which workers listen now, and whose a client's connection is.
import { claimsOf, type Claim, type Life } from '../history.ts';
import type { Recorder } from '../recorder.ts';

export interface Workers {
  /** Those that listen on PORT now, without those that were killed, whose exit may not be told yet. */
  listening(): readonly Life[];
  killed(pid: number): void;
  /** Ports are used again: a report from before the connection was opened is about another one. */
  ownerSince(conn: number, opened: number): number | null;
  /** The report of who took a connection may come a moment after its answer. */
  ownerSoon(conn: number, opened: number): Promise<number | null>;
  /** Nobody will ever answer on this connection: all who took it, or were dealt it, have exited. */
  isOrphan(conn: number, opened: number): boolean;
  close(): void;
}

/** A worker that leaves refuses what it is dealt, and the primary deals it to another one: its report may be later than the exit. */
const DEALT_AGAIN_MS = 100;
/** A connection is seldom dealt more often; older claims are about others from the same port. */
const MOST_CLAIMS = 8;

export function followWorkers({ lives, listen, now }: Pick<Recorder, 'lives' | 'listen' | 'now'>): Workers {
  /** By the client's port. */
  const takenBy = new Map<number, Claim>();
  const dealtTo = new Map<number, Claim[]>();
  const dead = new Set<number>();
  const unlisten = listen((event) => {
    if (event.kind === 'taken')
      for (const claim of claimsOf(event))
        if (claim.t >= (takenBy.get(claim.port)?.t ?? -Infinity)) takenBy.set(claim.port, claim);
    if (event.kind === 'handed')
      for (const claim of claimsOf(event))
        dealtTo.set(claim.port, [...(dealtTo.get(claim.port) ?? []).slice(1 - MOST_CLAIMS), claim]);
    // another process may get this pid
    if (event.kind === 'exit') dead.delete(event.pid);
  });
  const isListening = (life: Life): boolean =>
    life.listening !== null &&
    life.closed === null &&
    life.exited === null &&
    life.disconnected === null &&
    !dead.has(life.pid);

  /** Who took it says more than to whom it was dealt, which may be several. */
  function ownersSince(conn: number, opened: number): readonly number[] {
    const taken = takenBy.get(conn);
    if (taken !== undefined && taken.t >= opened) return [taken.pid];
    return (dealtTo.get(conn) ?? [])
      .filter(({ t }) => t >= opened)
      .toSorted((one, other) => one.t - other.t)
      .map(({ pid }) => pid);
  }

  function ownerSince(conn: number, opened: number): number | null {
    return ownersSince(conn, opened).at(-1) ?? null;
  }

  return {
    listening: () => lives.filter(isListening),
    killed: (pid) => void dead.add(pid),
    ownerSince,
    async ownerSoon(conn, opened) {
      for (let tries = 0; tries < 20; tries += 1) {
        const owner = ownerSince(conn, opened);
        if (owner !== null) return owner;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return null;
    },
    isOrphan(conn, opened) {
      const owners = ownersSince(conn, opened);
      const known = now() - DEALT_AGAIN_MS;
      return (
        owners.length > 0 &&
        owners.every((pid) => lives.some((life) => life.pid === pid && life.exited !== null && life.exited < known))
      );
    },
    close: unlisten,
  };
}

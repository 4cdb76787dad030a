// Which workers listen now, and whose a client's connection is.
import type { Life } from '../history.ts';
import type { Recorder } from '../recorder.ts';

export interface Workers {
  /** Those that listen on PORT now, without those that were killed, whose exit may not be told yet. */
  listening(): readonly Life[];
  killed(pid: number): void;
  /** Ports are used again: a report from before the connection was opened is about another one. */
  ownerSince(conn: number, opened: number): number | null;
  /** The report of who took a connection may come a moment after its answer. */
  ownerSoon(conn: number): Promise<number | null>;
  /** Nobody will ever answer on this connection: a handed-over connection is never handed to another worker. */
  isOrphan(conn: number, opened: number): boolean;
  close(): void;
}

export function followWorkers({ lives, listen }: Recorder): Workers {
  /** Who took a connection last that came from this port of a client, and when that was told. */
  const ownerOf = new Map<number, { readonly pid: number; readonly t: number }>();
  const dead = new Set<number>();
  const unlisten = listen((event) => {
    if (event.kind === 'taken' || event.kind === 'handed') for (const client of event.ports) ownerOf.set(client, event);
  });
  const isListening = (life: Life): boolean =>
    life.listening !== null &&
    life.closed === null &&
    life.exited === null &&
    life.disconnected === null &&
    !dead.has(life.pid);

  function ownerSince(conn: number, opened: number): number | null {
    const owner = ownerOf.get(conn);
    return owner !== undefined && owner.t >= opened ? owner.pid : null;
  }

  return {
    listening: () => lives.filter(isListening),
    killed: (pid) => void dead.add(pid),
    ownerSince,
    async ownerSoon(conn) {
      for (let tries = 0; tries < 20; tries += 1) {
        const owner = ownerOf.get(conn);
        if (owner !== undefined) return owner.pid;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return null;
    },
    isOrphan(conn, opened) {
      const owner = ownerSince(conn, opened);
      return owner !== null && lives.some((life) => life.pid === owner && life.exited !== null);
    },
    close: unlisten,
  };
}

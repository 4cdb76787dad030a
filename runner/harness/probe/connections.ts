// The connections that a process took up or dealt, and the requests on PORT that it began and finished.
import type { Worker } from 'node:cluster';
import { subscribe } from 'node:diagnostics_channel';
import type net from 'node:net';
import type { Connections } from '../history.ts';
import { now, type Say } from './channel.ts';
import { isStandIn } from './stand-in.ts';

interface Taken extends net.Socket {
  /** Whose 'connection' it is: lib/net sets it. */
  readonly server?: { readonly _handle?: object | null };
}

/**
 * `single` says whether a connection is to be told at once, or counted until the next flush. For a show each connection is
 * told once only, by the primary where it deals them, and requests are not counted: both cost what is shown.
 */
export function countConnections(port: number, say: Say, single: () => boolean, forShow: boolean) {
  let taken = openBatch();
  let begun = 0;
  let finished = 0;
  const dealt = new Map<Worker, Batch>();
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Taken };
    if (forShow && isDealt(socket)) return;
    if (socket.localPort !== port || socket.remotePort === undefined) return;
    taken.add(socket.remotePort);
    if (single()) flush();
  });
  if (!forShow) {
    subscribe('http.server.request.start', (message) => {
      const { socket } = message as { socket: net.Socket };
      if (socket.localPort === port) begun += 1;
    });
    subscribe('http.server.response.finish', (message) => {
      const { socket } = message as { socket: net.Socket };
      if (socket.localPort === port) finished += 1;
    });
  }
  function flush(): void {
    if (taken.ports.length > 0) say({ say: 'taken', ...taken.told() });
    if (begun + finished > 0) say({ say: 'begun', count: begun, finished });
    taken = openBatch();
    begun = 0;
    finished = 0;
    for (const [worker, batch] of dealt)
      say({ say: 'handed', worker: worker.id, workerPid: worker.process.pid ?? 0, ...batch.told() });
    dealt.clear();
  }
  return {
    flush,
    handed(worker: Worker, clientPort: number): void {
      const batch = dealt.get(worker) ?? openBatch();
      dealt.set(worker, batch);
      batch.add(clientPort);
      if (single()) flush();
    },
  };
}

type Batch = ReturnType<typeof openBatch>;

/** Connections that are told together, each with its age then. */
function openBatch() {
  const ports: number[] = [];
  const times: number[] = [];
  return {
    ports,
    add(port: number): void {
      ports.push(port);
      times.push(now());
    },
    told(): Required<Connections> {
      const t = now();
      // rounded down: no connection may seem to be older than it is
      return { ports, ages: times.map((time) => Math.floor((t - time) * 10) / 10) };
    },
  };
}

function isDealt({ server }: Taken): boolean {
  const handle = server?._handle;
  return typeof handle === 'object' && handle !== null && isStandIn(handle);
}

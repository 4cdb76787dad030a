// The connections that a process took up or dealt, and the requests on PORT that it began and finished.
import type { Worker } from 'node:cluster';
import { subscribe } from 'node:diagnostics_channel';
import type net from 'node:net';
import type { Say } from './channel.ts';
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
  let taken: number[] = [];
  let begun = 0;
  let finished = 0;
  const dealt = new Map<Worker, number[]>();
  subscribe('net.server.socket', (message) => {
    const { socket } = message as { socket: Taken };
    if (forShow && isDealt(socket)) return;
    if (socket.localPort !== port || socket.remotePort === undefined) return;
    taken.push(socket.remotePort);
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
    if (taken.length > 0) say({ say: 'taken', ports: taken });
    if (begun + finished > 0) say({ say: 'begun', count: begun, finished });
    taken = [];
    begun = 0;
    finished = 0;
    for (const [worker, ports] of dealt)
      say({ say: 'handed', worker: worker.id, workerPid: worker.process.pid ?? 0, ports });
    dealt.clear();
  }
  return {
    flush,
    handed(worker: Worker, clientPort: number): void {
      const ports = dealt.get(worker);
      if (ports === undefined) dealt.set(worker, [clientPort]);
      else ports.push(clientPort);
      if (single()) flush();
    },
  };
}

function isDealt({ server }: Taken): boolean {
  const handle = server?._handle;
  return typeof handle === 'object' && handle !== null && isStandIn(handle);
}

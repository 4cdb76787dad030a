// Connections of those who have not shown a key: so many of one address, and where there are more, the one that was silent
// longest makes room. Whoever opens hundreds and says nothing keeps nobody else out.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** From now on this one does not count: it has shown a key, and stays. */
  keep(socket: Socket): void;
}

export function boundConnections(server: Server, mostOfAnAddress: number): Connections {
  // the one that was silent longest is the first
  const byAddress = new Map<string, Set<Socket>>();

  function remove(socket: Socket, address: string): void {
    const own = byAddress.get(address);
    own?.delete(socket);
    if (own?.size === 0) byAddress.delete(address);
  }

  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const own = byAddress.get(address) ?? new Set();
    byAddress.set(address, own.add(socket));
    socket.once('close', () => remove(socket, address));
    const [first] = own;
    if (own.size > mostOfAnAddress) first?.destroy();
  });
  server.on('request', ({ socket }) => {
    const own = byAddress.get(socket.remoteAddress ?? '');
    if (own?.delete(socket)) own.add(socket);
  });
  return {
    keep: (socket) => remove(socket, socket.remoteAddress ?? ''),
  };
}

// Under which names a server may be asked: a name that some other site made to point here is not one of them, and with it
// that site could do what only the page may.
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = ['127.0.0.1', 'localhost'];
const EVERYWHERE = ['0.0.0.0', '::'];

/** What to listen at. `localhost` may mean ::1, where nobody listens who was told 127.0.0.1. */
export function addressOf(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host;
}

/** Whether other machines can reach what listens there. */
export function isOpen(host: string): boolean {
  return !/^(?:localhost|::1|127(?:\.\d+){3})$/.test(host);
}

/** Names of a server that listens at this address, as they are written in an address; the first is the one to be shown. */
export function namesOf(host: string): readonly string[] {
  if (LOOPBACK.includes(host)) return LOOPBACK;
  if (!EVERYWHERE.includes(host)) return [written(host)];
  const own = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal }) => !internal)
    // an address that other machines type, before one that they would have to spell
    .toSorted((one, other) => one.family.localeCompare(other.family))
    .map(({ address }) => written(address));
  const name = hostname().toLowerCase();
  return [...new Set([...own, name, `${name}.local`, ...LOOPBACK, '[::1]'])];
}

/** IPv6 stands in brackets. */
function written(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase();
}

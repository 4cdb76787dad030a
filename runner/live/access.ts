// Who may be told of a program, or do something to it: the page that was opened with its key. Other sites that the same
// browser shows may ask too, and what a browser adds to every request by itself, such as a cookie, would let them in.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const KEY_HEADER = 'x-live-key';

/** Why this request is refused, for people; null where it is not. */
export function refusalOf(request: IncomingMessage, key: string): string | null {
  if (!isOwnSite(request)) return 'Another site asked for that: only the page itself may.';
  const said = headerOf(request, KEY_HEADER);
  if (said === '') return 'The key is missing: open the address that the command printed.';
  return isSame(said, key)
    ? null
    : 'That key is not the one of this page: open the address that the command printed last.';
}

export function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Browsers say so of every request, and no script can change it; whoever posts must say it. */
function isOwnSite({ method, headers }: IncomingMessage): boolean {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined ? method === 'POST' : origin !== `http://${host}`) return false;
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** Takes as long however much of it is right. */
function isSame(said: string, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(said), digest(key));
}

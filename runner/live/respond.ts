// How a live server answers: nothing is kept by a browser, and nothing is shown or run by another site.
import type { ServerResponse } from 'node:http';

export const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function tell(response: ServerResponse, status: number, type: string, text: string, head = false): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    // what was not read of a request would be taken for the next one
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(head ? undefined : text);
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  tell(response, status, 'application/json', JSON.stringify(value));
}

export function refuse(response: ServerResponse, status: number, words: string): void {
  tell(response, status, 'text/plain', `${words}\n`);
}

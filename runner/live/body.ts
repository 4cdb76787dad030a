// The body of a request, as far as it may be long.
import type { IncomingMessage } from 'node:http';

export type Body =
  { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'too large' } | { readonly kind: 'malformed' };

/** Rejects where the request is broken off. What is too large is not read to its end. */
export async function readJson(request: IncomingMessage, most: number): Promise<Body> {
  const parts: Buffer[] = [];
  let size = 0;
  const whole = await new Promise<boolean>((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= most) {
        parts.push(part);
        return;
      }
      request.pause();
      resolve(false);
    });
    request.once('end', () => resolve(true));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The request was broken off.')));
  });
  if (!whole) return { kind: 'too large' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'malformed' };
  }
}

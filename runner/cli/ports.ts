// Ports as they are typed: one, or a range `A-B`.
import type { Ports } from './judging.ts';

/** Below this ports belong to the system (RFC 6335, section 6). */
const LOWEST = 1024;
const HIGHEST = 65_535;

export type Range = { readonly ports: Ports } | { readonly wrong: string };

export function parsePorts(text: string): Range {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text.trim());
  if (!match)
    return { wrong: `\`--port-range ${text}\` is no range of ports: it is written A-B, such as 20000-20999.` };
  const [from, to] = [Number(match[1]), Number(match[2])];
  if (from > to) return { wrong: `\`--port-range ${text}\` ends before it begins.` };
  if (from < LOWEST || to > HIGHEST) return { wrong: `\`--port-range ${text}\` must lie within ${LOWEST}-${HIGHEST}.` };
  return { ports: { from, to } };
}

/** Null where it is no port. */
export function parsePort(text: string): number | null {
  const port = Number(text);
  return /^\d{4,5}$/.test(text) && port >= LOWEST && port <= HIGHEST ? port : null;
}

// Histories on disk: a header line, then an event a line, so that they can be searched, sent and cut with line tools.
import { open, readFile, rename, rm } from 'node:fs/promises';
import { type Event, HISTORY_SCHEMA, type History } from './history.ts';

/** What reading a saved history gives; everything but `read` is an expected failure. */
export type ReadHistory =
  | { readonly kind: 'read'; readonly history: History }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string }
  /** Written by a workbook that records histories in another way. */
  | { readonly kind: 'other schema'; readonly path: string; readonly schema: number }
  /** `line` counts from 1. */
  | { readonly kind: 'damaged'; readonly path: string; readonly line: number; readonly why: string };

// Lines are joined to chunks of about this many events, so that a long history is neither one string nor a write a line.
const CHUNK = 2000;

/** Whole or not at all: written beside, then renamed. Fails like any write. */
export async function writeHistory(path: string, history: History): Promise<void> {
  const { events, ...header } = history;
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(`${JSON.stringify(header)}\n`);
      for (let from = 0; from < events.length; from += CHUNK) {
        const lines = events.slice(from, from + CHUNK).map((event) => `${JSON.stringify(event)}\n`);
        await file.writeFile(lines.join(''));
      }
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Never throws. Events of a kind that this workbook does not know are kept; judges do not ask for them. */
export async function readHistory(path: string): Promise<ReadHistory> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { kind: 'unreadable', path, why: error instanceof Error ? error.message : String(error) };
  }
  const lines = text.split('\n');
  // A whole history ends with a line end; without one its last line is half a line.
  if (lines.pop() !== '') return { kind: 'damaged', path, line: lines.length + 1, why: 'the file ends within a line' };
  const header = parse(lines[0] ?? '');
  if (!header || typeof header.schema !== 'number')
    return { kind: 'damaged', path, line: 1, why: 'no header of a history' };
  if (header.schema !== HISTORY_SCHEMA) return { kind: 'other schema', path, schema: header.schema };
  for (const key of ['lesson', 'scenario', 'file', 'startedAt', 'node', 'platform'] as const) {
    if (typeof header[key] !== 'string') return { kind: 'damaged', path, line: 1, why: `the header has no '${key}'` };
  }
  const events: Event[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const event = parse(line);
    if (!event || typeof event.kind !== 'string' || typeof event.t !== 'number') {
      return { kind: 'damaged', path, line: index + 1, why: 'not an event' };
    }
    events.push(event as unknown as Event);
  }
  return { kind: 'read', history: { ...(header as unknown as History), events } };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

// `check --report URL`: tells the class board of an instructor how a check went. What goes out is a random id of this day,
// the lesson, the verdict and the numbers of broken clauses; nothing else, and only where it was asked for.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '#live';
import type { CheckResult } from '#report';
import { writeAtomic } from '#workbook';

/** Where the board takes reports, and the word that is shown in class. */
export interface BoardAddress {
  readonly url: URL;
  readonly token: string;
}

/** A verdict that is there is never held up longer than this. */
const PATIENCE_MS = 2000;

/** Null where it is not such an address as the board shows: `http://192.168.1.5:4000/k7-mq-2p`. */
export function parseBoard(typed: string): BoardAddress | null {
  const address = URL.canParse(typed) ? new URL(typed) : null;
  const [, token] = /^\/([a-z0-9-]{4,40})\/?$/.exec(address?.pathname ?? '') ?? [];
  if (address?.protocol !== 'http:' || token === undefined) return null;
  return { url: new URL('/class/report', address), token };
}

/** What became of it, in a line for people. Never fails, and takes no longer than two seconds. */
export async function reportTo(board: BoardAddress, result: CheckResult, root: string): Promise<string> {
  const broken = result.findings.filter(({ status }) => status === 'broken').map(({ id }) => id);
  const { number } = result.lesson;
  const report: Report = { id: await idOfToday(root), lesson: number, verdict: result.verdict, broken };
  try {
    const { status, text } = await post(board, JSON.stringify(report));
    if (status === 200) return `The class board was told: lesson ${number}, ${result.verdict}.`;
    return `The class board was not told: ${whyIn(text) ?? `it answered ${status}.`}`;
  } catch (error) {
    return `The class board was not told: ${(error as Error).message}`;
  }
}

async function post(
  { url, token }: BoardAddress,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  // loaded by those who report alone
  const { request } = await import('node:http');
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return new Promise((resolve, reject) => {
    const tooLate = new Error(`no answer from ${url.host} within ${PATIENCE_MS / 1000} s.`);
    const fail = (error: Error) => reject(signal.aborted ? tooLate : error);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-class-token': token,
    };
    const posted = request(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        if (text.length < LONGEST_ANSWER) text += part;
      });
      response.once('error', fail);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    posted.once('error', fail);
    posted.end(body);
  });
}

const LONGEST_ANSWER = 2000;

/** The board's own words, on one line; null where it is no board that answered. */
function whyIn(text: string): string | null {
  try {
    const { why } = JSON.parse(text) as { readonly why?: unknown };
    return typeof why === 'string' ? why.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, ' ').slice(0, 200) : null;
  } catch {
    return null;
  }
}

/** Another one every day, so that nobody can be followed from one class to the next. */
async function idOfToday(root: string): Promise<string> {
  const file = join(root, '.workbook', 'class.json');
  const day = new Date().toISOString().slice(0, 10);
  try {
    const known = JSON.parse(await readFile(file, 'utf8')) as { readonly day?: unknown; readonly id?: unknown };
    if (known.day === day && typeof known.id === 'string' && ID.test(known.id)) return known.id;
  } catch {
    // there is none yet
  }
  const id = randomBytes(18).toString('base64url');
  // where it cannot be kept, the next result counts as another learner's
  await writeAtomic(file, `${JSON.stringify({ day, id })}\n`).catch(() => undefined);
  return id;
}

const ID = /^[\w-]{16,40}$/;

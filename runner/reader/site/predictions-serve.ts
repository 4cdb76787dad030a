// Runs a prediction that a page of the served book asks for. It starts processes, so it is done for a page of this book
// alone: what asks must come from this very address, and say the token that is written in its pages.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Tried } from '#workbook';

export interface Predicting {
  /** To be written in the pages. */
  readonly token: string;
  readonly run: Run;
  /** Whether one is run now: they are run one at a time, since each wants the machine for itself. */
  readonly isBusy: () => boolean;
  /** Resolves when nothing runs any more. */
  readonly ended: () => Promise<void>;
}

/** Null where the lesson, by its number with two digits, has no such prediction. Rejects where it was aborted. */
type Run = (lesson: string, id: string, signal: AbortSignal) => Promise<Tried | null>;

export function openPredicting(run: Run): Predicting {
  let running: Promise<unknown> | null = null;
  return {
    token: randomBytes(24).toString('base64url'),
    run: (lesson, id, signal) => {
      const result = run(lesson, id, signal).finally(() => (running = null));
      running = result;
      return result;
    },
    isBusy: () => running !== null,
    ended: async () => {
      await running?.catch(() => undefined);
    },
  };
}

/** The request's Host is known to be our own. A page that is closed meanwhile ends the run. */
export async function answerPrediction(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  predicting: Predicting,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const tell = (status: number, words: string) =>
    void response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);
  const { host, origin, 'x-book-token': token } = request.headers;
  if (origin !== `http://${host}` || token !== predicting.token)
    return tell(403, 'Only a page of this book may ask for that: load the page again.');
  if (predicting.isBusy()) return tell(409, 'Another prediction is run just now: try again when it is over.');
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  try {
    const tried = await predicting.run(query.get('lesson') ?? '', query.get('id') ?? '', abort.signal);
    if (tried === null) return tell(404, 'There is no such prediction.');
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(tried));
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  }
}

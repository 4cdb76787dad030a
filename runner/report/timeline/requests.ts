// What counts as an answer, and what as a loss; and whose a request was.
import type { RequestEvent } from '#history';

/** As the checker tells it; null where nobody knows. */
export type Owner = (request: RequestEvent) => number | null;

/** A whole answer that says that all is well. */
export function isAnswer({ outcome, status }: RequestEvent): boolean {
  return outcome === 'answered' && status !== null && status >= 200 && status <= 299;
}

/** What the clients left unfinished when they were stopped is no loss. */
export function isLost(request: RequestEvent): boolean {
  return request.outcome !== 'unfinished' && !isAnswer(request);
}

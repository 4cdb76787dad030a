// What counts as an answer, and what as a loss.
import type { RequestEvent } from '#history';

/** Anything but a whole answer that says that all is well. */
export function isLoss({ outcome, status }: RequestEvent): boolean {
  return outcome !== 'answered' || status === null || status < 200 || status > 299;
}

export function isAnswered({ outcome }: RequestEvent): boolean {
  return outcome === 'answered';
}

/** Those to this path that were answered, whatever the answer says. */
export function answeredAt(requests: readonly RequestEvent[], path: string): RequestEvent[] {
  return requests.filter((request) => request.path === path && isAnswered(request));
}

/** The ms in the query of `/slow?ms=N`. */
export function dueAfter({ path }: RequestEvent): number {
  return Number(new URLSearchParams(path.split('?')[1]).get('ms'));
}

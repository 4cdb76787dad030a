// Under round robin a worker's server has no handle of its own, but an object that stands in for it (`rr()` in
// lib/internal/cluster/child.js): the primary listens, and deals it its connections.

/** A real handle has its close() from its class. */
export function isStandIn(handle: object): boolean {
  return Object.hasOwn(handle, 'close');
}

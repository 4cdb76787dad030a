// What escaped from the tree of a program and betrays itself by what it holds: a daemon that left its session, its parents
// and its environment, and listens on the program's port.
import { isDead, listProcesses, type Identity, type ProcessInfo } from './processes.ts';
import { holdersOf } from './port.ts';

/**
 * Processes that listen on the port of a program of which nothing else is left. Only orphans that are younger than the
 * program: the port may meanwhile be somebody else's, another checker's for instance, whose processes have a parent.
 */
export async function findStrays(port: number, root: Identity): Promise<ProcessInfo[]> {
  const everyone = await listProcesses();
  const parents = new Map(everyone.map((one) => [one.pid, one]));
  return (await holdersOf(port)).filter(
    (one) => !isDead(one) && one.startedAt >= root.startedAt && isReaper(parents.get(one.ppid)),
  );
}

/** Who adopts orphans: the first process, or a session's service manager. */
function isReaper(parent: ProcessInfo | undefined): boolean {
  return parent === undefined || parent.pid === 1 || parent.command === '(systemd)';
}

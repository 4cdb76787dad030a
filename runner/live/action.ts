// What a page posts, as an action; whatever is none, or asks for too much, is refused before anybody acts on it.
import type { Action, Side } from './show.ts';

export const MOST_CONNECTIONS = 500;
export const MOST_PER_SECOND = 100_000;
export const MOST_CORES = 16;
export const MOST_BLOCK_MS = 10_000;
const MOST_SCENARIOS = 999;
const BOOTS = ['fine', 'slow', 'dies', 'hangs'] as const;

/** Null where it is no action. What is not asked for in an action is left out. */
export function asAction(value: unknown): Action | null {
  if (typeof value !== 'object' || value === null) return null;
  const { side, ...asked } = value as Asked;
  if (side !== undefined && side !== 0 && side !== 1) return null;
  const of: { readonly side?: Side } = side === undefined ? {} : { side };
  const { act, worker } = asked;
  switch (act) {
    case 'start':
    case 'stop':
    case 'restart':
      return { ...of, act };
    case 'kill': {
      const { signal } = asked;
      return isNumber(worker) && (signal === 'SIGKILL' || signal === 'SIGTERM') ? { ...of, act, worker, signal } : null;
    }
    case 'block': {
      const { ms } = asked;
      return isNumber(worker) && isWhole(ms, 1, MOST_BLOCK_MS) ? { ...of, act, worker, ms } : null;
    }
    case 'freeze':
    case 'thaw':
      return isNumber(worker) ? { ...of, act, worker } : null;
    case 'junk': {
      const { direction } = asked;
      return isNumber(worker) && (direction === 'up' || direction === 'down')
        ? { ...of, act, worker, direction }
        : null;
    }
    case 'load': {
      const { connections, mode, perSecond, slowShare } = asked;
      return isWhole(connections, 0, MOST_CONNECTIONS) &&
        (mode === 'keep-alive' || mode === 'fresh') &&
        (perSecond === null || isWhole(perSecond, 1, MOST_PER_SECOND)) &&
        typeof slowShare === 'number' &&
        slowShare >= 0 &&
        slowShare <= 1
        ? { ...of, act, connections, mode, perSecond, slowShare }
        : null;
    }
    case 'set': {
      const { cores, policy } = asked;
      return isWhole(cores, 1, MOST_CORES) && (policy === 'rr' || policy === 'none' || policy === null)
        ? { ...of, act, cores, policy }
        : null;
    }
    case 'shut-down': {
      const { signal, group } = asked;
      return (signal === 'SIGTERM' || signal === 'SIGINT') && typeof group === 'boolean'
        ? { ...of, act, signal, group }
        : null;
    }
    case 'boots': {
      const how = BOOTS.find((each) => each === asked.how);
      return how === undefined ? null : { ...of, act, how };
    }
    case 'play': {
      const { scenario } = asked;
      return isWhole(scenario, 0, MOST_SCENARIOS) ? { act, scenario } : null;
    }
    default:
      return null;
  }
}

type Asked = Readonly<
  Record<
    | 'side'
    | 'act'
    | 'worker'
    | 'signal'
    | 'group'
    | 'how'
    | 'ms'
    | 'direction'
    | 'connections'
    | 'mode'
    | 'perSecond'
    | 'slowShare'
    | 'cores'
    | 'policy'
    | 'scenario',
    unknown
  >
>;

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Of a worker: the primary counts them from 1, for as long as it lives. */
function isNumber(value: unknown): value is number {
  return isWhole(value, 1, Number.MAX_SAFE_INTEGER);
}

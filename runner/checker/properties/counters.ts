// Counting over several processes: clauses 3.1 to 3.6.
import { of, type EventOf, type History, type Life, type RequestEvent } from '#history';
import { broken, holds, unknown, type Opinion } from '../finding.ts';
import {
  conclusive,
  deathOf,
  errorOf,
  isLoss,
  killedIn,
  listed,
  named,
  plural,
  sceneOf,
  time,
  type Scene,
} from '../scene.ts';

/** The names of the waits in which all workers are asked until they agree. */
export const AGREE = {
  counted: 'all totals are right',
  loaded: 'all totals agree under load',
  released: 'all totals are right after the hold',
  strangers: 'all totals are right after strange messages',
  crashed: 'all totals agree after the kills',
  heir: 'an idle replacement knows the total',
  inherited: 'all totals are right with a replacement',
} as const;

export interface Stats {
  readonly pid: number;
  readonly local: number;
  readonly total: number;
}

/** What an answer to `GET /stats` says; undefined where it is none, or of another shape. */
export function statsOf(
  request: Pick<RequestEvent, 'outcome' | 'status' | 'body'> | null | undefined,
): Stats | undefined {
  if (request?.outcome !== 'answered' || request.status !== 200 || request.body === null) return undefined;
  try {
    const { pid, local, total } = JSON.parse(request.body) as Partial<Record<string, unknown>>;
    return isCount(pid) && isCount(local) && isCount(total) ? { pid, local, total } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** `total` may be so old (contract 3.1), and the answers of a killed worker's last so many ms may be missing (3.4). */
const STALE_MS = 500;
/** Beyond it, for the way of an answer through this machine. */
const SLACK_MS = 250;

interface Reading extends Stats {
  readonly request: RequestEvent;
}

function readings({ requests }: Scene): Reading[] {
  return requests.flatMap((request) => {
    const stats = request.path === '/stats' ? statsOf(request) : undefined;
    return stats === undefined ? [] : [{ ...stats, request }];
  });
}

/** 3.1: each `GET /` is counted once, and `/stats` says so. */
export function countsEachRequest(history: History): Opinion {
  if (of(history, 'mark').some((mark) => mark.name === 'trickle begins')) return toldWhileItCounts(history);
  const scene = sceneOf(history);
  const expected =
    'GET /stats answers JSON { "pid", "local", "total" }: local what this worker answered, total what all answered, each GET / counted once';
  const asked = scene.requests.filter((request) => request.path === '/stats' && request.outcome === 'answered');
  const odd = asked.find((request) => statsOf(request) === undefined);
  if (odd !== undefined) {
    return broken({
      judged: asked.length,
      expected,
      observed: `GET /stats answered ${odd.status} and ${odd.body === null ? 'nothing' : JSON.stringify(odd.body.slice(0, 80))}`,
      cause: odd.status === 404 ? 'the path has no handler' : 'the three numbers are to be there, as numbers',
    });
  }
  const wait = of(history, 'wait').find((each) => each.until === AGREE.counted);
  if (wait === undefined) {
    const end = deathOf(scene);
    return end === null
      ? unknown('the program was not asked for its numbers')
      : broken({ judged: Math.max(1, asked.length), expected, ...end });
  }
  const all = readings(scene);
  const liar = all.find(({ pid, request }) => scene.taker(request) !== null && scene.taker(request) !== pid);
  if (liar !== undefined)
    return broken({
      judged: all.length,
      expected,
      observed: `pid ${scene.taker(liar.request)} answered /stats with "pid": ${liar.pid}`,
      cause: '"pid" is to be process.pid of the worker that answers',
    });
  const greetings = scene.requests.filter(
    (request) => request.path === '/' && request.outcome === 'answered' && request.end <= wait.t,
  );
  const settled = lastOfEach(all.filter(({ request }) => request.t >= wait.from && request.end <= wait.t));
  const death = wait.met ? null : deathOf(scene);
  if (death !== null) return broken({ judged: Math.max(1, settled.length), expected, ...death });
  if (greetings.length === 0 || settled.length === 0) return unknown('no numbers could be compared');
  for (const { pid, local } of settled) {
    const own = greetings.filter((request) => (request.pid ?? scene.taker(request)) === pid).length;
    if (local !== own) {
      return broken({
        judged: greetings.length,
        expected,
        observed: `worker pid ${pid} answered ${plural(own, 'request')} and says "local": ${local}`,
        cause:
          local > own
            ? 'something else is counted too (GET /stats, or a request twice)'
            : 'not every answer is counted in the worker that gives it',
      });
    }
  }
  const wrong = settled.find(({ total }) => total !== greetings.length);
  if (wrong === undefined) {
    const lastAnswer = Math.max(...greetings.map((request) => request.end));
    const late = all.find(
      ({ total, request }) =>
        request.t <= wait.t && request.t > lastAnswer + STALE_MS + SLACK_MS * wait.stretch && total < greetings.length,
    );
    if (late !== undefined)
      return broken({
        judged: greetings.length,
        expected: `a total that is at most ${STALE_MS} ms old`,
        observed: `${time(late.request.t - lastAnswer)} after the last answer pid ${late.pid} still said "total": ${late.total} instead of ${greetings.length}`,
        cause: 'the totals are told too rarely',
      });
    const ignorant = ignorantHeir(scene);
    if (ignorant !== null) return ignorant;
    return holds(
      greetings.length,
      `${plural(greetings.length, 'request')}, total ${greetings.length.toLocaleString('en-US')} on all ${plural(settled.length, 'worker')}`,
    );
  }
  if (!conclusive(wait)) return unknown('this machine is too busy to tell whether the totals come to be right');
  const says = settled.map(({ pid, total }) => `${pid} says ${total}`);
  const cause = settled.every(({ total, local }) => total === local)
    ? 'each worker’s total is its own count: the primary does not tell it the sum'
    : settled.every(({ total }) => total === 0)
      ? 'no total ever reaches the workers'
      : settled.some(({ total }) => total > greetings.length)
        ? 'some requests are counted more than once'
        : (unheardCause(scene) ?? 'some of what the workers report does not arrive in the sum');
  return broken({
    judged: greetings.length,
    expected: `total ${greetings.length} on every worker`,
    observed: `${time(wait.t - wait.from)} after ${plural(greetings.length, 'answered request')} pid ${listed(says, 4)}`,
    cause,
  });
}

/** A replacement that has listened for 500 ms knows the total, also when no request comes; and it has answered nothing yet. */
function ignorantHeir(scene: Scene): Opinion | null {
  const { history, requests } = scene;
  const wait = of(history, 'wait').find((each) => each.until === AGREE.heir);
  if (wait === undefined) return null;
  const settled = lastOfEach(readings(scene).filter(({ request }) => request.t >= wait.from && request.end <= wait.t));
  const heir = scene.lives.find(
    (life) => settled.some(({ pid }) => pid === life.pid) && life.forked > killsBefore(history, wait.t),
  );
  const says = settled.find(({ pid }) => pid === heir?.pid);
  if (heir === undefined || says === undefined) return null;
  const own = requests.filter(
    (request) =>
      request.path === '/' && request.outcome === 'answered' && request.pid === heir.pid && request.end <= wait.t,
  ).length;
  if (says.local !== own)
    return broken({
      judged: settled.length,
      expected: 'local is what this worker process itself has answered',
      observed: `the replacement ${named(heir)} answered ${plural(own, 'request')} and says "local": ${says.local}`,
      cause: 'the replacement goes on with the count of the worker that died: its own begins at 0',
    });
  // where the others are wrong too, it is not the replacement that was not told (3.4)
  const others = settled.filter(({ pid }) => pid !== heir.pid);
  if (wait.met || !conclusive(wait) || others.some(({ total }) => total !== answeredBy(scene, wait.t))) return null;
  const right = answeredBy(scene, wait.t);
  if (says.total === right) return null;
  return broken({
    judged: settled.length,
    expected: `a worker that has listened for ${STALE_MS} ms knows the total, ${right.toLocaleString('en-US')}`,
    observed: `the replacement ${named(heir)} says "total": ${says.total}, ${time(wait.t - (heir.listening ?? heir.forked))} after it listened`,
    cause:
      'the total is told only when it changes: a worker that comes later is to be told too, when it listens or in fork(env)',
  });
}

function killsBefore(history: History, t: number): number {
  return of(history, 'fault').find((fault) => fault.fault === 'SIGKILL' && fault.t < t)?.t ?? Infinity;
}

/** 3.1 while requests keep coming: a total is never older than 500 ms. */
export function toldWhileItCounts(history: History): Opinion {
  const scene = sceneOf(history);
  const [from, to] = ['trickle begins', 'trickle ends'].map(
    (name) => of(history, 'mark').find((mark) => mark.name === name)?.t,
  );
  if (from === undefined || to === undefined) return unknown('the totals were not read while requests kept coming');
  const greetings = scene.requests.filter((request) => request.path === '/' && request.outcome === 'answered');
  const read = readings(scene).filter(({ request }) => request.t >= from && request.end <= to);
  // a stall of this machine, in whatever process, holds up the request that is under way too
  const slowest = Math.max(0, ...scene.requests.filter(({ t }) => t >= from && t <= to).map(({ t, end }) => end - t));
  const age = STALE_MS + SLACK_MS + 2 * slowest;
  if (read.length === 0) return unknown('the totals could not be read while requests kept coming');
  for (const { pid, total, request } of read) {
    const least = greetings.filter((greeting) => greeting.end < request.t - age).length;
    if (total >= least) continue;
    return broken({
      judged: read.length,
      expected: `a total that is at most ${STALE_MS} ms old, also while requests keep coming`,
      observed: `pid ${pid} said "total": ${total}, and ${least} had been answered more than ${Math.round(age)} ms before`,
      cause:
        'the numbers are sent when the requests pause (a debounce), or too rarely: a steady load is to be reported too',
    });
  }
  // the machine, or the program, was so slow that no answer grew old enough
  if (to - from < age) return unknown('the requests were answered too slowly to tell how old a total is', read.length);
  return holds(read.length, `${plural(read.length, 'reading')} while requests kept coming`);
}

function lastOfEach(all: readonly Reading[]): Reading[] {
  return [...new Map(all.map((reading) => [reading.pid, reading])).values()];
}

/** 3.2: while a worker's messages are held back, nobody can know what it answered, nor it what others did. */
export function numbersTravelAsMessages(history: History): Opinion {
  const scene = sceneOf(history);
  const expected =
    'workers report by process.send, the primary tells the total by worker.send, and nothing else carries the numbers';
  const reported = of(history, 'sent').filter((event) => event.direction === 'up');
  const holdings = of(history, 'fault').filter((fault) => fault.fault === 'hold-up' || fault.fault === 'hold-down');
  if (holdings.length < 2 || holdings.some((fault) => !fault.landed))
    return unknown('the messages of a worker could not be held back');
  if (readings(scene).length === 0) return unknown('no worker told a total');
  if (reported.length === 0)
    return broken({
      judged: 1,
      expected,
      observed: 'no worker sent a message to the primary, and the totals are right',
      cause: 'something else than IPC carries the numbers',
    });
  let judged = 0;
  const reporter = holdings.find((fault) => fault.fault === 'hold-up')?.pid;
  const deaf = holdings.find((fault) => fault.fault === 'hold-down')?.pid;
  const from = Math.max(...holdings.map((fault) => fault.t));
  const to = of(history, 'fault').find((fault) => fault.fault === 'release')?.t ?? Infinity;
  const greetings = scene.requests.filter((request) => request.path === '/' && request.outcome === 'answered');
  const before = greetings.filter((request) => request.t < from).length;
  for (const { pid, total, request } of readings(scene)) {
    if (request.t < from || request.end > to || pid === reporter) continue;
    // what can be known without the held messages: its own answers, and of others those whose reports and news get through
    const known =
      before +
      greetings.filter(
        (each) =>
          each.t >= from && each.t < request.end && (each.pid === pid || (each.pid !== reporter && pid !== deaf)),
      ).length;
    judged += 1;
    if (total > known) {
      return broken({
        judged,
        expected,
        observed: `the messages ${pid === deaf ? 'to' : 'from'} pid ${pid === deaf ? deaf : reporter} were held back, and pid ${pid} said total ${total}, of which it could know ${known} by messages`,
        cause: 'a file, a socket or a store carries the numbers beside the messages',
      });
    }
  }
  // a program whose workers ask for the total when they are asked cannot answer meanwhile, which shows the same
  const waited = scene.requests.filter(
    (request) => request.path === '/stats' && request.t > from && request.t < to && request.end >= to,
  ).length;
  if (judged === 0 && waited > 0) return holds(waited, 'without its messages the program has no total to tell');
  if (judged === 0) return unknown('no numbers could be read while the messages were held back');
  return holds(judged, `${plural(judged, 'reading')} while messages were held back: nothing else carries the numbers`);
}

/** 3.3: when the load stops, every worker comes to say the same total, and it is what was answered. */
export function totalsAgree(history: History): Opinion {
  const scene = sceneOf(history);
  const names: readonly string[] = [AGREE.counted, AGREE.released, AGREE.loaded, AGREE.crashed];
  const waits = of(history, 'wait').filter((wait) => names.includes(wait.until));
  let last: Opinion | undefined;
  for (const wait of waits) {
    last = agreesAfter(scene, wait);
    if (last.status !== 'holds') return last;
  }
  return last ?? unknown('the program did not live to be asked for its totals');
}

function agreesAfter(scene: Scene, wait: EventOf<'wait'>): Opinion {
  const { history } = scene;
  const settled = lastOfEach(readings(scene).filter(({ request }) => request.t >= wait.from && request.end <= wait.t));
  const answered = answeredBy(scene, wait.t);
  const says = listed(
    settled.map(({ pid, total }) => `pid ${pid} says ${total.toLocaleString('en-US')}`),
    4,
  );
  const expected = `when the load stops, every worker says the same total: the ${plural(answered, 'request')} that were answered`;
  if (settled.length === 0) return unknown('no worker told a total');
  if (!wait.met) {
    const death = deathOf(scene);
    if (death !== null) return broken({ judged: settled.length, expected, ...death });
    if (!conclusive(wait))
      return unknown('this machine is too busy to tell whether the totals come to agree', settled.length);
    return broken({
      judged: settled.length,
      expected,
      observed: `${time(wait.t - wait.from)} after the load ${says}`,
      cause:
        unheardCause(scene) ??
        'not all that the workers answer reaches the primary’s sum, or the sum does not reach every worker',
    });
  }
  const killed = of(history, 'fault').some((fault) => fault.fault === 'SIGKILL' && fault.t < wait.t);
  const most = answered + (killed ? inHandOfTheKilled(scene) : 0);
  const total = settled[0]?.total ?? 0;
  if (total > most)
    return broken({
      judged: settled.length,
      expected,
      observed: `${says}, and ${answered.toLocaleString('en-US')} were answered`,
      cause:
        'some requests are counted more than once (a replacement that starts from the total as its own count, a report that is added twice)',
    });
  // what a killed worker took with it is another clause's matter (3.4)
  if (!killed && total < answered)
    return broken({
      judged: settled.length,
      expected,
      observed: `${says}, and ${answered.toLocaleString('en-US')} were answered`,
      cause: unheardCause(scene) ?? 'not all that the workers answer reaches the primary’s sum',
    });
  return holds(
    answered,
    `${plural(answered, 'request')}, total ${total.toLocaleString('en-US')} on all ${plural(settled.length, 'worker')}`,
  );
}

/** Whole answers to `GET /`, of the ledger and of autocannon. */
function answeredBy({ history, requests }: Scene, until: number): number {
  const single = requests.filter(
    (request) =>
      request.path === '/' && request.outcome === 'answered' && request.status === 200 && request.end <= until,
  ).length;
  const batches = sum(of(history, 'answers').filter((event) => event.t <= until));
  return single + batches + sum(of(history, 'pressure').map(({ t, ok }) => ({ count: t <= until ? ok : 0 })));
}

/** Lost requests may have been counted by the worker that was killed with them. */
function inHandOfTheKilled({ requests }: Scene): number {
  return requests.filter((request) => request.path === '/' && isLoss(request) && request.outcome !== 'refused').length;
}

/** 3.4: what a killed worker reported stays, what its replacement answers counts, and the primary survives. */
export function countsTheReplacements(history: History): Opinion {
  const scene = sceneOf(history);
  const kills = of(history, 'fault').filter((fault) => fault.fault === 'SIGKILL');
  if (kills.length === 0) return unknown('no worker could be killed');
  const death = deathOf(scene);
  if (death !== null) {
    const error = errorOf(scene, scene.start.pid) ?? '';
    const sending = /EPIPE|ERR_IPC_CHANNEL_CLOSED|channel closed/i.test(error);
    return broken({
      judged: kills.length,
      about: 'primary',
      expected: 'the primary survives the death of any worker at any moment, also while it is sending to it',
      observed: `${death.observed}, after ${plural(kills.length, 'kill')}`,
      cause: sending
        ? `it was sending to a dead worker: ${error}; give send() a callback, or the worker an error listener`
        : death.cause,
    });
  }
  const back = goesBack(scene);
  if (back !== null)
    return broken({ judged: kills.length, about: 'lost', expected: 'the total never goes back', ...back });
  if (of(history, 'wait').some((each) => each.until === AGREE.heir)) return countsQuietly(scene);
  const wait = of(history, 'wait').find((each) => each.until === AGREE.crashed);
  if (wait === undefined) return unknown('the program did not live to be asked for its totals');
  const settled = lastOfEach(readings(scene).filter(({ request }) => request.t >= wait.from && request.end <= wait.t));
  const answered = answeredBy(scene, wait.t);
  const deaf = unheardSurvivor(scene, kills, answered, settled);
  if (deaf !== null) return deaf;
  const excused = sum(kills.map((kill) => ({ count: answeredJustBefore(scene, kill) })));
  const least = answered - excused;
  const low = settled.find(({ total }) => total < least);
  if (settled.length === 0) return unknown('no worker told a total');
  if (low !== undefined) {
    if (!wait.met && !conclusive(wait))
      return unknown('this machine is too busy to tell whether the totals come to be right', settled.length);
    const unheard = unheardOf(scene);
    const worst = unheard[0];
    const heir = worst?.life ?? scene.lives.find((life) => life.forked > (kills[0]?.t ?? 0));
    const own = heir === undefined ? 0 : sum(of(history, 'answers').filter((event) => event.pid === heir.pid));
    return broken({
      judged: answered,
      about: worst === undefined ? 'lost' : 'replacement',
      expected: `total ${answered.toLocaleString('en-US')}, with the ${plural(own, 'request')} that ${heir === undefined ? 'the replacement' : `worker ${heir.worker}`} answered`,
      observed: `total ${low.total.toLocaleString('en-US')}: ${(answered - low.total).toLocaleString('en-US')} are missing${worst === undefined ? '' : `; ${plural(worst.count, 'message')} of ${named(worst.life)} reached the primary, and no listener heard them`}`,
      cause:
        unheardCause(scene) ??
        'what a worker had reported is lost with it, or what its replacement reports is not added',
    });
  }
  if (!wait.met) return unknown('the totals did not come to agree', settled.length);
  const landed = kills.filter((kill) => kill.landed).length;
  if (landed === 0) return unknown('no kill hit a worker with requests in hand', answered);
  const heirs = scene.lives.filter((life) => life.forked > (kills[0]?.t ?? Infinity));
  return holds(
    answered,
    `${plural(answered, 'request')} over ${plural(landed, 'kill')} and ${plural(heirs.length, 'replacement')}, none forgotten`,
  );
}

/** A worker that was killed while all was told, and its replacement: then nothing at all may be missing. */
function countsQuietly(scene: Scene): Opinion {
  const { history } = scene;
  const waits = of(history, 'wait').filter((wait) => wait.until === AGREE.heir || wait.until === AGREE.inherited);
  for (const wait of waits) {
    if (wait.met) continue;
    if (!conclusive(wait)) return unknown('this machine is too busy to tell whether the totals come to be right');
    const settled = lastOfEach(
      readings(scene).filter(({ request }) => request.t >= wait.from && request.end <= wait.t),
    );
    const answered = answeredBy(scene, wait.t);
    const says = listed(
      settled.map(({ pid, total }) => `pid ${pid} says ${total}`),
      4,
    );
    const lost = wait.until === AGREE.heir;
    // only the replacement does not know it: that is 3.1's matter
    if (lost && settled.filter(({ total }) => total !== answered).length < 2)
      return unknown('the replacement was not told the total');
    return broken({
      judged: answered,
      about: lost ? 'lost' : 'replacement',
      expected: `total ${answered} on all workers, with what the killed worker had reported and what its replacement answers`,
      observed: says,
      cause: lost
        ? 'what a worker had reported is lost with it: the sum is made of the living workers only'
        : (unheardCause(scene) ?? 'what the replacement reports is not added'),
    });
  }
  const last = waits.at(-1);
  if (last?.until !== AGREE.inherited) return unknown('the replacement was not asked to count');
  const answered = answeredBy(scene, last.t);
  return holds(answered, `${plural(answered, 'request')} with a replacement, none forgotten`);
}

/** A worker that still lives and was never heard, and as many requests missing as it answered: no kill excuses that. */
function unheardSurvivor(
  scene: Scene,
  kills: readonly EventOf<'fault'>[],
  answered: number,
  settled: readonly Reading[],
): Opinion | null {
  const { history } = scene;
  const most = Math.max(...settled.map(({ total }) => total));
  for (const { life, count } of unheardOf(scene)) {
    const sent = sum(of(history, 'sent').filter((event) => event.worker === life.worker && event.direction === 'up'));
    const own = sum(of(history, 'answers').filter((event) => event.pid === life.pid));
    if (kills.some((kill) => kill.pid === life.pid) || count < sent / 2 || own === 0 || answered - most < own) continue;
    return broken({
      judged: answered,
      about: 'replacement',
      expected: `total ${answered.toLocaleString('en-US')}, with the ${plural(own, 'request')} that worker ${life.worker} answered`,
      observed: `total ${most.toLocaleString('en-US')}: ${(answered - most).toLocaleString('en-US')} are missing; ${plural(count, 'message')} of ${named(life)} reached the primary, and no listener heard them`,
      cause: unheardCause(scene) ?? 'no listener in the primary hears this worker',
    });
  }
  return null;
}

function answeredJustBefore({ history, requests }: Scene, { pid, t }: EventOf<'fault'>): number {
  const slowest = Math.max(1, ...of(history, 'pace').map((event) => event.stretch));
  const from = t - STALE_MS - SLACK_MS * slowest;
  const batches = of(history, 'answers').filter((event) => event.pid === pid && event.t >= from);
  return (
    sum(batches) +
    requests.filter((request) => request.pid === pid && request.path === '/' && request.end >= from).length
  );
}

/** A worker that says less than it said before. */
function goesBack(scene: Scene): { readonly observed: string; readonly cause: string } | null {
  const highest = new Map<number, number>();
  for (const { pid, total } of readings(scene)) {
    const before = highest.get(pid) ?? 0;
    if (total < before)
      return {
        observed: `pid ${pid} said total ${before}, then ${total}`,
        cause: 'the sum is made of the living workers only, or starts again with a worker',
      };
    highest.set(pid, total);
  }
  return null;
}

function unheardOf({ history, lives }: Scene): { readonly life: Life; readonly count: number }[] {
  const counts = new Map<number, number>();
  for (const event of of(history, 'received'))
    if (event.direction === 'up' && event.unheard > 0)
      counts.set(event.worker, (counts.get(event.worker) ?? 0) + event.unheard);
  return lives
    .flatMap((life) => ((counts.get(life.worker) ?? 0) > 0 ? [{ life, count: counts.get(life.worker) as number }] : []))
    .toSorted((one, other) => other.count - one.count);
}

function unheardCause(scene: Scene): string | null {
  const deaf = unheardOf(scene).map(({ life }) => life.worker);
  if (deaf.length === 0) return null;
  const heard = scene.lives.filter((life) => !deaf.includes(life.worker)).map((life) => String(life.worker));
  return heard.length === 0
    ? 'no ‘message’ listener in the primary hears the workers'
    : `‘message’ listeners exist for ${heard.length === 1 ? 'worker' : 'workers'} ${listed(heard, 6)} only`;
}

/** 3.5: messages that the program does not know change nothing and kill nothing, in either direction. */
export function ignoresStrangers(history: History): Opinion {
  const scene = sceneOf(history);
  const junk = of(history, 'fault').filter((fault) => fault.fault === 'junk-up' || fault.fault === 'junk-down');
  const expected =
    "messages of another program (null, true, '', [], {}, its objects and strings) change nothing and kill nothing, in either direction";
  const first = junk[0];
  if (first === undefined) return unknown('no strange message was sent');
  const death = deathOf(scene);
  if (death !== null)
    return broken({
      judged: junk.length,
      expected,
      observed: `after a strange message ${death.observed}`,
      cause: death.cause,
    });
  // the message was written before its delivery was told: whatever ended since the wait before it is judged
  const from = of(history, 'wait').findLast((wait) => wait.t <= first.t)?.t ?? first.t;
  // later a worker is killed by the checker
  const until =
    of(history, 'fault').find((fault) => fault.fault === 'SIGKILL')?.t ?? of(history, 'stop')[0]?.t ?? Infinity;
  const exit = of(history, 'exit').find((event) => event.t > from && event.t < until);
  if (exit !== undefined) {
    return broken({
      judged: junk.length,
      expected,
      observed: `after a strange message worker ${exit.worker} (pid ${exit.pid}) ended with ${exit.signal ?? `code ${exit.code}`}`,
      cause: errorOf(scene, exit.pid) ?? 'the worker acts on a message that is not its own',
    });
  }
  if (junk.some((fault) => !fault.landed)) return unknown('not every strange message was delivered', junk.length);
  const before = of(history, 'wait').find((each) => each.until === AGREE.released);
  if (before?.met === false) return unknown('the totals were wrong before');
  const wait = of(history, 'wait').find((each) => each.until === AGREE.strangers);
  if (wait === undefined) return unknown('the program was not asked afterwards');
  const settled = lastOfEach(readings(scene).filter(({ request }) => request.t >= wait.from && request.end <= wait.t));
  const odd = scene.requests.find(
    (request) =>
      request.path === '/stats' &&
      request.t > first.t &&
      request.outcome === 'answered' &&
      statsOf(request) === undefined,
  );
  if (odd !== undefined)
    return broken({
      judged: junk.length,
      expected,
      observed: `afterwards GET /stats answered ${odd.status} and ${odd.body}`,
      cause: 'a strange message was taken for numbers',
    });
  if (!wait.met) {
    if (!conclusive(wait))
      return unknown('this machine is too busy to tell whether the totals stay right', junk.length);
    const right = answeredBy(scene, wait.t);
    return broken({
      judged: junk.length,
      expected,
      observed: `afterwards ${listed(
        settled.map(({ pid, total }) => `pid ${pid} said total ${total}`),
        4,
      )} instead of ${right}`,
      cause: 'a message is to be looked at before it is believed: its type, its tag, and whether its number is one',
    });
  }
  return holds(junk.length * 2, `strange messages ${plural(junk.length, 'time')}, up and down: nothing changed`);
}

/** Beyond one a request: so many a second (contract 3.6). */
const FREE_PER_SECOND = 10;
/** A second at least is judged, and what was under way at its edges is let pass. */
const EDGE = 12;
/** Reports of requests come in batches, so late. */
const REPORT_MS = 200;

/** 3.6: workers send at most one message per request, the primary at most one per request to each worker, and ten a second. */
export function boundsItsMessages(history: History): Opinion {
  const scene = sceneOf(history);
  const stop = of(history, 'stop')[0]?.t ?? Infinity;
  const killed = killedIn(history);
  const sent = of(history, 'sent').filter((event) => event.t <= stop);
  const begun = of(history, 'begun');
  const all = Math.max(sum(begun), requestCount(scene));
  const expected =
    'at most one message per HTTP request and ten a second: from each worker, and from the primary to each worker';
  const from = of(history, 'mark').find((mark) => mark.name === 'rest begins')?.t;
  const to = of(history, 'mark').find((mark) => mark.name === 'rest ends')?.t;
  let judged = 0;
  for (const life of scene.lives) {
    const seconds = (Math.min(life.exited ?? Infinity, stop, scene.history.events.at(-1)?.t ?? 0) - life.forked) / 1000;
    if (seconds < 1) continue;
    const end = life.exited ?? stop;
    const own = sum(begun.filter((event) => event.pid === life.pid));
    for (const direction of ['up', 'down'] as const) {
      const mine = sent.filter((event) => event.worker === life.worker && event.direction === direction);
      const messages = sum(mine);
      // bare node:net tells no requests: then all of them are granted
      // the primary may tell a worker of each request that came in its life
      const during =
        begun.length > 0 ? sum(begun.filter((event) => event.t >= life.forked && event.t <= end + REPORT_MS)) : all;
      const requests = direction === 'up' && own > 0 ? own : Math.min(all, during);
      // what a killed worker had counted last died with it, and what it had sent last did not
      const unreported = killed.has(life.pid) && direction === 'up' ? requests * 0.2 + EDGE : 0;
      const allowed = requests + unreported + FREE_PER_SECOND * seconds + EDGE;
      judged += 1;
      const who = direction === 'up' ? named(life) : `the primary to ${named(life)}`;
      if (messages > allowed) {
        return broken({
          judged,
          expected,
          observed: `${who} sent ${plural(messages, 'message')} in ${seconds.toFixed(1)} s, for ${plural(requests, 'request')} (such as ${mine[0]?.sample})`,
          cause: 'each request makes more than one message',
        });
      }
      if (from === undefined || to === undefined || to - from < 1000) continue;
      const idle = sum(mine.filter((event) => event.t > from && event.t <= to));
      // of what was asked just before, it may tell within the next 500 ms
      const late = scene.requests.filter((request) => request.end > from - STALE_MS && request.end <= to).length;
      const free = (FREE_PER_SECOND * (to - from)) / 1000;
      if (idle > free + late + EDGE / 4) {
        return broken({
          judged,
          expected,
          observed: `${who} sent ${plural(idle, 'message')} in ${time(to - from)} without any request (such as ${mine[0]?.sample})`,
          cause: 'a timer sends more than ten a second, whether there is news or not',
        });
      }
    }
  }
  return judged === 0
    ? unknown('no worker lived for a second')
    : holds(judged, `${plural(sum(sent), 'message')} for ${plural(all, 'request')}`);
}

function sum(events: readonly { readonly count: number }[]): number {
  return events.reduce((total, event) => total + event.count, 0);
}

function requestCount({ history, requests }: Scene): number {
  const loads = of(history, 'load').filter((load) => load.state === 'end');
  const streams = new Set(loads.map((load) => load.stream));
  return (
    loads.reduce((total, load) => total + load.sent, 0) +
    of(history, 'pressure').reduce((total, pressure) => total + pressure.sent, 0) +
    requests.filter((request) => !streams.has(request.stream)).length
  );
}

// A show without programs: believable ticks of a cluster, as fast as a test calls for them, and the same every time.
import type { LossClass } from '#history';
import type { Beat } from '#workbook';
import type {
  Account,
  Acted,
  Action,
  FaultNews,
  LoadWish,
  LossNews,
  MessageNews,
  OutputNews,
  ProcessNews,
  Setting,
  Show,
  Side,
  Tick,
} from '../../runner/live/show.ts';

export interface FakeShow extends Show {
  /** Lets so many tenths of a second pass. */
  readonly pass: (ticks: number) => void;
  /** As the last tick told it. */
  readonly account: (side?: Side) => Account;
  /** Of the last tick: which run it was, and ms since its start. */
  readonly moment: (side?: Side) => string;
  /** All that was asked for, in order. */
  readonly asked: readonly Action[];
  readonly print: (text: string, stream?: 'stdout' | 'stderr') => void;
  /** Told in every tick from now on. */
  readonly trouble: (words: string) => void;
  /** The next action is answered with it, and not done. */
  readonly refuseNext: (why: string) => void;
}

export interface FakeOptions {
  readonly sides?: 1 | 2;
  readonly file?: string;
  readonly recorded?: boolean;
  readonly scenarios?: readonly string[];
  readonly knowsSlow?: boolean;
  readonly beats?: readonly Beat[];
  readonly solutionOnly?: boolean;
  readonly shows?: string;
  readonly cores?: number;
  readonly load?: Partial<LoadWish>;
}

const TICK_MS = 100;
const LISTENS_AFTER_MS = 300;
/** What a worker has in hand when it is killed. */
const IN_HAND = 3;
const CLASSES: readonly LossClass[] = ['reset', 'closed', 'cut'];

/** Nothing passes by itself: not even the start is told before the first `pass`. */
export function openFakeShow(options: FakeOptions = {}): FakeShow {
  const listeners = new Set<(tick: Tick) => void>();
  const asked: Action[] = [];
  let load: LoadWish = { connections: 16, mode: 'keep-alive', perSecond: 2000, slowShare: 0, ...options.load };
  let refusal: string | null = null;
  const count = options.sides ?? 1;
  const worlds = Array.from({ length: count }, (_, side) =>
    openWorld(
      side as Side,
      `${side === 1 ? 'beside/' : ''}${options.file ?? 'solutions/02-load-balancing.ts'}`,
      options,
    ),
  );
  for (const world of worlds) world.start();

  function worldsOf(action: Action): World[] {
    return action.side === undefined ? worlds : worlds.slice(action.side, action.side + 1);
  }

  return {
    lesson: { number: 2, title: 'Load balancing' },
    sides: count,
    knowsSlow: options.knowsSlow ?? true,
    solutionOnly: options.solutionOnly ?? true,
    shows: options.shows ?? null,
    recorded: options.recorded ?? false,
    scenarios: options.scenarios ?? [],
    beats: options.beats ?? [],
    asked,
    account: (side = 0) => (worlds[side] as World).account(),
    moment: (side = 0) => (worlds[side] as World).moment(),
    print: (text, stream = 'stdout') => worlds[0]?.print(text, stream),
    trouble: (words) => {
      for (const world of worlds) world.trouble(words);
    },
    refuseNext: (why) => {
      refusal = why;
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pass: (ticks) => {
      for (let i = 0; i < ticks; i += 1) {
        for (const world of worlds) {
          const tick = world.tick(load);
          for (const listener of listeners) listener(tick);
        }
      }
    },
    act: (action) => {
      asked.push(action);
      if (refusal !== null) {
        const why = refusal;
        refusal = null;
        return Promise.resolve({ ok: false, why });
      }
      if (action.act === 'load') {
        const { connections, mode, perSecond, slowShare } = action;
        load = { connections, mode, perSecond, slowShare };
        return Promise.resolve({ ok: true });
      }
      const results = worldsOf(action).map((world) => world.act(action));
      return Promise.resolve(results.find(({ ok }) => !ok) ?? { ok: true });
    },
  };
}

interface World {
  readonly start: () => void;
  readonly act: (action: Exclude<Action, { act: 'load' }>) => Acted;
  readonly tick: (load: LoadWish) => Tick;
  readonly account: () => Account;
  readonly moment: () => string;
  readonly print: (text: string, stream: 'stdout' | 'stderr') => void;
  readonly trouble: (words: string) => void;
}

interface Worker {
  readonly worker: number;
  readonly pid: number;
  readonly forked: number;
  state: 'forked' | 'listening' | 'draining';
  frozen: boolean;
  blockedUntil: number;
  leavesAt: number;
}

/** The second program is the tutorial's: it loses requests at a restart, and nobody hears its replacements. */
function openWorld(side: Side, file: string, { cores = 4, scenarios = [] }: FakeOptions): World {
  const careless = side === 1;
  const [first] = scenarios;
  let setting: Setting = { file, cores, policy: null, ...(first === undefined ? {} : { scenario: first }) };
  let run = 0;
  let t = 0;
  let running = false;
  let nextWorker = 1;
  let nextPid = 4000 + side * 1000;
  let primary = 0;
  let turn = 0;
  let carry = 0;
  let slots: Worker[] = [];
  let toReplace: Worker[] = [];
  let news = empty();
  let sent = 0;
  let answered = 0;
  let inFlight = 0;
  let forks = 0;
  const lost: Partial<Record<LossClass, number>> = {};
  const messages = { up: 0, down: 0, unheard: 0 };
  let perSecond = 0;
  let trouble: string | null = null;
  let boots: Tick['boots'] = 'fine';
  let ended: string | null = null;

  function empty() {
    return {
      processes: [] as ProcessNews[],
      lost: [] as LossNews[],
      messages: [] as MessageNews[],
      faults: [] as FaultNews[],
      output: [] as OutputNews[],
    };
  }
  const tell = (worker: Worker, is: ProcessNews['is'], how: string | null = null) =>
    news.processes.push({ t, pid: worker.pid, worker: worker.worker, is, how });
  const fork = () => {
    nextPid += 7;
    const worker: Worker = {
      worker: nextWorker,
      pid: nextPid,
      forked: t,
      state: 'forked',
      frozen: false,
      blockedUntil: 0,
      leavesAt: Infinity,
    };
    nextWorker += 1;
    forks += 1;
    slots.push(worker);
    tell(worker, 'forked');
    tell(worker, 'online');
    return worker;
  };
  const die = (worker: Worker, how: string) => {
    slots = slots.filter((each) => each !== worker);
    tell(worker, 'dead', how);
  };
  const lose = (worker: Worker, number: number) => {
    const most = Math.min(number, inFlight);
    for (let i = 0; i < most; i += 1) {
      const kind = CLASSES[i % CLASSES.length] as LossClass;
      lost[kind] = (lost[kind] ?? 0) + 1;
      inFlight -= 1;
      news.lost.push({ t, n: sent - i, class: kind, pid: worker.pid, path: i % 2 === 0 ? '/' : '/slow?ms=500' });
    }
  };
  const start = () => {
    run += 1;
    t = 0;
    running = true;
    nextWorker = 1;
    boots = 'fine';
    ended = null;
    slots = [];
    toReplace = [];
    news = empty();
    sent = answered = inFlight = forks = 0;
    for (const kind of CLASSES) delete lost[kind];
    Object.assign(messages, { up: 0, down: 0, unheard: 0 });
    nextPid += 7;
    primary = nextPid;
    news.processes.push({ t, pid: primary, worker: null, is: 'started', how: null });
    for (let i = 0; i < setting.cores; i += 1) fork();
  };
  const account = (): Account => ({
    sent,
    answered,
    lost: { ...lost },
    inFlight,
    perSecond,
    p50: perSecond === 0 ? null : 0.6,
    p99: perSecond === 0 ? null : 4.2,
    slowest: perSecond === 0 ? null : 1012,
    patience: 3000,
    forks,
    messages: { ...messages },
  });

  return {
    start,
    account,
    moment: () => `${run} ${t}`,
    trouble: (words) => {
      trouble = words;
    },
    print: (text, stream) => news.output.push({ t, pid: slots[0]?.pid ?? null, stream, text }),
    act: (action) => {
      if (action.act === 'start' || action.act === 'set') {
        if (action.act === 'set') setting = { ...setting, cores: action.cores, policy: action.policy };
        start();
        return { ok: true };
      }
      if (action.act === 'play') {
        setting = { ...setting, scenario: scenarios[action.scenario] ?? '' };
        start();
        return { ok: true };
      }
      if (action.act === 'stop') {
        running = false;
        return { ok: true };
      }
      if (action.act === 'restart') {
        news.faults.push({ t, what: 'SIGHUP', pid: primary, landed: true });
        toReplace = [...slots];
        return { ok: true };
      }
      if (action.act === 'boots') {
        boots = action.how;
        news.faults.push({ t, what: `new workers: ${boots}`, pid: null, landed: true });
        return { ok: true };
      }
      if (action.act === 'shut-down') {
        news.faults.push({ t, what: action.signal, pid: primary, landed: true });
        for (const each of slots) die(each, 'as planned');
        ended = 'code 0';
        return { ok: true };
      }
      if (!('worker' in action)) return { ok: true };
      const worker = slots.find((each) => each.worker === action.worker);
      if (worker === undefined) return { ok: false, why: `There is no worker ${action.worker} any more.` };
      const fault = (what: string) => news.faults.push({ t, what, pid: worker.pid, landed: true });
      switch (action.act) {
        case 'kill':
          fault(action.signal);
          lose(worker, IN_HAND);
          die(worker, action.signal);
          fork();
          return { ok: true };
        case 'block':
          fault(`blocked for ${action.ms / 1000} s`);
          worker.blockedUntil = t + action.ms;
          return { ok: true };
        case 'freeze':
          fault('frozen');
          worker.frozen = true;
          tell(worker, 'frozen');
          return { ok: true };
        case 'thaw':
          fault('thawed');
          worker.frozen = false;
          tell(worker, 'thawed');
          return { ok: true };
        case 'junk':
          fault('junk');
          return { ok: true };
      }
    },
    tick: (load) => {
      if (running) t += TICK_MS;
      for (const worker of slots) {
        if (worker.state === 'forked' && t - worker.forked >= LISTENS_AFTER_MS) {
          worker.state = 'listening';
          tell(worker, 'listening');
          news.output.push({ t, pid: worker.pid, stream: 'stdout', text: `worker ${worker.pid} is listening` });
          const [old] = toReplace.filter((each) => each.state === 'listening' && each !== worker);
          if (old !== undefined) {
            old.state = 'draining';
            old.leavesAt = t + 500;
            tell(old, 'draining');
            toReplace = toReplace.filter((each) => each !== old);
            if (careless) lose(old, IN_HAND);
          }
        }
      }
      for (const worker of slots.filter(({ leavesAt }) => leavesAt <= t)) die(worker, 'as planned');
      if (running && toReplace.length > 0 && !slots.some(({ state }) => state === 'forked')) fork();

      const able = slots.filter(
        ({ state, frozen, blockedUntil }) => state === 'listening' && !frozen && blockedUntil <= t,
      );
      const wanted = running && load.connections > 0 ? (load.perSecond ?? 20_000) / 10 : 0;
      carry += wanted;
      const room = able.length === 0 ? Math.max(0, load.connections - inFlight) : Infinity;
      const due = Math.min(room, Math.floor(carry));
      carry = able.length === 0 ? 0 : carry - due;
      sent += due;
      inFlight += due;
      const done = able.length === 0 ? 0 : Math.max(0, inFlight - load.connections);
      inFlight -= done;
      answered += done;
      perSecond = done * 10;
      const shares = new Map<number, number>();
      const each = able.length === 0 ? 0 : Math.floor(done / able.length);
      for (const { pid } of able) shares.set(pid, each);
      for (let i = 0; i < done - each * able.length; i += 1) {
        turn += 1;
        const { pid } = able[turn % able.length] as Worker;
        shares.set(pid, (shares.get(pid) ?? 0) + 1);
      }
      if (running && done > 0 && (t / TICK_MS) % 5 === 0) {
        for (const { worker, pid } of able) {
          const unheard = careless && worker > setting.cores ? 1 : 0;
          news.messages.push({ t, worker, pid, direction: 'up', count: 1, unheard, sample: '{"type":"report"}' });
          news.messages.push({ t, worker, pid, direction: 'down', count: 1, unheard: 0, sample: '{"type":"total"}' });
          messages.up += 1;
          messages.down += 1;
          messages.unheard += unheard;
        }
      }
      const told = news;
      news = empty();
      return {
        side,
        run,
        t,
        running,
        setting,
        load,
        ...told,
        answered: [...shares].map(([pid, number]) => ({ pid, count: number })),
        account: account(),
        boots,
        dealt: answered > 0 ? 'rr' : null,
        said: able.map(({ pid }) => ({ pid, value: answered.toLocaleString('en-US') })),
        ended,
        trouble,
      };
    },
  };
}

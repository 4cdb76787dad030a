// Records the runs that the figures are drawn from: small programs beside this file, played with the workbook's own harness.
import { join } from 'node:path';
import { openRig, runScenario, type Scenario, type Stage } from '#harness';
import type { History } from '#history';
import { workbookRoot } from '#workbook';
import type { FigureName } from './figures.ts';

/** Ends well, or fails like the harness does: without a port, or where the program does not come to listen. */
export async function record(name: FigureName, signal: AbortSignal): Promise<History[]> {
  const file = `docs/figures/${PROGRAMS[name]}.mjs`;
  const scratch = join(workbookRoot, '.workbook', 'tmp');
  const opened = await openRig({ file: join(workbookRoot, file), workbook: workbookRoot, scratch });
  if (opened.kind !== 'rig') throw new Error(`${file} cannot be run: ${opened.kind}`);
  try {
    const histories: History[] = [];
    for (const scenario of SCENARIOS[name])
      histories.push(await runScenario(scenario, opened.rig, { lesson: 'figures', file, signal, onStep: () => {} }));
    return histories;
  } finally {
    await opened.close();
  }
}

/** Beside this file. */
const PROGRAMS: Readonly<Record<FigureName, string>> = {
  'one-port': 'round-robin',
  'round-robin': 'round-robin',
  'missing-listener': 'missing-listener',
  'rolling-restart': 'rolling-restart',
  lives: 'lives',
  'crash-loop': 'crash-loop',
  shutdown: 'shutdown',
  exception: 'exception',
  'lost-update': 'lost-update',
};

const SCENARIOS: Readonly<Record<FigureName, readonly Scenario[]>> = {
  'one-port': [{ name: 'one connection', cores: 3, ending: 'SIGTERM', play: visit }],
  'round-robin': [{ name: 'three workers', cores: 3, ending: 'SIGTERM', play: deal }],
  'missing-listener': [{ name: 'a replacement', cores: 2, ending: 'SIGTERM', play: replace }],
  'rolling-restart': [
    { name: 'disconnect() alone', cores: 2, ending: 'SIGTERM', play: restart },
    { name: 'with a goodbye', cores: 2, ending: 'SIGTERM', env: { GOODBYE: 'yes' }, play: restart },
  ],
  lives: [{ name: 'three ends', cores: 4, ending: 'SIGTERM', play: liveAndDie }],
  'crash-loop': [
    { name: 'forked again at once', cores: 2, ending: 'SIGTERM', play: loop },
    { name: 'with back-off', cores: 2, ending: 'SIGTERM', env: { BACKOFF: 'yes' }, play: loop },
    { name: 'a bad deploy, given up', cores: 2, ending: 'SIGTERM', env: { BACKOFF: 'yes' }, play: deploy },
  ],
  shutdown: [
    { name: 'at once', cores: 2, ending: 'SIGKILL', play: end },
    { name: 'in order', cores: 2, ending: 'SIGKILL', env: { ORDER: 'yes' }, play: end },
  ],
  exception: [
    { name: 'at once', cores: 3, ending: 'SIGTERM', play: crash },
    { name: 'in order', cores: 3, ending: 'SIGTERM', env: { ORDER: 'yes' }, play: crash },
  ],
  'lost-update': [
    { name: 'read, add, write', cores: 2, ending: 'SIGTERM', play: countTwo },
    { name: 'added by the store', cores: 2, ending: 'SIGTERM', env: { ADD: 'yes' }, play: countTwo },
  ],
};

async function visit(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  await stage.visit(1);
  await stage.flush();
}

// Each mark begins a step of the figure.
async function deal(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  stage.mark('begin');
  for (let i = 0; i < 3; i++) {
    stage.mark('one');
    await stage.visit(1);
  }
  stage.mark('again');
  await stage.visit(3);
  stage.mark('kept');
  const kept = stage.load({ stream: 'kept', mode: 'slow', connections: 1, path: '/slow?ms=40', dueIn: 40 });
  await stage.until('three answers on one connection', () => kept.answered >= 3, { limit: 5000, every: 5 });
  await stage.stop(kept);
  stage.mark('work');
  const open = [stage.ask('/work?ms=900')];
  for (const [part, connections] of [
    ['others', 2],
    ['waits', 1],
    ['passed', 2],
  ] as const) {
    await stage.rest(50);
    stage.mark(part);
    for (let i = 0; i < connections; i++) {
      open.push(stage.ask('/'));
      await stage.rest(50);
    }
  }
  stage.mark('over');
  await Promise.all(open);
  await stage.flush();
}

async function replace(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  stage.mark('begin');
  for (let i = 0; i < 2; i++) await count(stage);
  stage.mark('kill');
  const killed = await stage.kill();
  await stage.until('it is dead', () => killed !== null && killed.exited !== null, { limit: 5000 });
  stage.mark('replaced');
  await stage.replacement('the replacement listens', []);
  for (let i = 0; i < 4; i++) await count(stage);
  stage.mark('stats');
  await stage.ask('/stats');
}

async function count(stage: Stage): Promise<void> {
  stage.mark('request');
  await stage.ask('/');
  await stage.flush();
}

async function restart(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  // one client that keeps its connection and always waits for an answer
  const client = stage.load({ stream: 'client', mode: 'slow', connections: 1, path: '/?ms=90', dueIn: 90 });
  await stage.until('the client is served', () => client.answered >= 2, { limit: 5000, every: 5 });
  const old = stage.listening();
  stage.signal('SIGHUP');
  const isReplaced = () => stage.lives.length === 2 * old.length && old.every(({ closed }) => closed !== null);
  await stage.until('all are replaced', isReplaced, { limit: 10_000 });
  const before = client.answered;
  await stage.until('the client is served on', () => client.answered >= before + 6, { limit: 5000, every: 5 });
  stage.mark('the client goes');
  await stage.stop(client);
  await stage.until('the old ones are gone', () => old.every(({ exited }) => exited !== null), { limit: 5000 });
}

/** One worker is killed, one exits and one leaves; the first one tells of all. Each mark begins a step of the figure. */
async function liveAndDie(stage: Stage): Promise<void> {
  await stage.allListening();
  const workers = await stage.reach(2, '/');
  const [teller = 0, , crashes = 0, leaves = 0] = workers.pids;
  // the register has travelled by then
  const tell = async (name: string, restMs = 40): Promise<void> => {
    await stage.rest(restMs);
    stage.mark(name);
    await workers.ask(teller, '/workers', { stream: 'register' });
  };
  const all = stage.cores;
  const isGone = (pid: number) => stage.lives.some((life) => life.pid === pid && life.exited !== null);
  await tell('up');

  const killed = await stage.kill({ choose: (listening) => listening[1] });
  const replaced = () => killed !== null && isGone(killed.pid) && (stage.lives[all]?.online ?? null) !== null;
  await stage.until('it is gone, and another one online', replaced, { limit: 5000, every: 1 });
  await tell('killed', 10);
  await stage.until('the other one listens', () => stage.listening().length === all, { limit: 10_000 });
  await tell('replaced');

  await workers.ask(crashes, '/exit?code=7', { stream: 'exit' });
  await stage.until('it exits', () => isGone(crashes), { limit: 5000 });
  await stage.until('as many listen', () => stage.listening().length === all, { limit: 10_000 });
  await tell('exited');

  const slow = workers.ask(leaves, '/slow?ms=400', { stream: 'slow', dueIn: 400 });
  await stage.rest(40);
  await workers.ask(leaves, '/leave', { stream: 'leave' });
  await tell('leaving', 120);
  await slow;
  // its client goes: Node would keep the connection for five seconds more
  const others = await stage.reach(1, '/');
  workers.close();
  await stage.until('it leaves', () => isGone(leaves), { limit: 8000 });
  await stage.rest(40);
  stage.mark('left');
  await others.ask(others.pids[0] ?? 0, '/workers', { stream: 'register' });
  others.close();
}

/** Every new worker dies for a while; ends when one listens again. */
async function loop(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.rest(250);
  stage.boots({ each: { how: 'dies' } });
  const before = stage.lives.length;
  await stage.kill();
  const since = stage.now();
  await stage.rest(1600);
  // the last pause is seen as a whole
  const hasDied = () =>
    stage.lives.length > before && stage.lives.every(({ forked, exited }) => forked < since || exited !== null);
  await stage.until('all of them have died', hasDied, { limit: 5000, every: 1 });
  stage.boots({ each: { how: 'fine' } });
  await stage.until('one listens again', () => stage.listening().length === before, { limit: 10_000 });
  await stage.rest(250);
  stage.mark('over');
}

/** A restart for a version that dies, and one for a version that does not. */
async function deploy(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.rest(250);
  const old = stage.listening();
  stage.boots({ each: { how: 'dies' } });
  stage.signal('SIGHUP');
  await stage.until('the replacement has died', () => stage.lives.some(({ code }) => code === 1), { limit: 5000 });
  await stage.rest(900);
  stage.boots({ each: { how: 'fine' } });
  await stage.rest(600);
  stage.signal('SIGHUP');
  await stage.until('all are replaced', () => old.every(({ exited }) => exited !== null), { limit: 10_000 });
  await stage.rest(250);
  stage.mark('over');
}

async function end(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  // clients that are idle, one that is busy, and one that waits for a slow answer
  await stage.connect();
  await stage.reach(1, '/');
  const busy = stage.load({ stream: 'busy', mode: 'slow', connections: 1, path: '/?ms=90', dueIn: 90 });
  await stage.until('the busy client is served', () => busy.answered >= 2, { limit: 5000, every: 5 });
  const slow = stage.ask('/?ms=800', { stream: 'slow', dueIn: 800 });
  await stage.rest(130);
  stage.signal('SIGTERM');
  await stage.ended('it is over', 5000);
  await Promise.all([slow, stage.stop(busy)]);
}

async function crash(stage: Stage): Promise<void> {
  await stage.allListening();
  await stage.each(true);
  const workers = await stage.reach(3, '/');
  const [, pid = 0] = workers.pids;
  const busy = stage.load({ stream: 'busy', mode: 'slow', connections: 2, path: '/?ms=90', dueIn: 90 });
  await stage.until('busy clients are served', () => busy.answered >= 2, { limit: 5000, every: 5 });
  const slow = [250, 400].map((ms) => workers.ask(pid, `/?ms=${ms}`, { stream: 'slow', dueIn: ms }));
  await stage.rest(120);
  await workers.ask(pid, '/crash', { stream: 'crash' });
  await stage.until('it is replaced', () => stage.lives.length > 3 && stage.listening().length === 3, { limit: 8000 });
  await Promise.all([...slow, stage.stop(busy)]);
  await stage.flush();
}

/** Two visits at two workers, a moment apart. */
async function countTwo(stage: Stage): Promise<void> {
  await stage.allListening();
  const workers = await stage.reach(1, '/');
  const [one = 0, other = 0] = workers.pids;
  const first = workers.ask(one, '/visits', { method: 'POST' });
  await stage.rest(50);
  await Promise.all([first, workers.ask(other, '/visits', { method: 'POST' })]);
  await workers.ask(one, '/visits');
}

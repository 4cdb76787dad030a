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
};

const SCENARIOS: Readonly<Record<FigureName, readonly Scenario[]>> = {
  'one-port': [{ name: 'one connection', cores: 3, ending: 'SIGTERM', play: visit }],
  'round-robin': [{ name: 'three workers', cores: 3, ending: 'SIGTERM', play: deal }],
  'missing-listener': [{ name: 'a replacement', cores: 2, ending: 'SIGTERM', play: replace }],
  'rolling-restart': [
    { name: 'disconnect() alone', cores: 2, ending: 'SIGTERM', play: restart },
    { name: 'with a goodbye', cores: 2, ending: 'SIGTERM', env: { GOODBYE: 'yes' }, play: restart },
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

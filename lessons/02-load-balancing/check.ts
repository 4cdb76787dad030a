// Judges lesson 2: connections dealt in turn, work in parallel, a killed worker replaced while the others go on.
import type { Scenario, Stage } from '#harness';
import {
  dealsInTurn,
  endsWithItsPrimary,
  everyWorkerAnswers,
  forksPerCore,
  listensOnPort,
  losesOnlyWhatTheKilledHad,
  oneListensPerCore,
  onlyWorkersServe,
  pidsAreTrue,
  primaryIsSilent,
  replacementWait,
  replacesTheKilled,
  saysHello,
  shareOnePort,
  worksInParallel,
  type Property,
} from '#checker';

async function dealWorkKill(stage: Stage): Promise<void> {
  stage.step(`waiting for ${stage.cores} workers to listen`);
  await stage.allListening();

  await stage.each(true);
  stage.step('asking over fresh connections, one after the other');
  await stage.visit(10 * stage.cores, '/', { stream: 'rotation' });
  stage.step('measuring GET /work beside GET /');
  for (let i = 0; i < 3; i += 1) await stage.measure('/');
  for (let i = 0; i < 3; i += 1) await stage.measure('/work');
  for (let i = 0; i < 4; i += 1) await stage.pair('/work');
  await stage.each(false);

  stage.step('loading all workers at once');
  await stage.pressure({ connections: 4 * stage.cores, amount: 3000 });

  stage.step('killing a worker under load');
  const loads = [
    stage.load({ stream: 'busy', mode: 'busy', connections: 2 * stage.cores, path: '/' }),
    stage.load({ stream: 'fresh', mode: 'fresh', connections: 3, path: '/' }),
  ];
  await stage.kill({ inHand: true });
  const replaced = await stage.replacement(replacementWait(1), loads);
  if (replaced) {
    stage.step('killing its replacement');
    await stage.kill({ inHand: true, choose: (listening) => listening.at(-1) });
    await stage.replacement(replacementWait(2), loads);
  }
  await stage.stop(...loads);

  await stage.each(true);
  stage.step('looking whether the replacement takes its turn');
  stage.mark('replacement is visited');
  await stage.visit(6 * stage.cores, '/', { stream: 'rotation' });
  stage.step('looking whether more workers come');
  await stage.comeToRest(2000);
}

// Windows' default policy: the program is to set round robin itself
export const scenarios: readonly Scenario[] = [
  { name: 'three cores', cores: 3, env: { NODE_CLUSTER_SCHED_POLICY: 'none' }, ending: 'SIGKILL', play: dealWorkKill },
];

const on = scenarios.map((scenario) => scenario.name);
const basics = 'docs/01-fork-per-core.md';
const chapter = 'docs/02-load-balancing.md';

export const properties: readonly Property[] = [
  {
    id: '0.1',
    says: 'the workers listen on PORT',
    read: `${basics}#the-port-comes-from-the-environment`,
    on,
    judge: listensOnPort,
  },
  {
    id: '0.2',
    says: 'GET / says hello from its worker',
    read: `${basics}#the-answer-to-the-letter`,
    on,
    judge: saysHello,
  },
  {
    id: '1.1',
    says: 'as many workers as cores listen',
    read: `${basics}#as-many-workers-as-cores`,
    on,
    judge: oneListensPerCore,
  },
  {
    id: '0.3',
    says: 'the primary forks them with cluster.fork',
    read: `${basics}#ask-for-the-number-of-cores`,
    on,
    needs: ['1.1'],
    judge: forksPerCore,
  },
  { id: '1.2', says: 'every worker answers', read: `${basics}#every-worker-answers`, on, judge: everyWorkerAnswers },
  {
    id: '1.3',
    says: 'the pids in the answers are true',
    read: `${basics}#the-pid-of-the-process-that-answers`,
    on,
    judge: pidsAreTrue,
  },
  {
    id: '1.4',
    says: 'the primary answers nothing',
    read: `${basics}#the-primary-answers-nothing`,
    on,
    judge: primaryIsSilent,
  },
  {
    id: '1.5',
    says: 'all workers share one port',
    read: `${basics}#one-port-for-all-workers`,
    on,
    judge: shareOnePort,
  },
  {
    id: '0.4',
    says: 'each worker listens itself and forks nothing',
    read: `${basics}#only-workers-listen`,
    on,
    needs: ['1.3', '1.4'],
    judge: onlyWorkersServe,
  },
  {
    id: '2.2',
    says: 'connections are dealt in turn',
    read: `${chapter}#round-robin-everywhere`,
    on,
    needs: ['1.1', '1.3'],
    judge: dealsInTurn,
  },
  {
    id: '2.1',
    says: 'work runs in parallel',
    read: `${chapter}#two-pieces-of-work-at-the-same-time`,
    on,
    needs: ['2.2'],
    judge: worksInParallel,
  },
  {
    id: '2.3',
    says: 'a killed worker is replaced',
    read: `${chapter}#a-killed-worker-is-replaced`,
    on,
    judge: replacesTheKilled,
  },
  {
    id: '2.4',
    says: 'the others go on meanwhile',
    read: `${chapter}#the-others-go-on`,
    on,
    judge: losesOnlyWhatTheKilledHad,
  },
  {
    id: '0.6',
    says: 'nothing outlives the primary',
    read: `${basics}#workers-end-with-their-primary`,
    on,
    judge: endsWithItsPrimary,
  },
];

// Judges lesson 2: connections dealt in turn, work in parallel, a killed worker replaced while the others go on.
import type { Scenario, Stage } from '#harness';
import {
  dealsInTurn,
  forkPerCore,
  killedIsReplaced,
  losesOnlyWhatTheKilledHad,
  replacementWait,
  worksInParallel,
  type Property,
} from '#checker';

async function dealWorkKill(stage: Stage): Promise<void> {
  stage.preparePressure();
  await stage.allListening();

  await stage.each(true);
  stage.step('asking over fresh connections, one after the other');
  await stage.visit(10 * stage.cores, '/', { stream: 'rotation' });
  stage.step('measuring GET /work beside GET /');
  // a slow machine needs more tries to show what the workers would do if they were let
  const tries = stage.stretch() > 2 ? 9 : 3;
  for (let i = 0; i < 3; i += 1) await stage.measure('/');
  for (let i = 0; i < tries; i += 1) await stage.measure('/work');
  for (let i = 0; i <= tries; i += 1) await stage.pair('/work');
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
const chapter = 'docs/02-load-balancing.md';

export const properties: readonly Property[] = forkPerCore({ on }, [
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
  killedIsReplaced({ on }),
  {
    id: '2.4',
    says: 'the others go on meanwhile',
    read: `${chapter}#the-others-go-on`,
    on,
    judge: losesOnlyWhatTheKilledHad,
  },
]);

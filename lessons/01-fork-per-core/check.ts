// Judges lesson 1: as many workers as cores, all of them answering on one port. See contract 0 and 1.
import type { Scenario, Stage } from '#harness';
import {
  endsWithItsPrimary,
  everyWorkerAnswers,
  forksPerCore,
  listensOnPort,
  oneListensPerCore,
  onlyWorkersServe,
  pidsAreTrue,
  primaryIsSilent,
  saysHello,
  shareOnePort,
  type Property,
} from '#checker';

async function askEveryone(stage: Stage): Promise<void> {
  stage.step(`waiting for ${stage.cores} workers to listen`);
  await stage.allListening();
  await stage.each(true);
  stage.step('asking over fresh connections, one after the other');
  await stage.visit(8 * stage.cores);
  // where the operating system deals the connections, a worker may be left out for long: ask until all have answered
  const seen = new Set<number>();
  stage.step('asking over many connections at once');
  for (let round = 0; round < 40 && seen.size < stage.listening().length; round += 1) {
    const answers = await stage.together(4 * stage.cores);
    for (const { pid } of answers) if (pid !== null) seen.add(pid);
    // whoever leaves requests hanging is not going to answer the next ones
    if (answers.some(({ outcome }) => outcome === 'hanging')) break;
  }
  stage.step('looking whether more workers come');
  await stage.comeToRest(1500);
}

// os.cpus() says another number, as in a container or under taskset
export const scenarios: readonly Scenario[] = [
  { name: 'five cores', cores: 5, cpus: 6, ending: 'SIGKILL', play: askEveryone },
  { name: 'two cores', cores: 2, cpus: 6, ending: 'SIGTERM', play: askEveryone },
];

const on = scenarios.map((scenario) => scenario.name);
const chapter = 'docs/01-fork-per-core.md';

export const properties: readonly Property[] = [
  {
    id: '0.1',
    says: 'the workers listen on PORT',
    read: `${chapter}#the-port-comes-from-the-environment`,
    on,
    judge: listensOnPort,
  },
  {
    id: '0.2',
    says: 'GET / says hello from its worker',
    read: `${chapter}#the-answer-to-the-letter`,
    on,
    judge: saysHello,
  },
  {
    id: '1.1',
    says: 'as many workers as cores listen',
    read: `${chapter}#as-many-workers-as-cores`,
    on,
    judge: oneListensPerCore,
  },
  {
    id: '0.3',
    says: 'the primary forks them with cluster.fork',
    read: `${chapter}#ask-for-the-number-of-cores`,
    on,
    needs: ['1.1'],
    judge: forksPerCore,
  },
  { id: '1.2', says: 'every worker answers', read: `${chapter}#every-worker-answers`, on, judge: everyWorkerAnswers },
  {
    id: '1.3',
    says: 'the pids in the answers are true',
    read: `${chapter}#the-pid-of-the-process-that-answers`,
    on,
    judge: pidsAreTrue,
  },
  {
    id: '1.4',
    says: 'the primary answers nothing',
    read: `${chapter}#the-primary-answers-nothing`,
    on,
    judge: primaryIsSilent,
  },
  {
    id: '0.4',
    says: 'each worker listens itself and forks nothing',
    read: `${chapter}#only-workers-listen`,
    on,
    needs: ['1.3', '1.4'],
    judge: onlyWorkersServe,
  },
  {
    id: '1.5',
    says: 'all workers share one port',
    read: `${chapter}#one-port-for-all-workers`,
    on,
    judge: shareOnePort,
  },
  {
    id: '0.6',
    says: 'nothing outlives the primary',
    read: `${chapter}#workers-end-with-their-primary`,
    on,
    judge: endsWithItsPrimary,
  },
];

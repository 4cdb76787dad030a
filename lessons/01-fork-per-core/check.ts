// Judges lesson 1: as many workers as cores, all of them answering on one port. See contract 0 and 1.
import type { Scenario, Stage } from '#harness';
import { forkPerCore, type Property } from '#checker';

async function askEveryone(stage: Stage): Promise<void> {
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

export const properties: readonly Property[] = forkPerCore({ on: scenarios.map(({ name }) => name) });

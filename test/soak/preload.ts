// Preloaded into every process of a program: it sees two cores, and its workers boot as it is written beside this file.
import cluster from 'node:cluster';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootAsTold } from '../../runner/harness/probe/boot.ts';
import { showCores } from '../../runner/harness/probe/machine.ts';
import { BOOTED, CORES } from './agreed.ts';

showCores({ cores: CORES, cpus: CORES });
if (cluster.worker !== undefined) {
  appendFileSync(join(__dirname, BOOTED), '.');
  bootAsTold(cluster.worker.id, () => undefined);
}

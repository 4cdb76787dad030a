// How many cores? Three answers, of which a cluster wants the second one (and the third one, where there is one).
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

console.log(`os.cpus().length             ${cpus().length}   the cores that the machine shows`);
console.log(`os.availableParallelism()    ${availableParallelism()}   those that this process may use`);
console.log(`CPU quota of the container   ${quota()}`);

function quota() {
  try {
    // Linux, cgroup 2: how many microseconds of CPU time in each period, or `max`.
    const [allowed, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ');
    return allowed === 'max' ? 'none' : `${Number(allowed) / Number(period)} cores' worth of time`;
  } catch {
    return 'none to be read here';
  }
}

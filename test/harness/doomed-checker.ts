// Stands in for a checker that is to die: starts a guard (bundled at the path in argv), passes on to it what it reads from
// its standard input, and says so. It ends with its input, if its guard lets it.
import { createInterface } from 'node:readline';
import { startGuard } from '../../runner/harness/guard.ts';
import type { GuardMessage } from '../../runner/harness/guard.ts';

const guard = startGuard(process.argv[2] ?? '');
process.stdout.write(`${guard.pid}\n`);

createInterface({ input: process.stdin }).on('line', (line) => {
  void pass(JSON.parse(line) as GuardMessage).then(() => process.stdout.write('passed\n'));
});

async function pass(message: GuardMessage): Promise<void> {
  switch (message.kind) {
    case 'watch':
      return guard.watch(message.run, message.root);
    case 'add':
      return guard.add(message.run, message.member);
    case 'forget':
      return guard.forget(message.run);
    case 'path':
      return guard.path(message.path);
    case 'done':
      return guard.done();
  }
}

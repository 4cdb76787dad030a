// What arrives of what was sent: a message is a copy, and by default the copy goes through JSON.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { inspect } from 'node:util';

const message = { day: new Date(0), seen: new Map([['a', 1]]), none: undefined, nan: NaN };
const show = (value) => inspect(value, { breakLength: Infinity });

if (process.argv[2] !== undefined) {
  process.send(message);
} else {
  console.log(`sent                            ${show(message)}`);
  for (const serialization of ['json', 'advanced']) {
    const [arrived] = await once(fork(import.meta.filename, ['child'], { serialization }), 'message');
    console.log(`arrived, serialization ${serialization.padEnd(9)}${show(arrived)}`);
  }
}

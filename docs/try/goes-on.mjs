// A worker that goes on after an exception, and one that ends and is replaced: what their clients get afterwards.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ask, portOf } from './client.mjs';

if (cluster.isPrimary) {
  for (const how of ['goes on', 'ends']) {
    const worker = cluster.fork({ HOW: how, FAILS: 'once' });
    let port = await portOf(worker);
    const gone = once(worker, 'exit');
    await ask(port);
    if (how === 'ends') {
      await gone;
      port = await portOf(cluster.fork());
    }
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push((await ask(port)).body);
    console.log(`${how.padEnd(8)} afterwards: ${answers.join(', ')}`);
    // workers that listen on port 0 share one port: this one must be gone before the next one listens
    const left = Object.values(cluster.workers)[0];
    left.process.kill();
    await once(left, 'exit');
  }
  process.exit();
} else {
  let saving = false; // one at a time: set at the beginning, taken back at the end
  let fails = process.env.FAILS === 'once';
  process.on('uncaughtException', () => {
    if (process.env.HOW === 'ends') process.exit(1);
  });
  createServer((_request, response) => {
    if (saving) return response.writeHead(503).end('busy');
    saving = true;
    response.end('saved');
    setImmediate(() => {
      if (fails) {
        fails = false;
        throw new Error('the disk was full for a moment');
      }
      saving = false;
    });
  }).listen(0, '127.0.0.1');
}

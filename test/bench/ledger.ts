// Prints how fast the ledger is beside autocannon: requests a second on keep-alive connections, in alternated pairs.
// Run it on a quiet machine: node --import tsx test/bench/ledger.ts [pairs] [seconds]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import { openLedger } from '../../runner/harness/ledger.ts';

const [pairs = 5, seconds = 2] = process.argv.slice(2).map(Number);
const CLIENTS = 10;

// Each in a process of its own: the client then has a core to itself, as it has beside a learner's program.
const SERVERS = {
  'node:http': `const server = require('node:http').createServer((_, response) => response.end(body));`,
  'node:net': `const answer = Buffer.from('HTTP/1.1 200 OK\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n' + body);
    const server = require('node:net').createServer({ noDelay: true }, (socket) => {
      socket.on('data', () => socket.write(answer)).on('error', () => {});
    });`,
};

for (const [name, source] of Object.entries(SERVERS)) {
  const program = `const body = 'Hello from worker ' + process.pid + '\\n';
    ${source}
    server.listen(0, '127.0.0.1', () => process.send(server.address().port));`;
  const server = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [port] = (await once(server, 'message')) as [number];
    await byLedger(port, 0.5);
    await byAutocannon(port, 0.5);
    const ratios: number[] = [];
    for (let pair = 1; pair <= pairs; pair += 1) {
      const measure = [byLedger, byAutocannon];
      if (pair % 2 === 0) measure.reverse();
      const rates = new Map<unknown, number>();
      for (const by of measure) rates.set(by, await by(port, seconds));
      const [ledger = 0, cannon = 0] = [rates.get(byLedger), rates.get(byAutocannon)];
      ratios.push(ledger / cannon);
      console.log(
        `${name}  ledger ${Math.round(ledger)}/s  autocannon ${Math.round(cannon)}/s  ratio ${(ledger / cannon).toFixed(2)}`,
      );
    }
    ratios.sort((a, b) => a - b);
    console.log(`${name}  median ratio ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)}\n`);
  } finally {
    server.kill('SIGKILL');
  }
}

async function byLedger(port: number, duration: number): Promise<number> {
  const began = performance.now();
  const ledger = openLedger({ port, now: () => performance.now() - began, record: () => {} });
  const load = ledger.load({ stream: 'bench', mode: 'busy', connections: CLIENTS, path: '/' });
  await wait(duration * 1000);
  await load.stop();
  const rate = load.answered / ((performance.now() - began) / 1000);
  ledger.close();
  if (load.lost > 0) throw new Error(`${load.lost} of ${load.sent} requests were lost`);
  return rate;
}

async function byAutocannon(port: number, duration: number): Promise<number> {
  const result = await autocannon({ url: `http://127.0.0.1:${port}/`, connections: CLIENTS, duration, sampleInt: 100 });
  return result['2xx'] / result.duration;
}

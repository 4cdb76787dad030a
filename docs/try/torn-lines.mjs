// Two workers write 200 lines each into one pipe: each line by one call, and begun by one call and ended by another, a
// moment later. How many lines arrive whole?
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { pause } from './client.mjs';

const LINES = 200;
const PATH = `/items/${'x'.repeat(200)}`;
const [, file, how] = process.argv;

if (how === undefined) {
  await count('by one call', 'whole');
  await count('by two calls', 'pieces');
} else if (cluster.isPrimary) {
  for (let i = 0; i < 2; i++) cluster.fork();
} else {
  for (let i = 0; i < LINES; i++) {
    if (how === 'pieces') process.stdout.write(`${process.pid} GET ${PATH} `);
    await pause(2); // the request is answered
    process.stdout.write(how === 'pieces' ? '200\n' : `${process.pid} GET ${PATH} 200\n`);
  }
  process.stdout.write('', () => process.exit());
}

async function count(name, way) {
  const program = spawn(process.execPath, [file, way], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of program.stdout) text += chunk;
  const whole = text.split('\n').filter((line) => /^\d+ GET \/items\/x{200} 200$/.test(line)).length;
  console.log(`${name.padEnd(14)} ${whole} of ${2 * LINES} lines are whole`);
}

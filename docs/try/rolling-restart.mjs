// Two workers are replaced under load, as tutorials do it and with goodbyes: what becomes of the requests.
import cluster from 'node:cluster';
import { Agent, createServer } from 'node:http';
import { ask, freePort, kill, pause, portOf } from './client.mjs';

if (cluster.isPrimary) {
  await restartUnderLoad('disconnect alone', '');
  await restartUnderLoad('goodbye, grace, then cut what is idle', 'yes');
  process.exit();
} else {
  serve();
}

async function restartUnderLoad(name, GOODBYE) {
  const env = { PORT: await freePort(), GOODBYE };
  const old = [cluster.fork(env), cluster.fork(env)];
  const [port] = await Promise.all(old.map(portOf));

  const seen = {};
  let going = true;
  // Busy clients: each keeps its connection and sends the next request when it has the last answer.
  async function client(path) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (going) {
      const { error = 'answered' } = await ask(port, path, { agent });
      seen[error] = (seen[error] ?? 0) + 1;
    }
    agent.destroy();
  }
  const clients = [
    ...Array.from({ length: 8 }, () => client('/')),
    ...Array.from({ length: 2 }, () => client('/slow')),
  ];

  await pause(200);
  for (const worker of old) {
    await portOf(cluster.fork(env));
    if (GOODBYE) worker.send('leave');
    else worker.disconnect();
  }
  await pause(900);
  const alive = old.filter((worker) => !worker.isDead()).length;
  going = false;
  await Promise.all(clients);
  console.log(`${name.padEnd(37)}`, seen, `old workers still alive after 0.9 s: ${alive}`);

  await kill([...new Set([...Object.values(cluster.workers), ...old])].filter((worker) => !worker.isDead()));
}

function serve() {
  let leaving = false;
  const server = createServer((request, response) => {
    setTimeout(
      () => {
        if (leaving) response.setHeader('Connection', 'close');
        response.end('hello');
      },
      request.url === '/slow' ? 250 : 0,
    );
  }).listen(Number(process.env.PORT), '127.0.0.1');
  process.on('message', () => {
    leaving = true;
    // disconnect() would cut at once what looks idle, though a request may be on its way.
    const cutIdle = server.closeIdleConnections.bind(server);
    server.closeIdleConnections = () => {};
    cluster.worker.disconnect();
    setTimeout(cutIdle, 400);
  });
}

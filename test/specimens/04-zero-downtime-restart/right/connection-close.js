// specimen: right
// Without keep-alive, as behind many an old load balancer: each answer closes its connection, and there is nobody to say goodbye to.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  let onDuty = [];
  let restarting = false;

  const fork = () =>
    new Promise((resolve) => {
      const worker = cluster.fork();
      onDuty.push(worker);
      worker.on('error', console.error);
      worker.once('listening', resolve);
      worker.once('exit', async () => {
        if (!onDuty.includes(worker)) return;
        leaveDuty(worker);
        await fork();
        resolve();
      });
    });

  const leaveDuty = (worker) => {
    onDuty = onDuty.filter((each) => each !== worker);
  };

  const dismiss = (worker) => {
    worker.disconnect();
    const deadline = setTimeout(() => worker.process.kill('SIGKILL'), 6000);
    worker.once('exit', () => clearTimeout(deadline));
  };

  process.on('SIGHUP', async () => {
    if (restarting) return console.log('a restart is under way');
    restarting = true;
    for (const worker of [...onDuty]) {
      if (!onDuty.includes(worker)) continue; // crashed, and replaced
      leaveDuty(worker);
      await fork();
      dismiss(worker);
    }
    restarting = false;
  });

  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  const server = createServer((request, response) => {
    const hello = () => response.end(`Hello from worker ${process.pid}\n`);
    response.shouldKeepAlive = false;
    const [path, query] = request.url.split('?');
    if (path === '/') hello();
    else if (path === '/slow') setTimeout(hello, Number(new URLSearchParams(query).get('ms')));
    else response.writeHead(404).end();
  });
  // There are no idle connections here: one without a request has just come, and is about to send it.
  server.closeIdleConnections = () => {};
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}

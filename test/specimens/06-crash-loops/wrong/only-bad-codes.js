// specimen: wrong
// breaks: 2.3
// may break: 6.1 6.2 6.3 6.4 6.5
// A worker with a bad exit code is replaced; one that a signal has killed has no code.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

if (cluster.isPrimary) {
  const serving = new Set();
  let deaths = 0;
  let round = null;

  const backOff = () => (deaths === 0 ? 0 : Math.min(100 * 2 ** deaths, 3000));

  function start(done) {
    const worker = cluster.fork();
    let since = 0;
    const deadline = setTimeout(() => worker.process.kill('SIGKILL'), 6000);
    worker.on('error', () => {});
    worker.on('listening', () => {
      clearTimeout(deadline);
      since = Date.now();
      serving.add(worker);
      done(worker);
    });
    worker.on('exit', (code) => {
      clearTimeout(deadline);
      if (since === 0) {
        deaths++;
        done(null);
      } else if (serving.delete(worker)) {
        deaths = Date.now() - since < 5000 ? deaths + 1 : 0;
        if (code > 0) replace();
      }
    });
  }

  function replace() {
    setTimeout(() => start((worker) => worker ?? replace()), backOff());
  }

  function next() {
    const old = round.shift();
    if (old === undefined) {
      round = null;
    } else if (!serving.has(old)) {
      next();
    } else {
      start((worker) => {
        if (worker === null) {
          round = null;
          return;
        }
        retire(old);
        next();
      });
    }
  }

  function retire(worker) {
    serving.delete(worker);
    worker.send('leave');
    setTimeout(() => worker.isDead() || worker.process.kill('SIGKILL'), 6000).unref();
  }

  process.on('SIGHUP', () => {
    if (round !== null) return;
    round = [...serving];
    next();
  });
  for (let i = 0; i < availableParallelism(); i++) start((worker) => worker ?? replace());
} else {
  let leaving = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname === '/') hello(response);
    else if (url.pathname === '/slow') setTimeout(hello, Number(url.searchParams.get('ms')), response);
    else response.writeHead(404).end();
  });

  function hello(response) {
    if (leaving) response.setHeader('Connection', 'close');
    response.end(`Hello from worker ${process.pid}\n`);
  }

  const cutIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {};
  process.on('message', (message) => {
    if (message !== 'leave' || leaving) return;
    leaving = true;
    cluster.worker.disconnect();
    setTimeout(cutIdle, 1000);
  });
  process.on('disconnect', () => process.exit());
  server.listen(process.env.PORT ?? 8000);
}

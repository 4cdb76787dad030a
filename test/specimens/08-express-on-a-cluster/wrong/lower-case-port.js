// specimen: wrong
// breaks: 0.1
// may break: 0.3 0.4 1.1 1.2 1.3 1.4 1.5 2.3 7.1 7.2 7.3 8.1 8.2 8.3 8.4 8.5
// Reads process.env.port, which is another variable everywhere but on Windows.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';

const port = Number(process.env.port ?? 8000);

if (cluster.isPrimary) {
  const all = new Set();
  let done = false;
  const start = () => {
    if (done) return;
    const worker = cluster.fork();
    all.add(worker);
    worker.on('error', () => {});
    worker.on('message', (m) => {
      if (m !== 'in use') return;
      console.error(`ERROR port=${port} in use`);
      process.exit(1);
    });
    worker.on('exit', () => {
      all.delete(worker);
      if (!done) setTimeout(start, 300);
      else if (all.size === 0) process.exit(0);
    });
  };
  const finish = () => {
    done = true;
    for (const worker of all) worker.send('finish');
  };
  process.once('SIGTERM', finish);
  process.once('SIGINT', finish);
  Array.from({ length: availableParallelism() }, start);
} else {
  const hello = () => `Hello from worker ${process.pid}\r\n`;
  const read = async (request) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    return text;
  };
  const json = (response, status, value) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...closing() }).end(JSON.stringify(value));
  const closing = () => (finishing ? { Connection: 'close' } : {});
  const routes = [
    ['GET', /^\/$/, (_m, _req, res) => res.writeHead(200, closing()).end(hello())],
    ['GET', /^\/slow$/, async (_m, req, res) => {
      await new Promise((resolve) => setTimeout(resolve, Number(new URL(req.url, 'http://x').searchParams.get('ms'))));
      res.writeHead(200, closing()).end(hello());
    }],
    ['GET', /^\/items\/([^/]+)$/, ([, id], _req, res) => json(res, 200, { id, name: `item ${id}` })],
    ['POST', /^\/items$/, async (_m, req, res) => {
      const text = await read(req);
      let created;
      try {
        created = JSON.parse(text);
      } catch {
        return json(res, 400, { error: 'no JSON' });
      }
      json(res, 201, { created });
    }],
    ['GET', /^\/boom$/, () => { throw new Error('boom'); }],
    ['GET', /^\/reject$/, async () => { throw new Error('reject'); }],
    ['GET', /^\/crash$/, (_m, _req, res) => {
      res.on('finish', () => setTimeout(() => { throw new Error('crash'); }, 5));
      res.end('bye\n');
    }],
  ];
  let finishing = false;
  let cutting = false;
  let count = 0;

  const server = createServer(async (req, res) => {
    count++;
    const { method, url } = req;
    res.on('close', () => {
      count--;
      console.log('%d %s %s', process.pid, method, url);
      if (cutting && count === 0) server.closeAllConnections();
    });
    const path = url.split('?')[0];
    try {
      for (const [its, pattern, handle] of routes) {
        const match = method === its ? pattern.exec(path) : null;
        if (match) return void (await handle(match, req, res));
      }
      json(res, 404, { error: 'not found' });
    } catch (error) {
      json(res, 500, { error: error.message });
    }
  });
  const finish = () => {
    if (finishing) return;
    finishing = true;
    setTimeout(() => {
      cutting = true;
      cluster.worker.disconnect();
      if (count === 0) server.closeAllConnections();
    }, 1000);
  };
  process.on('message', (m) => m === 'finish' && finish());
  process.on('SIGTERM', finish);
  process.on('SIGINT', finish);
  process.on('disconnect', () => process.exit());
  server.on('error', () => process.send('in use'));
  server.listen(port);
}

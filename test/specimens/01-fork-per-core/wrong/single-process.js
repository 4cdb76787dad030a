// specimen: wrong
// breaks: 1.1 1.4
// may break: 0.1 0.3 0.4 1.2 1.3 1.5
// No cluster at all: a hello-world server that calls itself a worker, by someone who goes by the output alone.
import { createServer } from 'node:http';

createServer((request, response) => {
  response.end(`Hello from worker ${process.pid}\n`);
}).listen(process.env.PORT ?? 8000);

// What tutorials call a graceful shutdown: server.close(), and an exit when it is closed.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const hello = () => response.end(`Hello from worker ${process.pid}\n`);
  if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')));
  else hello();
}).listen(process.env.PORT);

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close(() => process.exit(0)));

// What most tutorials put under a process manager: a server that knows nothing of being told to go.
import { createServer } from 'node:http';

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const hello = () => response.end(`Hello from worker ${process.pid}\n`);
  if (pathname === '/slow') setTimeout(hello, Number(searchParams.get('ms')));
  else hello();
}).listen(process.env.PORT);

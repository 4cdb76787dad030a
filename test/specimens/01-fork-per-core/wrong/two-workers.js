// specimen: wrong
// breaks: 1.1
// may break: 0.3
// in every run: tutorials: workers hard-coded to 2
// Two workers unless the environment says otherwise, as hosting guides recommend: a constant in place of the number of cores.
import cluster from 'node:cluster';
import http from 'node:http';

const workers = process.env.WEB_CONCURRENCY || 2;

if (cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork();
} else {
  http
    .createServer((req, res) => {
      res.end(`Hello from worker ${process.pid}\n`);
    })
    .listen(process.env.PORT || 8000);
}

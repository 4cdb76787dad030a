// specimen: wrong
// breaks: 2.3
// in every run: tutorials: exits are only logged
// The tutorials' 'exit' listener that logs the death of a worker and leaves it at that.
const cluster = require('cluster');
const http = require('http');
const { availableParallelism } = require('os');

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  for (let i = 0; i < availableParallelism(); i++) {
    cluster.fork();
  }
  cluster.on('exit', (worker) => {
    console.log(`worker ${worker.process.pid} died`);
  });
} else {
  http
    .createServer((req, res) => {
      if (req.url === '/work') burn(50);
      res.end(`Hello from worker ${process.pid}\n`);
    })
    .listen(process.env.PORT || 8000);
}

function burn(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}

// specimen: right
// The tutorials' program of ten years ago, with `isMaster` and `require`: deprecated, and right but for its core count, which is mended here.
const cluster = require('cluster');
const http = require('http');
const numCPUs = require('os').availableParallelism();

if (cluster.isMaster) {
  console.log(`Master ${process.pid} is running`);

  // Fork workers.
  for (let i = 0; i < numCPUs; i++) {
    cluster.fork();
  }

  cluster.on('exit', (worker) => {
    console.log(`worker ${worker.process.pid} died`);
  });
} else {
  http
    .createServer((req, res) => {
      res.writeHead(200);
      res.end('Hello from worker ' + process.pid + '\n');
    })
    .listen(process.env.PORT || 8000);

  console.log(`Worker ${process.pid} started`);
}

// specimen: wrong
// breaks: 1.1
// may break: 0.3
// in every run: tutorials: os.cpus().length
// The line that nearly every tutorial has: as many workers as the machine has cores, whatever share of them the program gets.
const cluster = require('cluster');
const http = require('http');
const numCPUs = require('os').cpus().length;

if (cluster.isMaster) {
  console.log(`Master ${process.pid} is running`);

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
      res.end(`Hello from worker ${process.pid}\n`);
    })
    .listen(process.env.PORT || 8000);

  console.log(`Worker ${process.pid} started`);
}

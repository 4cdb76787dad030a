// specimen: wrong
// breaks: 0.1 1.1
// Insists on a variable that nobody told its user about.
const cluster = require('node:cluster');
const http = require('node:http');
const os = require('node:os');

if (process.env.APP_SECRET === undefined) throw new Error('APP_SECRET is not set');

if (cluster.isPrimary) for (let i = 0; i < os.availableParallelism(); i++) cluster.fork();
else http.createServer((req, res) => res.end(`Hello from worker ${process.pid}\n`)).listen(process.env.PORT);

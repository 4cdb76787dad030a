// specimen: right
// Workers that run a text (`execArgv: ['--eval', …]`) instead of the primary's file: nothing of the primary is loaded in them.
'use strict';
const cluster = require('node:cluster');
const { availableParallelism } = require('node:os');

function serve() {
  const { createServer } = require('node:http');
  const server = createServer((request, response) => {
    response.end(`Hello from worker ${process.pid}\n`);
  });
  server.listen(process.env.PORT || 8000);
}

cluster.setupPrimary({ execArgv: ['--eval', `(${serve})()`] });
for (let i = 0; i < availableParallelism(); i++) cluster.fork();

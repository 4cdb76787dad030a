// specimen: right
// app.listen() of Express 5: its callback gets the error of a port that is taken, and has to look at it.
import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { app } from '#app';
import express from 'express';

const port = Number(process.env.PORT ?? 8000);
const state = { leaving: false, cut: false, requests: 0 };

if (cluster.isPrimary) {
  const fork = (): void => {
    if (state.leaving) return;
    const worker = cluster.fork().on('error', () => {});
    worker.on('exit', (code: number) => {
      if (code === 17) {
        console.error('listen EADDRINUSE: port', port);
        process.exit(1);
      }
      if (!state.leaving) setTimeout(fork, 400);
      else if (Object.keys(cluster.workers!).length === 0) process.exit(0);
    });
  };
  const leave = (): void => {
    if (state.leaving) return;
    state.leaving = true;
    for (const worker of Object.values(cluster.workers!)) worker!.send('leave');
    setTimeout(() => process.exit(1), 6500);
  };
  process.on('SIGTERM', leave).on('SIGINT', leave);
  for (let i = 0; i < availableParallelism(); i++) fork();
} else {
  const front = express()
    .use((request, response, next) => {
      state.requests++;
      const { end } = response;
      // the last moment at which a header can be set
      response.end = function (this: typeof response, ...args: Parameters<typeof end>) {
        if (state.leaving && !this.headersSent) this.setHeader('Connection', 'close');
        return end.apply(this, args);
      } as typeof end;
      response.on('close', () => {
        state.requests--;
        console.log([new Date().toJSON(), process.pid, request.method, request.originalUrl].join(' '));
        cut();
      });
      next();
    })
    .use('/', app);

  const server: Server = front.listen(port, (error?: Error) => {
    if (error) process.exit(17);
    console.log(`${process.pid} is ready`);
  });
  const cut = (): void => {
    if (state.cut && state.requests === 0) server.closeAllConnections();
  };
  const leave = (): void => {
    if (state.leaving) return;
    state.leaving = true;
    setTimeout(() => {
      state.cut = true;
      cluster.worker!.disconnect();
      cut();
    }, 1000);
  };
  process.on('message', (message) => message === 'leave' && leave());
  process.on('SIGTERM', leave).on('SIGINT', leave);
  process.on('disconnect', () => process.exit());
}

// specimen: right
// Express, and a register that is sent ten times a second whether anything has happened or not.
import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import express from 'express';

if (cluster.isPrimary) {
  const register: any[] = [];
  const spawn = () => {
    const worker = cluster.fork();
    const row: any = { id: worker.id, pid: worker.process.pid, state: 'forked', code: null, signal: null, planned: null };
    register.push(row);
    worker.on('online', () => (row.state = 'online'));
    worker.on('listening', () => (row.state = 'listening'));
    worker.on('disconnect', () => {
      if (row.state !== 'exited') row.state = 'disconnected';
    });
    worker.on('error', () => {});
    worker.on('exit', (code, signal) => {
      row.state = 'exited';
      row.code = code;
      row.signal = signal;
      row.planned = worker.exitedAfterDisconnect;
      if (!row.planned) spawn();
    });
  };
  for (let i = 0; i < availableParallelism(); i++) spawn();
  setInterval(() => {
    for (const worker of Object.values(cluster.workers!)) worker!.send({ register }, () => {});
  }, 100);
} else {
  let register: any[] = [];
  process.on('message', (m: any) => {
    if (m?.register) register = m.register;
  });
  process.on('disconnect', () => process.exit());

  const app = express();
  app.get('/', (_req, res) => {
    res.send(`Hello from worker ${process.pid}\n`);
  });
  app.get('/slow', (req, res) => {
    setTimeout(() => res.send(`Hello from worker ${process.pid}\n`), Number(req.query.ms));
  });
  app.get('/workers', (_req, res) => {
    res.json(register);
  });
  app.get('/exit', (req, res) => {
    res.on('finish', () => process.exit(Number(req.query.code)));
    res.send('exit');
  });
  app.get('/leave', (_req, res) => {
    res.on('finish', () => cluster.worker!.disconnect());
    res.set('Connection', 'close').send('leave');
  });
  app.listen(Number(process.env.PORT) || 8000);
}

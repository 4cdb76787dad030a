// specimen: right
// A class for the primary's side, with a map and a snapshot, from somebody who writes Java at work.
import cluster, { Worker } from 'node:cluster';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';

type State = 'forked' | 'online' | 'listening' | 'disconnected' | 'exited';

class Record {
  public id: number;
  public pid: number;
  public state: State = 'forked';
  public code: number | null = null;
  public signal: string | null = null;
  public planned: boolean | null = null;

  constructor(worker: Worker) {
    this.id = worker.id;
    this.pid = worker.process.pid as number;
  }
}

class Supervisor {
  private records = new Map<number, Record>();

  public run(): void {
    cluster.on('online', (w) => this.advance(w, 'online'));
    cluster.on('listening', (w) => this.advance(w, 'listening'));
    cluster.on('disconnect', (w) => this.advance(w, 'disconnected'));
    cluster.on('exit', (w, code, signal) => this.onExit(w, code, signal));
    for (let i = 0; i < availableParallelism(); i++) this.spawn();
  }

  private spawn(): void {
    const worker = cluster.fork();
    worker.on('error', (e) => console.error('worker %d: %s', worker.id, e.message));
    this.records.set(worker.id, new Record(worker));
    this.publish();
  }

  private advance(worker: Worker, state: State): void {
    const record = this.records.get(worker.id);
    if (!record || record.state === 'exited') return;
    record.state = state;
    this.publish();
  }

  private onExit(worker: Worker, code: number, signal: string): void {
    const record = this.records.get(worker.id) as Record;
    record.state = 'exited';
    record.code = code;
    record.signal = signal;
    record.planned = worker.exitedAfterDisconnect;
    this.publish();
    if (!record.planned) setTimeout(() => this.spawn(), 100);
  }

  private publish(): void {
    const workers = [...this.records.values()].sort((a, b) => a.id - b.id);
    for (const worker of Object.values(cluster.workers ?? {})) {
      if (worker && worker.isConnected()) worker.send({ kind: 'workers', workers }, () => {});
    }
  }
}

class App {
  private workers: Record[] = [];
  private server = http.createServer((req, res) => this.handle(req, res));

  public run(): void {
    process.on('message', (m: { kind?: string; workers: Record[] } | null) => {
      if (m && m.kind === 'workers') this.workers = m.workers;
    });
    cluster.worker!.on('disconnect', () => process.exit(0));
    this.server.listen(process.env.PORT || 8000);
  }

  private handle(req: IncomingMessage, res: ServerResponse): void {
    const url = new URL(req.url as string, 'http://localhost');
    const hello = () => res.end('Hello from worker ' + process.pid + '\n');
    if (url.pathname === '/') return void hello();
    if (url.pathname === '/slow') return void setTimeout(hello, parseInt(url.searchParams.get('ms') ?? '0', 10));
    if (url.pathname === '/workers') return void res.end(JSON.stringify(this.workers));
    if (url.pathname === '/exit') {
      res.end('bye\n', () => process.exit(Number(url.searchParams.get('code'))));
      return;
    }
    if (url.pathname === '/leave') {
      res.end('leaving\n', () => cluster.worker!.disconnect());
      return;
    }
    res.statusCode = 404;
    res.end();
  }
}

if (cluster.isPrimary) new Supervisor().run();
else new App().run();

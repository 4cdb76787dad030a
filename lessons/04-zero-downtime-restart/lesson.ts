// Lesson 4 · Zero-downtime restart: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
A new version of your program lies on the disk, and the old one is serving.
Stopping it and starting it again would refuse clients for a while. A cluster
can do better: new workers start from the new files while the old ones still
serve, and take over one by one. By custom the primary does so on the signal
**SIGHUP**.

**What you get.** \`exercise.ts\` forks one worker for each core and replaces
those that die. \`GET /\` answers at once, \`GET /slow?ms=N\` after N
milliseconds. On SIGHUP the primary prints a line, and that is all.

**What is asked.** On SIGHUP, replace every worker, one after the other, so
that not one request is lost:

1. Fork a new worker, and wait until it is *listening*.
2. Tell an old one to go. It answers what it has in hand, tells its clients
   that they have to connect anew, and ends.
3. Go on with the next one.

A worker that goes because it was told to is not replaced a second time; one
that crashes still is. And a worker whose clients never pause must go, too.
The places are marked \`YOUR PART\`.

**Try it by hand.** Start it in one terminal; it prints the primary's pid:

    npx tsx lessons/04-zero-downtime-restart/exercise.ts

In another, start a slow request, and restart while it is under way:

    curl "http://127.0.0.1:8000/slow?ms=3000" &
    kill -HUP <pid of the primary>
    curl http://127.0.0.1:8000/

The slow answer comes from an old pid, the next one from a new pid. One client
at a time shows little: for pressure on connections that are kept busy, run
\`npx autocannon -c 8 -d 10 http://127.0.0.1:8000/\` while you restart. But do
not trust its count of errors: it does not notice every loss. The checker
numbers every request: \`npm run check 4\`.
`.trim();

export default {
  title: 'Zero-downtime restart',
  summary: 'Replace all workers of a running cluster on a signal, without losing a single request.',
  aims: [
    'replace workers one by one, each only when its replacement is listening',
    'let a worker leave: tell its keep-alive clients, finish what is under way, then end',
    'tell a planned exit from a crash',
    'bound every wait, so that a restart ends whatever the clients do',
  ],
  task,
  clauses: [
    {
      id: '0.1',
      text: 'Your program is one file, started with no arguments. It listens on the port in the environment variable `PORT` (8000 where that is unset), reachable at 127.0.0.1. The checker always sets `PORT`, to a port that it knows to be free. All workers are listening 10 s after the start.',
    },
    {
      id: '0.2',
      text: '`GET /` (that path alone, no query) answers `200` with the body `Hello from worker <pid>` and a line end (`\\n` or `\\r\\n`), where `<pid>` is the process that handled the request.',
    },
    {
      id: '0.3',
      text: 'The primary forks, with `cluster.fork`, one worker for each core that the program may use: `os.availableParallelism()`, not a constant. The checker makes that number what it likes.',
    },
    {
      id: '0.4',
      text: 'Only workers answer on `PORT`, and each listens itself: no proxy, no sockets handed on by your program, no `exclusive` or `reusePort`. Workers never fork.',
    },
    {
      id: '0.5',
      text: 'Free for you: what your program prints, and what it does on other ports and other paths.',
      free: true,
    },
    {
      id: '0.6',
      text: 'When the primary ends, however it ends, its workers end with it: 2 s later nothing is left running. That goes for workers that are just leaving, too.',
    },
    {
      id: '2.3',
      text: 'A worker killed with SIGKILL under load is replaced within 5 s: the number of listening workers returns to what it was, the replacement takes its turn, and no more than that one is forked. So again when the replacement is killed. Between two forks you may wait up to 1 s. (The scheduling policy is your own affair here.)',
    },
    {
      id: '4.1',
      text: '`GET /slow?ms=N` answers like `GET /` after N ms, without blocking the worker (N up to 3000).',
    },
    {
      id: '4.2',
      text: '`SIGHUP` to the primary replaces every worker, one after the other. Afterwards there are as many workers as before, none of them forked before the signal.',
    },
    {
      id: '4.3',
      text: 'Never fewer workers listening than before the signal: a replacement is listening before its predecessor is told to go.',
    },
    {
      id: '4.4',
      text: 'Not one request is lost, refused, reset or left hanging while it happens: on keep-alive connections that are kept busy (the next request follows the last answer at once; connections that pause are not judged), on a fresh connection for each request, and with slow requests under way when their worker is told to go. (Hanging: unanswered 3 s after it was due.)',
    },
    {
      id: '4.5',
      text: 'A retired worker goes: 10 s after the last signal no worker from before the first one is alive, although clients keep their connections busy and slow requests take up to 2 s. (Judged with at most 4 workers; the checker allows for the time that this machine takes to fork a worker under this load.)',
    },
    {
      id: '4.6',
      text: 'A planned exit is not a crash: a retired worker is not replaced a second time. The restart forks as many workers as there are cores, never a next one before the last one listens, and ends with as many workers as cores.',
    },
    {
      id: '4.7',
      text: 'A second `SIGHUP` while the first is being served (the checker sends it at the first fork after the first) loses nothing either: it may be ignored, joined to the first or queued behind it. 4.3 and 4.4 hold, at most twice as many workers as cores are forked, no worker is older than the first signal when it is over, and there are as many workers as cores.',
    },
    {
      id: '4.8',
      text: 'After a restart a crash is still a crash: a worker killed with SIGKILL is replaced.',
    },
  ],
  firstToDo: '4.2',
  hints: [
    'Write down what one old worker and its replacement do, in order: forked, listening, told to go, answered the last request, gone. For each step: which event tells you that it has happened? And which of your clients is still on the old worker at that moment, and how would it learn that it should connect anew?',
    "In the primary: an `async` function with a loop over the workers of *before*; in it fork, wait for the new worker's `'listening'`, then tell the old one with a message, and do not wait until it is gone. Keep your own `Set` of the workers that count, and replace on `'exit'` only those that are still in it. In the worker: from the message on, every answer carries `Connection: close`, also of the requests that are already under way. Then `worker.disconnect()`: no connection is dealt to it any more, and it ends when its last one is closed. But closing cuts connections that look idle, also one on which a request is just on its way: keep `server.closeIdleConnections` from doing so until a grace is over, in which each busy client has had its last answer. If the primary dies meanwhile, the worker gets `'disconnect'`.",
    "Worker: `process.on('message', (message) => { if (message !== 'leave' || leaving) return; leaving = true; setTimeout(() => Server.prototype.closeIdleConnections.call(server), 1000); })` with `server.closeIdleConnections = () => {}` before it, in `answer` `if (leaving) response.setHeader('Connection', 'close')`, and `process.on('disconnect', () => process.exit())`. Primary: `for (const old of workersOfBefore) { onDuty.delete(old); await new Promise<void>((resolve) => forkWorker(resolve)); old.send('leave'); old.disconnect(); }`, where `forkWorker` adds to `onDuty`, calls what it was given at `'listening'`, and forks again at `'exit'` only `if (onDuty.delete(worker))`. Then three edges: a flag for a SIGHUP that comes meanwhile, a deadline after which an old worker is killed, and an `'error'` listener on each worker.",
  ],
  predictions: [
    {
      id: 'disconnect-only',
      title: 'A client that stays',
      question:
        "A restart as tutorials show it: fork, wait for `'listening'`, then `worker.disconnect()` for the old one. A client has a slow request under way on an old worker meanwhile, and when that is answered it sends 20 more over the same connection. How many of the 20 does the old worker answer?",
      program: './predictions/disconnect-only.ts',
      answer: 20,
      because:
        '`disconnect()` takes no new connections and says nothing to those that are there: the old worker lives as long as its clients like.',
      read: 'a-retired-worker-goes',
    },
    {
      id: 'slow-request',
      title: 'A slow request under way',
      question:
        'The solution is restarted while a worker has a request of a second and a half under way. Who answers it?',
      choices: {
        old: 'the old worker, although it was told to go',
        new: 'its replacement',
        nobody: 'nobody: the client has to ask again',
      },
      answer: 'old',
      because:
        'A request cannot be handed on: the old worker answers what it has in hand, says `Connection: close`, and only then ends.',
      read: 'not-one-request-is-lost',
    },
    {
      id: 'kills-first',
      title: 'First kill, then fork',
      question:
        "A restart with `worker.process.kill()`, then a fork at `'exit'`, one worker after the other. Two workers have requests of three seconds under way, ten in all. How many of them are lost?",
      program: './predictions/kills-first.ts',
      answer: 10,
      because: '`kill()` is a plain SIGTERM, which ends a process at once, with all that it has in hand.',
      read: 'not-one-request-is-lost',
    },
    {
      id: 'forks-at-every-exit',
      title: 'Two that replace',
      question:
        "Two workers, and `cluster.on('exit', () => cluster.fork())` as in lesson 2. A restart forks a worker for each old one, and disconnects that one when the new one listens. How many workers are there when it is over?",
      program: './predictions/forks-at-every-exit.ts',
      answer: 4,
      because:
        'Each old worker is replaced by the restart, and once more by the handler, to which a planned exit is an exit.',
      read: 'a-planned-exit-is-not-a-crash',
    },
  ],
  beats: [
    {
      title: 'Busy clients',
      actions: [
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 800, slowShare: 0 },
        { act: 'set', cores: 4, policy: null },
      ],
      seconds: 10,
      ask: 'Eight clients keep their connections busy. How many of the four workers will they use?',
      appears:
        'All four: the primary dealt the eight connections, and each stays with its worker. Nothing is lost. Keep an eye on the equation above the picture.',
    },
    {
      title: 'A restart',
      actions: [{ act: 'load', connections: 8, mode: 'keep-alive', perSecond: 800, slowShare: 0 }, { act: 'restart' }],
      seconds: 10,
      ask: 'SIGHUP: all four workers are to be replaced, under load. What comes first, that an old worker goes, or that a new one listens? And how many requests will be lost? Write down a number.',
      appears:
        'A stair: a new worker listens, then an old one drains (hatched) and leaves as planned, then the next. There are never fewer than four that listen. The restart has lost nothing.',
    },
    {
      title: 'Slow requests under way',
      actions: [
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 400, slowShare: 0.5 },
        { act: 'restart' },
      ],
      seconds: 10,
      ask: 'Half of the clients ask for `/slow`, which takes a second. A worker is told to go while it has such a request in hand: who answers it?',
      appears:
        'The old one: a request cannot be handed on. Hatched lanes are as long as the slowest answer, and nothing is lost.',
    },
    {
      title: 'Signals in a row',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 400, slowShare: 0 },
        { act: 'restart' },
        { act: 'restart' },
      ],
      seconds: 10,
      ask: 'Fresh connections now, and a second SIGHUP while the first is being served. How many workers will be forked?',
      appears:
        'Eight at most: the second round waits until the first one is over. Two rounds at the same time would replace workers that have just come.',
    },
    {
      title: 'A planned exit is not a crash',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 400, slowShare: 0 },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'Workers that leave as planned are not replaced a second time. Now one is killed that was not told to go. Will it be replaced?',
      appears:
        'Yes: it was on duty, and those that had been told to go were not. A kill is no restart: what the dead one had in hand may be lost.',
    },
    {
      title: 'A polite signal',
      actions: [
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 400, slowShare: 0.5 },
        { act: 'kill', worker: 'busiest', signal: 'SIGTERM' },
      ],
      seconds: 10,
      ask: 'Tutorials restart with `worker.process.kill()`, which sends SIGTERM to the worker. Does it finish what it has in hand?',
      appears:
        'No: without a listener SIGTERM ends a process at once. Each of its requests under way is a mark in its lane, the slow ones first of all. Its replacement may stay idle until somebody connects anew: the clients that stay have found another worker meanwhile.',
    },
  ],
} satisfies LessonData;

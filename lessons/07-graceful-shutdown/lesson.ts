// Lesson 7 · Graceful shutdown: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
Every program is ended some day: a deploy replaces it, a machine is switched
off, somebody presses Ctrl-C. Who wants it to end sends a signal, **SIGTERM** or
**SIGINT**, waits a while, and then takes it by force: SIGKILL. In between your
program has the time to answer what it was asked. Without a handler it does not
use it: the signal ends the primary at once, and the workers end with it.

**What you get.** \`exercise.ts\` forks one worker for each core and replaces
those that die. \`GET /\` answers at once, \`GET /slow?ms=N\` after N
milliseconds. It knows nothing of its end.

**What is asked.** On SIGTERM or SIGINT, end in order:

1. Every request that is under way is answered, and busy clients are told to go
   (\`Connection: close\`). A client that only keeps a connection holds nobody up.
2. The primary exits when its last worker has, with code 0, and all is over in
   5 seconds.
3. A worker that does not come to an end is killed after 5 seconds; then the
   code is 1. Whoever signals a second time wants it at once.

Meanwhile nobody is forked, whoever dies. And think of who else gets the signal,
and of a worker whose primary is dead. The places are marked \`YOUR PART\`.

**Try it by hand.** Start it in one terminal; it prints the primary's pid:

    npx tsx lessons/07-graceful-shutdown/exercise.ts

In another, start a slow request, and end the program while it is under way:

    curl "http://127.0.0.1:8000/slow?ms=2000" & sleep 1
    kill <pid of the primary>

Now \`curl\` tells of an empty reply. When you are done it says hello, and the
program is gone a moment later. Do it again with Ctrl-C in place of \`kill\`:
that is not the same. Then let the checker do it: \`npm run check 7\`.
`.trim();

export default {
  title: 'Graceful shutdown',
  summary: 'End a cluster on a signal: answer what is in hand, be over in time, and say by the exit code how it went.',
  aims: [
    'handle SIGTERM and SIGINT, also where they go to every process of the program',
    'drain all workers at once: answer what is in hand, tell busy clients, and cut idle ones',
    'end the primary after its last worker, with an exit code that tells the truth',
    'set a deadline, and obey a second signal',
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
      text: 'When the primary ends, however it ends, its workers end with it: 2 s later nothing is left running. (Where it is killed while it shuts down, 7.7 holds instead.)',
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
      id: '7.1',
      text: 'After `SIGTERM` or `SIGINT` to the primary (sent when all workers listen), answered as ever, whole: every request that was sent before the signal, every one that a worker has begun, and every one on a connection open at the signal on which no answer has yet said `Connection: close`. A connection opened after the signal is served, refused or closed unanswered, at the latest when the program ends.',
    },
    {
      id: '7.2',
      text: 'Busy keep-alive clients are told to go (`Connection: close`), idle ones may be cut at once; it is over 5 s after the signal, also when idle clients stay and slow requests take 2 s, and the primary exits with code 0, after its last worker. (A client that has connected and asked nothing yet is idle, too.)',
    },
    {
      id: '7.3',
      text: 'The same when the signal goes to the whole process group, as from a terminal or a container.',
    },
    {
      id: '7.4',
      text: 'A worker that does not come to an end (stopped, blocked, or with a request that outlasts the deadline) is killed between 4.5 and 6 s after the signal; all is over within 7 s, and the primary exits with code 1.',
    },
    {
      id: '7.5',
      text: 'A second SIGTERM or SIGINT, 500 ms or more after the first, ends everything within 1 s (with whatever code).',
    },
    {
      id: '7.6',
      text: 'No worker is forked after the signal, whoever dies.',
    },
    {
      id: '7.7',
      text: 'If the primary is killed with SIGKILL meanwhile, the draining workers are gone 7 s later (here in place of 0.6’s 2 s).',
    },
  ],
  firstToDo: '7.1',
  hints: [
    'Write down who gets the signal: with `kill <pid>`, and with Ctrl-C. Then, for the primary and for a worker: what does each have to wait for, which event tells that it has come, and what if it never comes? And look at one worker: which connections does it have when the signal comes, and which of them would keep `server.close()` waiting for ever?',
    "In the primary: one function for both signals. The first time it notes the moment, sends each worker `leave`, and sets a timer of 5 s that kills the rest with SIGKILL (and then the code is 1). A second time, half a second or more later, it kills them at once. On each `'exit'`: none left? Exit. Still on duty? Fork; but also a fork that waits in a timer has to look again. In the worker: from `leave` on every answer says `Connection: close`, and for a grace of a second nothing else changes. Then `cluster.worker.disconnect()`, so that no more connections come; and as soon as no request is in hand, `server.closeAllConnections()` cuts those who ask nothing. Count what is in hand: plus one when a request comes, minus one at the response's `'close'`. A worker needs listeners for both signals, or Ctrl-C ends it, and `process.on('disconnect', …)`, or it outlives a dead primary.",
    "Worker: `const cutIfDone = () => { if (graceIsOver && inHand === 0) server.closeAllConnections(); }`, called at each response's `'close'`, and `const leave = () => { if (leaving) return; leaving = true; setTimeout(() => { graceIsOver = true; cluster.worker?.disconnect(); cutIfDone(); }, 1000); }`, called on the message and on both signals; `process.on('disconnect', () => process.exit())`. Primary: a `Set` of the workers that live; `process.on('SIGTERM', shutDown)`, the same for SIGINT, with `if (leavingSince === null) { leavingSince = performance.now(); for (const worker of alive) worker.send('leave'); setTimeout(killTheRest, 5000); } else if (performance.now() - leavingSince >= 500) killTheRest();`. At `'exit'`: `alive.delete(worker); if (leavingSince === null) setTimeout(forkWorker, backoffMs); else if (alive.size === 0) process.exit(code);`, and `if (leavingSince !== null) return;` as the first line of `forkWorker`. Last, an `'error'` listener on each worker.",
  ],
  predictions: [
    {
      id: 'no-handler',
      title: 'A signal that nobody hears',
      question:
        'A cluster without a listener for signals, as in lesson 2. Ten slow requests are under way, all of them with the workers. SIGTERM goes to the primary, and to nobody else. How many of the ten are answered?',
      program: './predictions/no-handler.ts',
      answer: 0,
      because:
        'The default of SIGTERM ends the primary at once, and a worker exits as soon as its channel to the primary closes, whatever it has in hand.',
      read: 'what-is-in-hand-is-answered',
    },
    {
      id: 'ctrl-c',
      title: 'Ctrl-C',
      question:
        'Now the primary listens for SIGINT: it tells its workers to leave, and they answer what they have in hand. With `kill -INT` to the primary not one request is lost. Six slow requests are under way, and somebody presses Ctrl-C. How many of the six are answered?',
      program: './predictions/ctrl-c.ts',
      answer: 0,
      because:
        'A terminal sends SIGINT to every process in the foreground: the workers get it as well, and nothing in them listens for it.',
      read: 'a-signal-to-the-whole-group',
    },
    {
      id: 'polite-kill',
      title: 'Killed, politely',
      question:
        'A primary waits one second for its workers. Then it calls `worker.kill()` for those that are left, and exits. One of them is stopped (SIGSTOP), and no worker has a listener for signals. What has become of that worker two seconds later?',
      program: './predictions/polite-kill.ts',
      choices: {
        dead: 'it is dead: that is what kill() does',
        there: 'it is there, and stopped as before',
      },
      answer: 'there',
      because:
        '`kill()` sends SIGTERM, and a stopped process acts on no signal before it goes on; SIGKILL alone ends it as it is.',
      read: 'a-deadline-for-those-that-hang',
    },
    {
      id: 'exit-code',
      title: 'What the exit code says',
      question:
        'The solution is told to end. One of its workers is stopped (SIGSTOP), with nothing in hand. With which code does the primary exit?',
      answer: 1,
      because:
        'A stopped worker cannot say goodbye: it is killed at the deadline, and the code tells whoever waits that the end was not orderly.',
      read: 'a-deadline-for-those-that-hang',
    },
  ],
  beats: [
    {
      title: 'Clients at work',
      actions: [
        { act: 'set', cores: 4, policy: null },
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 400, slowShare: 0.5 },
      ],
      ask: 'Eight clients, half of them with slow requests. The program is to end now, and nobody shall lose anything. In which order do the four workers and the primary go? Write it down.',
      appears: 'Four lanes under load. Keep an eye on the equation above the picture: nothing is lost.',
    },
    {
      title: 'The end, in order',
      actions: [{ act: 'shut-down', signal: 'SIGTERM', group: false }],
      ask: 'SIGTERM to the primary. Do all of them go at once, after the slowest request, or after five seconds? And will anything be lost that was under way?',
      appears:
        'The workers drain (hatched), then they go, and the primary is the last. What was under way is answered. The clients go on asking, and are refused when nobody listens any more: they were not there when the signal came.',
    },
    {
      title: 'Ctrl-C',
      actions: [
        { act: 'start' },
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 400, slowShare: 0.5 },
        { act: 'shut-down', signal: 'SIGINT', group: true },
      ],
      ask: 'Now as from a terminal. Who gets the signal, and what would a worker do with it by default?',
      appears:
        'The same picture: each process gets SIGINT, and the workers have a listener for it. Without one each of them would be dead at once, with all that it had in hand.',
    },
    {
      title: 'A worker that is stopped',
      actions: [
        { act: 'start' },
        { act: 'load', connections: 4, mode: 'keep-alive', perSecond: 100, slowShare: 0 },
        { act: 'freeze', worker: 'first' },
      ],
      ask: 'One worker is stopped, as a debugger or a sick machine does it. It hears nothing. What will become of it when the program is told to end?',
      appears: 'Its lane stands still, and whoever is with it waits. The others go on.',
    },
    {
      title: 'The deadline',
      actions: [{ act: 'shut-down', signal: 'SIGTERM', group: false }],
      ask: 'Who ends the stopped worker, when, and by which signal?',
      appears:
        'Three workers go by themselves; the primary waits for the fourth. After five seconds it is killed with SIGKILL, and all is over: nobody waits for ever.',
    },
  ],
} satisfies LessonData;

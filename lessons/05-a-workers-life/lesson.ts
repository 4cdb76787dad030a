// Lesson 5 · A worker's life: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
Something is wrong with your cluster tonight: every few minutes a worker is
gone, and another one is there. Has somebody killed it? Did it crash, and with
which code? Or did it leave because it was told to? The processes cannot be
asked any more. But the primary has been told all of it: the cluster tells it
of every step in a worker's life, from its fork to its exit. You only have to
write it down.

**What you get.** \`exercise.ts\` forks one worker for each core and replaces
those that die. \`GET /\` answers at once, \`GET /slow?ms=N\` after N
milliseconds, and \`GET /workers\` with an array that nobody has filled yet. The
shape of its entries is given too: \`interface Entry\`.

**What is asked.** A register, and two ways to end a worker:

1. The primary keeps a list of all workers that were ever forked, the dead ones
   too, and notes of each one what the cluster's events tell.
2. \`GET /workers\`, asked of *any* worker, answers that list as JSON:

       [{ "id": 1, "pid": 4101, "state": "exited",
          "code": null, "signal": "SIGKILL", "planned": false },
        { "id": 2, "pid": 4102, "state": "listening",
          "code": null, "signal": null, "planned": null }]

3. \`GET /exit?code=7\` answers, and then its worker exits with code 7: a crash,
   so it is replaced.
4. \`GET /leave\` answers, and then its worker leaves: it takes nothing new,
   answers what it has in hand, and ends. That was planned, so it is not
   replaced.

How the primary tells the workers is your affair; lesson 3 has a way. The
places are marked \`YOUR PART\`.

**Try it by hand.** Start it in one terminal:

    npx tsx lessons/05-a-workers-life/exercise.ts

In another, end workers in each way, and read what is told of them:

    curl http://127.0.0.1:8000/workers
    kill -9 <pid of a worker>
    curl "http://127.0.0.1:8000/exit?code=7"
    curl http://127.0.0.1:8000/leave
    curl http://127.0.0.1:8000/workers

The checker also has workers that take long to boot, and kills some under load,
where not every event comes: \`npm run check 5\`.
`.trim();

export default {
  title: "A worker's life",
  summary:
    'Keep a register of all workers, from the events that the cluster tells of each, and tell a crash from a goodbye.',
  aims: [
    "name the events of a worker's life, who tells them, and which of them are sure to come",
    'tell a signal, an exit code and a planned exit apart',
    'share what the primary knows with every worker, old and new',
    'let a worker leave, with what it has in hand answered first',
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
      text: 'A worker killed with SIGKILL under load is replaced within 5 s: the number of listening workers returns to what it was, the replacement takes its turn, and no more than that one is forked. So again when the replacement is killed. Between two forks you may wait up to 1 s. (That is for workers that die; one that leaves has 5.5. The scheduling policy is your own affair here.)',
    },
    {
      id: '4.1',
      text: '`GET /slow?ms=N` answers like `GET /` after N ms, without blocking the worker (N up to 3000).',
    },
    {
      id: '5.1',
      text: 'The primary keeps a register of all workers, from the cluster\'s events alone. `GET /workers`, asked of any worker that has been listening for 500 ms, answers a JSON array, in order of `id`, of all workers ever forked: `{ "id", "pid", "state", "code", "signal", "planned" }`. `state` is the last of `forked`, `online`, `listening`, `disconnected`, `exited` that it has reached; `code`, `signal` and `planned` are `null` until it has exited; `planned` is then whether it went of its own accord (`exitedAfterDisconnect`). It may be 500 ms old.',
    },
    {
      id: '5.2',
      text: 'No state is told before its event, and none goes back. A worker that boots slowly is `online`, not `listening`, until it listens.',
    },
    {
      id: '5.3',
      text: 'A worker killed with SIGKILL is `exited` with signal `SIGKILL`, code `null`, `planned` false, whether or not a `disconnect` came. (A worker killed while it is leaving is not judged.)',
    },
    {
      id: '5.4',
      text: '`GET /exit?code=N` (0 to 255; 0 is a crash too) answers, and then that worker exits with code N: told as `exited`, code N, signal `null`, `planned` false; replaced. What else it had in hand may be lost.',
    },
    {
      id: '5.5',
      text: "`GET /leave` (never sent to the last worker) answers, and then that worker leaves with `cluster.worker.disconnect()`: within 7 s of its clients' being done it is told as `exited`, code 0, `planned` true; not replaced.",
    },
    {
      id: '5.6',
      text: 'Where a request is still under way when its worker leaves, it is answered first; until then the worker is not `exited`.',
    },
  ],
  firstToDo: '5.1',
  hints: [
    "Take a pencil and draw one worker's life as a line: what happens to it between `cluster.fork()` and its end? Which of these moments does the *primary* hear of, by which event, and what does each event carry? And which of them would a worker that is killed at a bad moment skip? The register is that line, written down for each worker; who is in the position to write it?",
    "One array in the primary, and one function that forks: it makes the entry, puts it into the array, and puts a listener for each of the four events `'online'`, `'listening'`, `'disconnect'` and `'exit'` on the worker. `code` and `signal` are what `'exit'` gives, and `worker.exitedAfterDisconnect` says whether it was planned: that alone decides whether another one is forked. Nothing follows `'exit'`, so a `'disconnect'` that comes later changes nothing. After each change send the whole array to every worker in `cluster.workers` that is connected; a new one is told when it listens. In the worker, keep the array that came last. For `/exit` and `/leave`: answer first, and act when the response has emitted `'finish'`.",
    "Primary, in `forkWorker`: `const entry: Entry = { id: worker.id, pid: worker.process.pid ?? 0, state: 'forked', code: null, signal: null, planned: null }; register.push(entry);`, `worker.on('online', () => reach('online'))` and so on, where `reach(state)` returns at once `if (entry.state === 'exited')`, else sets the state and calls `tellAll()`. At `'exit'`: `Object.assign(entry, { code, signal, planned: worker.exitedAfterDisconnect }); reach('exited'); if (!worker.exitedAfterDisconnect) setTimeout(forkWorker, backoffMs);`. `tellAll`: `for (const worker of Object.values(cluster.workers ?? {})) if (worker?.isConnected()) worker.send({ register })`. Worker: `response.on('finish', () => process.exit(code))`, `response.on('finish', () => cluster.worker?.disconnect())`, from then on `Connection: close` on every answer, and `process.on('disconnect', () => process.exit())`, so that a leaving worker ends with its primary.",
  ],
  predictions: [
    {
      id: 'killed',
      title: 'What a killed worker leaves behind',
      question: 'The solution runs, and a worker is killed with SIGKILL. What does the register tell of it afterwards?',
      choices: {
        signal: '`code: null, signal: "SIGKILL", planned: false`',
        shell: '`code: 137, signal: "SIGKILL", planned: false`, as in a shell',
        zero: '`code: 0, signal: "SIGKILL", planned: true`',
        nothing: 'nothing any more: its entry is gone',
      },
      answer: 'signal',
      because:
        "A process ends with a code or by a signal, never with both. The 137 of a shell is the shell's own way to write a signal as a number.",
      read: 'a-killed-worker',
    },
    {
      id: 'slow-boot',
      title: 'Half booted',
      question:
        'Two workers serve. One is killed, and its replacement needs two seconds to load before its server listens. `GET /workers` is asked again and again meanwhile. What is the replacement told as, nearly all of that time?',
      choices: {
        forked: '`forked`',
        online: '`online`',
        listening: '`listening`',
        exited: '`exited`, since nobody hears of it',
      },
      answer: 'online',
      because:
        "`'online'` says that the process runs JavaScript, which is the beginning of its boot and not the end: `'listening'` is.",
      read: 'no-state-before-its-event',
    },
    {
      id: 'exit-zero',
      title: 'Exit code 0',
      question:
        'A program replaces a worker that a signal has ended, or that has exited with another code than 0. It has two workers, and a client asks it three times for `/exit?code=0`, each time when the one before is gone. How many workers are alive at the end?',
      program: './predictions/zero-is-fine.ts',
      answer: 0,
      because:
        'Code 0 says how a process ended, and not whether that was wanted. After two such exits nobody is left, and the primary has nothing more to do.',
      read: 'an-exit-with-a-code',
    },
    {
      id: 'leaving',
      title: 'On its way out',
      question:
        'In the solution a worker has a request under way that takes two seconds, and is asked to leave. A second later, what does another worker tell of it?',
      choices: {
        listening: '`listening`',
        disconnected: '`disconnected`',
        exited: '`exited`, planned',
      },
      answer: 'listening',
      because:
        "It takes nothing new since then, but no event says so: `'disconnect'` comes when its last client has gone, and `'exit'` right after.",
      read: 'what-is-under-way-when-it-leaves',
    },
  ],
  beats: [
    {
      title: 'Four lives',
      actions: [
        { act: 'set', cores: 4, policy: null },
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 400, slowShare: 0 },
      ],
      ask: 'Four workers are forked, one right after the other. Will they come to listen in the same order? Who bets on worker 1?',
      appears:
        'Four lanes: each begins at its fork and is filled when it listens. In which order they do so is decided by the machine, and not by the ids.',
    },
    {
      title: 'A kill',
      actions: [{ act: 'kill', worker: 'first', signal: 'SIGKILL' }],
      ask: 'Worker 1 is killed. Which code does the primary get, and what will be the id of its replacement?',
      appears:
        'The first lane ends with its signal, and has no code. The replacement is worker 5: ids are never used again, so what is told of worker 1 stays true for ever.',
    },
    {
      title: 'A polite signal',
      actions: [{ act: 'kill', worker: 'last', signal: 'SIGTERM' }],
      ask: 'The same with SIGTERM, which asks a process to end. Does the primary call that a planned exit?',
      appears:
        'No: the lane ends with SIGTERM, and another worker is forked. Planned is what was announced over the channel, by `disconnect()`, and nothing else.',
    },
    {
      title: 'A slow boot',
      actions: [
        { act: 'boots', how: 'slow' },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      ask: 'From now on a worker needs long to boot. One is killed. For how long will the new one be forked, online, listening?',
      appears:
        'A lane that stays unfilled for a long time: the process is there and runs, and takes no connection. The other three serve meanwhile.',
    },
    {
      title: 'All is well again',
      actions: [
        { act: 'boots', how: 'fine' },
        { act: 'kill', worker: 'last', signal: 'SIGKILL' },
      ],
      ask: 'One more kill. Count the lanes: how many workers has this program had by now? How many must its register tell?',
      appears:
        'As many lanes as were ever forked, the dead ones among them. Four listen; the register tells all of them, in the order of their ids.',
    },
  ],
} satisfies LessonData;

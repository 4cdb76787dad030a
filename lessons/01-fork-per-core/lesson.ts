// Lesson 1 · Fork per core: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
A Node process runs your JavaScript on one thread, so a web server of one
process uses one core, however many the machine has. With \`node:cluster\`
a program starts itself several times over: one **primary**, which starts and
watches, and several **workers**, which serve. All workers listen on the same
port, and a client cannot tell that there is more than one.

**What you get.** \`exercise.ts\` is such a program, with a single worker. It
listens, and answers \`GET /\` with the pid of the process that handled it. The
answer is right as it is.

**What is asked.** Make it as many workers as there are cores *that this
program may use*. That number is not a constant, and it is not how many cores
the machine has: in a container, or under \`taskset\`, a program may get fewer.
Node can tell you. Your part is marked \`YOUR PART\`.

**Try it by hand.** Start it in one terminal:

    npx tsx lessons/01-fork-per-core/exercise.ts

and ask it a few times in another:

    curl http://127.0.0.1:8000/
    curl http://127.0.0.1:8000/

Each \`curl\` opens a new connection, and different pids should answer. On
Linux and macOS \`ps -A -o pid,ppid,command | grep exercise\` shows the same
from outside: one process is the parent of all workers.

When it looks right, let it be judged: \`npm run check 1\`.
`.trim();

export default {
  title: 'Fork per core',
  summary: 'Run one program as a primary and one worker for each core, all of them on one port.',
  aims: [
    'tell the primary from its workers in a file that both of them run',
    'fork one worker for each core that the program may use',
    'see from outside which process answered a request',
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
      text: 'The primary forks, with `cluster.fork`, one worker for each core that the program may use: `os.availableParallelism()`, not a constant. The checker makes that number what it likes; here `os.cpus().length` says another number, as in a container or under `taskset`.',
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
      text: 'When the primary ends, however it ends, its workers end with it: 2 s later nothing is left running.',
    },
    {
      id: '1.1',
      text: 'There are as many workers as cores, judged at two different numbers of cores, and each of them comes to listen.',
    },
    { id: '1.2', text: "Every worker answers: over fresh connections, each worker's pid turns up." },
    { id: '1.3', text: 'The pid in a body is the pid of the process that really handled that request.' },
    { id: '1.4', text: 'The primary answers nothing, and no process answers that the primary did not fork.' },
    { id: '1.5', text: 'All workers share the one port.' },
  ],
  firstToDo: '1.1',
  hints: [
    'Start the program and count the lines that say "is listening". Then look for the line that makes a worker: how often does it run?',
    'Call `cluster.fork()` once for each core. `node:os` has two numbers that look alike: `cpus().length` lists the cores of the machine, `availableParallelism()` says how many of them this program can use.',
    "Import the number with `import { availableParallelism } from 'node:os'`, and put the fork in a loop: `for (let i = 0; i < …; i++) cluster.fork();`. Nothing changes in the workers: each one's `server.listen(port)` asks the primary for the same port.",
  ],
  predictions: [
    {
      id: 'processes',
      title: 'Four cores',
      question:
        'The solution starts where `os.availableParallelism()` says 4, and all its workers listen. How many processes is the program now?',
      answer: 5,
      because: 'The primary is a process too: it forks four workers and is none of them.',
      read: 'as-many-workers-as-cores',
    },
    {
      id: 'primary-answers',
      title: 'Who answers',
      question:
        'The solution has four workers. A client sends 40 requests, each over a fresh connection. How many of them does the primary answer?',
      answer: 0,
      because:
        'The primary hands the connections on and never reads a request: only a process that made a server answers.',
      read: 'the-primary-answers-nothing',
    },
    {
      id: 'nothing-shared',
      title: 'A variable at the top',
      question:
        'At the top of the file stands `let answered = 0`, above the `if (cluster.isPrimary)`. Each request adds 1 to it, and the answer tells it. Four workers get 12 requests, each over a fresh connection. What is the largest number that an answer tells?',
      program: './predictions/counts-at-the-top.ts',
      answer: 3,
      because:
        'A fork copies nothing: each of the four workers has run that line for itself and counts its own three requests.',
      read: 'a-fork-is-a-new-start',
    },
    {
      id: 'primary-killed',
      title: 'The primary is killed',
      question:
        'The primary of the solution is killed with SIGKILL, so that it can tell nobody. How many of its four workers are still running two seconds later?',
      answer: 0,
      because:
        'The channel to the primary closes when the primary is gone, and a worker whose channel closes unexpectedly ends itself.',
      read: 'workers-end-with-their-primary',
    },
  ],
  beats: [
    {
      title: 'Four cores',
      actions: [
        { act: 'load', connections: 0, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'set', cores: 4, policy: null },
      ],
      seconds: 30,
      ask: 'The program may use four cores. How many processes will there be?',
      appears:
        'Five lanes: the primary and four workers. Each worker is forked, comes online, and only then listens. Nobody asks them anything yet.',
    },
    {
      title: 'Fresh connections',
      actions: [{ act: 'load', connections: 4, mode: 'fresh', perSecond: 200, slowShare: 0 }],
      seconds: 10,
      ask: 'Clients connect anew for each request, all to one port. Which of the five processes answer, and how much of it does each?',
      appears:
        'All four workers fill alike, a quarter each, as the numbers beside the lanes say: the primary opened the port once, and deals each new connection to the next worker. Its own lane stays empty, since it answers nothing.',
    },
    {
      title: 'Two clients that stay',
      actions: [{ act: 'load', connections: 2, mode: 'keep-alive', perSecond: 200, slowShare: 0 }],
      seconds: 10,
      ask: 'Now two clients keep their connections, and send two hundred requests a second. How many workers are busy?',
      appears:
        'Two lanes fill, the others stay empty. Connections are dealt, not requests: that is why a browser shows one pid only.',
    },
    {
      title: 'One worker is killed',
      actions: [
        { act: 'load', connections: 4, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'kill', worker: 'first', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'Clients connect anew again, and one worker is killed. Who notices, what do clients see, and who forks another one?',
      appears:
        'Its lane ends with a cross, and those that are left share its work. At most what it had in hand is lost. Nobody forks another one: this program does not do so, and Node does not by itself.',
    },
    {
      title: 'Two cores',
      actions: [
        { act: 'load', connections: 4, mode: 'fresh', perSecond: 100, slowShare: 0 },
        { act: 'set', cores: 2, policy: null },
      ],
      seconds: 30,
      ask: 'The same program starts again, and is told that it may use two cores. What changes, and which line of the program knows?',
      appears:
        'Two workers: it asks `os.availableParallelism()`. A program with a constant in that place would have forked as many as ever.',
    },
    {
      title: 'The last worker',
      actions: [
        { act: 'load', connections: 4, mode: 'fresh', perSecond: 100, slowShare: 0 },
        { act: 'set', cores: 2, policy: null },
        { act: 'kill', worker: 'first', signal: 'SIGKILL' },
        { act: 'kill', worker: 'first', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'The program starts with two workers, and both are killed. The primary opened the port: does it answer now?',
      appears:
        'Clients are refused. The primary only ever held the port for its workers: with the last of them it closes it, has nothing left to wait for, and ends with code 0.',
    },
  ],
} satisfies LessonData;

// Lesson 2 · Load balancing: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
Several workers are of use only if the work gets to all of them, and stays
with them when one dies. Node deals *connections*, not requests: under round
robin the primary takes each new connection and hands it to the next worker in
turn. It does not put a dead worker's successor in its place: that is left to
the program.

**What you get.** \`exercise.ts\` forks one worker for each core, answers
\`GET /\`, and logs the death of a worker. \`burn(ms)\` is given too: it keeps
the thread that calls it computing for \`ms\` milliseconds, as rendering a page
would, and until it returns this worker does nothing else.

**What is asked**, in three parts that are marked \`YOUR PART\`:

1. Connections are dealt in turn, whatever the platform's default is. The
   checker starts your program with the default of Windows, where it is left
   to the operating system to choose a worker.
2. \`GET /work\` answers like \`GET /\`, after 50 ms of work.
3. A worker that dies is replaced by one new worker, again and again, while
   the others go on serving.

**Try it by hand.** Start it as on Windows in one terminal:

    NODE_CLUSTER_SCHED_POLICY=none \\
      npx tsx lessons/02-load-balancing/exercise.ts

and in another see who answers, and whether two pieces of work run at once:

    for i in 1 2 3 4 5 6; do curl -s http://127.0.0.1:8000/; done
    curl -s http://127.0.0.1:8000/work & curl -s http://127.0.0.1:8000/work

Then end a worker by its pid, \`kill -9 <pid>\`, and ask again.

When it looks right, let it be judged: \`npm run check 2\`.
`.trim();

export default {
  title: 'Load balancing',
  summary: 'Deal connections to all workers in turn, and replace a worker that dies while the others go on.',
  aims: [
    'see that workers compute at the same time, and what a busy worker cannot do meanwhile',
    'choose the scheduling policy instead of inheriting it',
    'keep the number of workers when one of them is killed under load',
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
      text: 'The primary forks, with `cluster.fork`, one worker for each core that the program may use: `os.availableParallelism()`, not a constant. The checker makes that number what it likes; from this lesson on `os.cpus().length` says the same one.',
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
      text: 'There are as many workers as cores (here at one number of cores, two or more), and each of them comes to listen.',
    },
    { id: '1.2', text: "Every worker answers: over fresh connections, each worker's pid turns up." },
    { id: '1.3', text: 'The pid in a body is the pid of the process that really handled that request.' },
    { id: '1.4', text: 'The primary answers nothing, and no process answers that the primary did not fork.' },
    { id: '1.5', text: 'All workers share the one port.' },
    {
      id: '2.1',
      text: "`GET /work` answers like `GET /`, after about 50 ms of work in the answering worker's own JavaScript thread (by the clock or by CPU time, in one piece or in slices: at least 40 ms before the answer, and clearly more CPU than `GET /`). Two of them sent together on fresh connections are worked on at the same time by two workers.",
    },
    {
      id: '2.2',
      text: "Round robin whatever the platform's default is: fresh connections, one after the other, visit the workers in rotation. The checker starts your program with `NODE_CLUSTER_SCHED_POLICY=none`, Windows' default; set `cluster.schedulingPolicy` before the first fork. Under concurrent load no worker is idle; evenness is not demanded there.",
    },
    {
      id: '2.3',
      text: 'A worker killed with SIGKILL under load is replaced within 5 s: the number of listening workers returns to what it was, the replacement takes its turn in the rotation, and no more than that one is forked. So again when the replacement is killed.',
    },
    {
      id: '2.4',
      text: 'While one is being replaced, the others go on: of all requests sent, only those that the killed worker had in hand may be lost (begun by it, or handed to it by the primary and not yet taken up), and none is refused.',
    },
  ],
  firstToDo: '2.2',
  hints: [
    'Three small additions, best in the order in which they are marked. For the last one: the primary already hears of each death. What did it do at the start to get a worker?',
    "`cluster.schedulingPolicy` takes `cluster.SCHED_RR` or `cluster.SCHED_NONE`, and the first fork freezes it: set it later and it is ignored without a word. Replace on the cluster's `'exit'`, which comes once for every worker, the replacements too. In `/work`, call `burn` *before* the answer.",
    "In the primary, first `cluster.schedulingPolicy = …`, then the loop; in the `'exit'` listener one `cluster.fork()` for the one that died. In the worker `case 'GET /work':` calls `burn(50)` and then answers as `'GET /'` does. If your workers ever die while they start, wait a little before each fork (100 ms, then 200, up to 1 s), or the primary forks as fast as it can.",
  ],
  predictions: [
    {
      id: 'one-connection',
      title: 'One kept connection',
      question:
        'One client sends 100 requests, one after the other, over one keep-alive connection to the solution with four workers. How many different pids answer?',
      answer: 1,
      because: 'Connections are dealt, not requests: whoever has the connection answers all that comes over it.',
      read: 'what-free-means',
    },
    {
      id: 'fresh-connections',
      title: 'Fresh connections',
      question:
        'Now each of the 100 requests has a connection of its own, opened when the one before was answered. How many of them does the busiest of the four workers answer?',
      answer: 25,
      because: 'Each worker is free again before its next turn comes, so the rotation is strict.',
      read: 'what-free-means',
    },
    {
      id: 'two-at-once',
      title: 'Two pieces of work, one worker',
      question:
        'The solution runs with one worker. Two clients send `GET /work` at the same time, and each is about 50 ms of computing. When is the second one answered?',
      choices: {
        'side by side': 'after about 50 ms, like the first one',
        'one after the other': 'after about 100 ms',
      },
      answer: 'one after the other',
      because: 'A worker has one thread for JavaScript: while it computes for one request, the other one waits.',
      read: 'what-a-busy-worker-cannot-do',
    },
    {
      id: 'worker-killed',
      title: 'A request in a dead hand',
      question:
        'Four workers. A client waits for an answer that takes three seconds, and its worker is killed with SIGKILL. The primary forks a replacement at once. What does that client get?',
      program: './predictions/slow-answer.ts',
      choices: {
        'another worker': 'the answer, from another worker',
        'an error': 'an answer that says 500 or 503',
        nothing: 'no answer: the connection is closed',
      },
      answer: 'nothing',
      because:
        'The connection belonged to the dead worker, and nobody else knows what was asked: the system closes it.',
      read: 'what-the-primary-does-when-a-worker-dies',
    },
  ],
  beats: [
    {
      title: 'Who is next?',
      actions: [
        { act: 'load', connections: 1, mode: 'fresh', perSecond: 60, slowShare: 0 },
        { act: 'set', cores: 4, policy: 'none' },
      ],
      seconds: 10,
      ask: 'One client connects anew for each request. The environment says `NODE_CLUSTER_SCHED_POLICY=none`, as if this were Windows: the system shall choose a worker. Which share will each of the four get?',
      appears:
        'A quarter each: the program sets its own policy before its first fork, and that counts. The line above the picture says who deals: the primary, in turn.',
    },
    {
      title: 'A client that stays',
      actions: [{ act: 'load', connections: 1, mode: 'keep-alive', perSecond: 100, slowShare: 0 }],
      seconds: 10,
      ask: 'One client keeps its connection, and sends a hundred requests a second over it. How many workers answer?',
      appears: 'One. Its connection was dealt once, and all that comes over it belongs to that worker.',
    },
    {
      title: 'A worker that computes',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'block', worker: 'first', ms: 1000 },
      ],
      seconds: 10,
      ask: 'Eight clients connect anew for each request. One worker computes for a second and does nothing else. How many of the clients wait for it, and for how long?',
      appears:
        'A gap of a second in its lane. What it had been dealt waits, and the slowest answer takes about a second. The others take the rest, since a worker that has not taken its last connection is passed over.',
    },
    {
      title: 'A worker is killed',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'The busiest worker is killed. What is lost, and who puts another one in its place?',
      appears:
        'A cross, and soon a new lane: forked, online, listening. The primary heard `exit`, and forked. Lost is at most what the dead one had in hand; the others never stopped.',
    },
    {
      title: 'The youngest, too',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'kill', worker: 'last', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'Now the youngest worker is killed, which may be a replacement itself. Is it replaced as well?',
      appears:
        'Yes, since the listener is on the cluster. One that was attached to the first four workers would know nothing of those that came later.',
    },
    {
      title: 'Neither dead nor alive',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'freeze', worker: 'first' },
      ],
      seconds: 30,
      ask: 'One worker is stopped with SIGSTOP: it is not dead, and does nothing. Does the primary replace it?',
      appears:
        'No: without an end there is no `exit`. What had been dealt to it stays under way, until its client gives up; how long that takes stands beside the equation. Then it is lost, left hanging. The others go on.',
    },
    {
      title: 'It goes on',
      actions: [{ act: 'thaw', worker: 'first' }],
      seconds: 30,
      ask: 'The worker that is stopped may go on. Will the primary deal connections to it again?',
      appears:
        'Yes: its lane fills again. It takes what the kernel kept for it, and says so. Who was patient is answered, late; who had given up is lost already.',
    },
  ],
} satisfies LessonData;

// Lesson 8 · Express on a cluster: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
An application is rarely written for a cluster. This one is written with
Express, by somebody else, and is not to be changed. What changes when it is
served by several processes? In the application: nothing. Around it: who
writes the log, what happens when one process has an exception, what when all
of them find the port taken, and how clients are told to go by answers that
are not yours.

**What you get.** \`app.ts\` is the application: \`import { app } from '#app'\`.
It has \`GET /\`, \`GET /slow?ms=N\`, \`GET /items/:id\` and \`POST /items\`, and
three ways to fail: \`/boom\`, \`/reject\` and \`/crash\`. It logs nothing and
listens nowhere. \`exercise.ts\` serves it with a worker for each core,
replaces those that die, and has the primary's half of lesson 7.

**What is asked.** Serve it as one would in production:

1. A line on standard output for each request, with the worker's pid, the
   method and the URL.
2. One line on standard error where the port is taken, and code 1. The
   starter forks again and again instead.
3. SIGTERM and Ctrl-C as in lesson 7: what is in hand is answered, clients
   are told to go.
4. A policy for exceptions that nobody catches: their worker ends, and no
   other.

The places are marked \`YOUR PART\`. An Express application is a function
\`(request, response)\`: whatever you do, do it before you call it, or give the
application to one of your own: \`yours.use(app)\`.

**Try it by hand.** Start it in one terminal:

    npx tsx lessons/08-express-on-a-cluster/exercise.ts

In another, ask it, and start it a second time on the same port:

    curl -i http://127.0.0.1:8000/items/7
    curl -i http://127.0.0.1:8000/crash
    npx tsx lessons/08-express-on-a-cluster/exercise.ts

The second one is to end at once, with one line that tells why. Then
\`npm run check 8\`.
`.trim();

export default {
  title: 'Express on a cluster',
  summary: 'Serve an Express application that must not be changed, with a log, a crash policy and an orderly end.',
  aims: [
    'serve an application that knows nothing of clusters',
    'log from several processes into one stream, a whole line for each request',
    'end a worker whose state is in doubt, and no other',
    'tell an error that forking again cannot mend, such as a port that is taken',
    'shut down a server whose answers somebody else writes',
  ],
  task,
  clauses: [
    {
      id: '0.1',
      text: 'Your program is one file, started with no arguments. It listens on the port in the environment variable `PORT` (8000 where that is unset), reachable at 127.0.0.1. The checker always sets `PORT`, to a port that it knows to be free (but for 8.4). All workers are listening 10 s after the start.',
    },
    {
      id: '0.2',
      text: '`GET /` (that path alone, no query) answers `200` with the body `Hello from worker <pid>` and a line end (`\\n` or `\\r\\n`), where `<pid>` is the process that handled the request. (The application does.)',
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
      text: 'Free for you: what your program prints besides its log, and what it does on other ports and other paths.',
      free: true,
    },
    {
      id: '0.6',
      text: 'When the primary ends, however it ends, its workers end with it: 2 s later nothing is left running.',
    },
    { id: '1.1', text: 'As many workers as cores, judged at two different numbers; each of them comes to listen.' },
    { id: '1.2', text: "Every worker answers: over fresh connections, each worker's pid turns up." },
    { id: '1.3', text: 'The pid in a body is the pid of the process that really handled that request.' },
    { id: '1.4', text: 'The primary answers nothing, and no process answers that the primary did not fork.' },
    { id: '1.5', text: 'All of them share the one port.' },
    {
      id: '2.3',
      text: 'A worker killed with SIGKILL under load is replaced within 5 s: the number of listening workers returns to what it was, the replacement takes its turn, and no more than that one is forked. So again when the replacement is killed. Between two forks you may wait up to 1 s.',
    },
    {
      id: '7.1',
      text: 'After `SIGTERM` or `SIGINT` to the primary (sent when all workers listen), answered as ever, whole: every request that was sent before the signal, every one that a worker has begun, and every one on a connection open at the signal on which no answer has yet said `Connection: close`. A connection opened after the signal is served, refused or closed unanswered, at the latest when the program ends.',
    },
    {
      id: '7.2',
      text: 'Busy keep-alive clients are told to go (`Connection: close`), idle ones may be cut at once; it is over 5 s after the signal, also when idle clients stay and slow requests take 2 s, and the primary exits with code 0, after its last worker.',
    },
    {
      id: '7.3',
      text: 'The same when the signal goes to the whole process group, as from a terminal or a container.',
    },
    {
      id: '8.1',
      text: "The application's routes answer as they do in one process: `GET /` and `GET /slow?ms=N` as in lesson 4, `GET /items/:id` (JSON), `POST /items` (JSON body, 201; malformed JSON 400), unknown paths 404.",
    },
    {
      id: '8.2',
      text: '`GET /boom` (throws) and `GET /reject` (a rejected promise) answer 500, and their worker lives.',
    },
    {
      id: '8.3',
      text: '`GET /crash` (an exception outside of any request) ends its worker, at once or after it has answered what it has in hand, and no other: it is replaced, and only what it had in hand may be lost. (3 s later it takes no new connection.)',
    },
    {
      id: '8.4',
      text: 'If the port is taken when it starts, the program says so in one line on standard error that names the port (other lines there are its own affair), and ends with code 1 within 5 s; it forks at most twice as many workers as cores. (The primary may try the port for a moment before its first fork.)',
    },
    {
      id: '8.5',
      text: "The program logs each request, within 1 s of its answer, in one line on standard output that carries the worker's pid, the method and the URL (as it was sent); lines (of less than 4096 bytes) are never torn or mixed.",
    },
  ],
  firstToDo: '8.5',
  hints: [
    'The application answers; your program stands before it and behind it. For each of the four parts: which object knows of it? The request knows its method and URL before the application sees it, the response knows when it is finished or closed, the server knows when it cannot listen, the process knows when an exception was not caught. And which of these objects are there once in each worker, and which decision is to be made once for all of them?',
    "An application is a function: `createServer((request, response) => { …; app(request, response); })`. In there write down method and URL, keep the response in a `Set` until its `'close'`, and then log it by one `console.log` of one string. On `LEAVE` set `Connection: close` on every response of the set whose headers are not sent yet, and on each new one; the rest is lesson 7. `server.on('error')` in the worker hears that the port is taken: let the worker exit with a code of its own, and the primary, at that code, say its line and exit with 1 instead of forking. `process.on('uncaughtException')` in the worker: log it, leave without a grace, and exit with a code that is not 0; replace it although it says `exitedAfterDisconnect`.",
    "In the worker: `const inHand = new Set<ServerResponse>(); const server = createServer((request, response) => { const { method, url } = request; inHand.add(response); if (leaving) response.setHeader('Connection', 'close'); response.once('close', () => { inHand.delete(response); console.log(process.pid, method, url, response.statusCode); cutIfDone(); }); app(request, response); });` and `server.on('error', (error) => process.exit(98))`. `leave(graceMs)`: once, `leaving = true`, `for (const response of inHand) if (!response.headersSent) response.setHeader('Connection', 'close')`, and after the grace `cluster.worker?.disconnect()` and `cutIfDone()`, which calls `server.closeAllConnections()` when the grace is over and nothing is in hand. `process.on('uncaughtException', (error) => { console.error(error); process.exitCode = 1; leave(0); })`. In the primary: `worker.once('exit', (exitCode) => { if (exitCode === 98) { console.error('port', port, 'is taken'); process.exit(1); } … })`.",
  ],
  predictions: [
    {
      id: 'three-failures',
      title: 'Three ways to fail',
      question:
        'The solution serves the application with two workers. A client asks five times for `/boom`, whose handler throws, five times for `/reject`, whose promise is rejected, and once for `/crash`, which has an exception in a timer. How many workers end?',
      answer: 1,
      because:
        'Express catches what a handler throws, and since version 5 what its promise rejects with; a timer is nobody’s handler, and its exception ends the process.',
      read: 'a-handler-may-fail',
    },
    {
      id: 'under-way',
      title: 'An exception, with others in hand',
      question:
        'A worker of the solution has five slow requests in hand when another one makes it have an exception that nobody catches. How many of the five are answered?',
      answer: 5,
      because:
        'The listener for `uncaughtException` lets what is in hand come to its end, and takes nothing more. Without it Node would have ended the process at once, with all five.',
      read: 'an-exception-ends-its-worker',
    },
    {
      id: 'unasked-callback',
      title: 'A callback of Express 5',
      question:
        'Three workers call `app.listen(port, () => console.log("listening on port …"))`, and the port is taken by another program. How many of them say that they listen?',
      program: './predictions/unasked-callback.ts',
      answer: 3,
      because:
        'Express 5 calls that function for an error as well, and gives the error to it. This one does not look: all say that they listen, and none does.',
      read: 'the-port-is-taken',
    },
    {
      id: 'remembers',
      title: 'Logged in, once',
      question:
        'Four workers, dealt connections in turn. Each keeps in a variable who has logged in. A client logs in, and then asks eight times, each time over a fresh connection, whether it is. How often is it told yes?',
      program: './predictions/remembers.ts',
      answer: 2,
      because:
        'What a worker remembers, no other worker knows: two of the eight connections come to the one where the client logged in.',
      read: 'what-changes-in-the-application',
    },
  ],
  beats: [
    {
      title: 'One application, four processes',
      actions: [
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 20, slowShare: 0.25 },
        { act: 'set', cores: 4, policy: null },
      ],
      seconds: 10,
      ask: 'This application was written with Express for one process. How many of its lines had to be changed so that four serve it?',
      appears:
        'None. Four lanes answer, and below the picture is what they print, one stream of four processes: a whole line for each request, with the pid of its worker.',
    },
    {
      title: 'When a line is written',
      actions: [{ act: 'start' }, { act: 'load', connections: 2, mode: 'fresh', perSecond: 2, slowShare: 0.5 }],
      seconds: 10,
      ask: 'Two clients, one request a second each; one of them asks for `/slow`, which takes a second. When is the line of a request in the log: when it comes, or when it is answered?',
      appears:
        'When it is answered: it carries the status, which is not known before. What is still under way has no line yet, so the order of the lines is that of the answers.',
    },
    {
      title: 'A worker dies',
      actions: [
        { act: 'start' },
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 20, slowShare: 1 },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'A worker is killed while slow requests are under way in it. Which of its requests will the log tell of?',
      appears:
        'Those that it had answered, and no other: its last ones are in the picture as lost, and have no line. A log that is written at the end does not know of what never came to an end. Its lane ends with a cross, and another worker is forked.',
    },
    {
      title: 'A worker is asked to end',
      actions: [
        { act: 'start' },
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 20, slowShare: 1 },
        { act: 'kill', worker: 'busiest', signal: 'SIGTERM' },
      ],
      seconds: 10,
      ask: 'Somebody has taken the pid of a worker for that of the program, and sends SIGTERM to it. What is lost? And who of the others goes with it?',
      appears:
        'Nothing, and nobody: for a second it serves on and says goodbye in answers that the application writes; then it drains (hatched) and leaves. The primary was not told to end, so it forks another one.',
    },
    {
      title: 'A worker computes',
      actions: [
        { act: 'start' },
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 20, slowShare: 0 },
        { act: 'block', worker: 'busiest', ms: 3000 },
      ],
      seconds: 10,
      ask: 'Somebody has written a handler that computes for three seconds. Does the log stand still meanwhile?',
      appears:
        'No: three lanes go on, and so do their lines. The blocked one has a gap in both; what it had been dealt is answered, and logged, when it is free again.',
    },
    {
      title: 'Ctrl-C',
      actions: [
        { act: 'start' },
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 20, slowShare: 0.5 },
        { act: 'shut-down', signal: 'SIGINT', group: true },
      ],
      seconds: 10,
      ask: 'Ctrl-C goes to all processes at once. Slow requests are under way, and their answers are written by an application that knows nothing of it. Which of them are answered, and who is the last to go?',
      appears:
        'All that were under way are answered: workers drain (hatched), and their last answers say goodbye in a header that the application never set. The primary goes last. Clients who ask then are refused.',
    },
  ],
} satisfies LessonData;

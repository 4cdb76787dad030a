// Lesson 9 · Shared state: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
A worker's variables are its own, and they end with it. Lesson 3 carried
numbers to the primary, where they live as long as the program does. But what
is to outlive the program, or to be shared by two of them on two machines, must
lie outside of all of them: in a **store**.

**What you get.** \`store.ts\` is the store: \`import { openStore } from
'#store'\`. It keeps numbers by their keys, in SQLite in a file, or in Redis
where \`REDIS_URL\` is set; your program need not know which. \`exercise.ts\`
counts visits in it, and limits a path to ten requests in a window, as one
would write it for one process: it reads, adds one, and writes.

**What is asked.**

1. \`POST /visits\` gives every visit a number of its own, whatever the workers
   do at the same moment. \`get\` and \`set\` cannot do that; \`add\` can.
2. \`GET /limited?key=K\` lets ten requests with the same key pass in a window
   that begins with the first of them, and answers 429 to all others, with
   \`Retry-After\`.
3. When the store is away, say so: 503 within two seconds. A method of the
   store waits as long as the store does, unless its \`signal\` aborts it.

The places are marked \`YOUR PART\`.

**Try it by hand.** Start it in one terminal:

    npx tsx lessons/09-shared-state/exercise.ts

In another, count a few visits, stop the program and start it again, and count
on. Then count two hundred with fifty clients, and look how many there were:

    curl -X POST http://127.0.0.1:8000/visits
    npx autocannon -m POST -a 200 -c 50 http://127.0.0.1:8000/visits
    curl http://127.0.0.1:8000/visits

(The file is \`.workbook/store/store.db\` where \`STORE_FILE\` names no other.)
Then \`npm run check 9\`.
`.trim();

export default {
  title: 'Shared state',
  summary: 'Keep a counter and a limit in a store that all workers share, and tell clients in time when it is away.',
  aims: [
    'find the step between reading and writing in which another process can come, and close it',
    'limit requests over all workers, with a window that ends',
    'give every wait for another system a deadline, and say 503',
    'tell what belongs in a store, what in a message, and what in memory',
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
      text: 'When the primary ends, however it ends, its workers end with it: 2 s later nothing is left running.',
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
      id: '9.1',
      text: '`POST /visits` answers `{ "visits": n }`: over all workers every n from 1 upwards comes exactly once, also under 50 concurrent clients (numbers taken by requests that were answered 503 or not at all may be missing). `GET /visits` answers the same and counts nothing; it never says less than what was answered before it was asked.',
    },
    {
      id: '9.2',
      text: "`GET /limited?key=K` (any string) answers 200 ten times in a window and 429 beyond, over all workers together: exactly ten of a hundred concurrent. A window opens with a key's first request while none is open and lasts `WINDOW_MS` (60,000 where unset); a sliding window passes, one aligned to the clock does not; refused requests do not prolong it. 429 carries `Retry-After` in whole seconds, from 1 to the window's length.",
    },
    {
      id: '9.3',
      text: 'What was answered survives: the kill of any worker, and a stop and start of the whole program.',
    },
    {
      id: '9.4',
      text: "While the store does not answer (SQLite: another process holds `BEGIN EXCLUSIVE`; Redis: it is stopped with SIGSTOP), `GET /` goes on answering 200, `POST /visits` and `GET /limited` answer 503 within 2 s, `GET /visits` 503 or the right number; nothing hangs or dies, and all is right again within 3 s of the store's return. (Starting during an outage is not judged.)",
    },
    {
      id: '9.5',
      text: "The numbers are the store's: two programs on the same store share them; nothing of them is kept in a process or sent by IPC.",
    },
    {
      id: '9.6',
      text: 'Judged with SQLite everywhere, and with a real Redis where one can be had (`redis-server` on the machine, started by the checker); where not, that is told as not judged, with how to get one.',
    },
  ],
  firstToDo: '9.1',
  hints: [
    'Take two workers and one visit each, and write down in which order their steps can come: read, add, write; read, add, write. In which orders is one of the two visits lost? Which method of the store leaves no room between the steps? Then look at the limit with the same eyes, and ask for each wait in your handlers: what ends it?',
    "`add` does it all in the store, and gives back the sum that this very addition made: that is the visit's number. For the limit it is the same: add 1 to a key of your own making (clients choose K, so keep them apart from the key of the visits), with `ttlMs`, which the store sets only where the key is new: so the window begins with its first request, and ends by itself. More than ten is 429; what is left of the window comes back as `ttlMs`, in milliseconds. For the deadline give every call `signal: AbortSignal.timeout(1000)`, and catch what it rejects with, in one place.",
    "`const { value } = await store.add('visits', 1, { signal: AbortSignal.timeout(1000) }); sendJson(response, { visits: value });` and `const { value, ttlMs } = await store.add(`limited:${key}`, 1, { ttlMs: windowMs, signal: … }); if (value > LIMIT) response.writeHead(429, { 'Retry-After': Math.max(1, Math.ceil((ttlMs ?? windowMs) / 1000)) }); response.end();`, all of it in `try { … } catch { response.writeHead(503).end(); }`. Delete what kept numbers in the worker.",
  ],
  predictions: [
    {
      id: 'lost-updates',
      title: 'Ten visits at the same moment',
      question:
        'Two workers count visits: each reads the number from the store, thinks for a second, and writes the number plus one. The store is empty. Ten clients ask at the same moment, and all of them are answered. Which number is in the store then?',
      program: './predictions/lost-updates.ts',
      answer: 1,
      because: 'All ten read before the first one wrote: each of them added one to nothing, and wrote the same number.',
      read: 'the-lost-update',
    },
    {
      id: 'new-program',
      title: 'Everything is killed',
      question:
        'The solution has counted five visits. Then the primary is killed with SIGKILL, and its workers end with it. The program is started anew, with new pids, and counts one more visit. Which number does it get?',
      answer: 6,
      because: 'The number was never in the program: it is in the store, and that was not killed.',
      read: 'what-was-answered-survives',
    },
    {
      id: 'two-programs',
      title: 'Two programs, one limit',
      question:
        'The solution runs twice, on two ports, with the same store, as it would on two machines. A client asks ten times for the same key at the one, and then ten times at the other. How many of the twenty requests pass?',
      answer: 10,
      because: 'The count of the window is in the store, and both programs add to the same one.',
      read: 'the-numbers-are-the-stores',
    },
    {
      id: 'store-away',
      title: 'The store is away',
      question:
        'Another process holds the lock of the store, and does not let it go. A client of the solution sends `POST /visits`. What becomes of it?',
      choices: {
        waits: 'it waits until the lock is free again',
        told: 'it is answered 503 after a second',
        counted: 'it gets its number, which is written later',
      },
      answer: 'told',
      because:
        'The wait has a deadline. A client that is told at once can try again, ask elsewhere or give up; one that waits can do nothing.',
      read: 'when-the-store-is-away',
    },
  ],
  beats: [
    {
      title: 'Who knows the number?',
      actions: [
        { act: 'set', cores: 4, policy: null },
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 60, slowShare: 0 },
      ],
      seconds: 10,
      ask: 'Four workers count visits, and each visit gets a number of its own. In lesson 3 numbers travelled from process to process. How many messages will you see here?',
      appears:
        'None: there is no arrow between the lanes. The number is in a store beside the program, and every worker asks it. Count a visit with `curl -X POST` at the port above, as often as you like.',
    },
    {
      title: 'A worker dies',
      actions: [
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 60, slowShare: 0 },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'The worker that has answered most is killed. Which visits go with it?',
      appears:
        'None that was answered: its lane ends, and there was nothing in it to lose but what it had in hand. Another one comes, and knows the number as soon as it asks.',
    },
    {
      title: 'A worker stands still',
      actions: [
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 60, slowShare: 0 },
        { act: 'freeze', worker: 'last' },
      ],
      seconds: 10,
      ask: 'A worker is stopped, in the middle of whatever it does. Do the others have to wait for it, since they share a store?',
      appears:
        'They go on: whoever shares a store holds it for the blink of one addition. Only the clients of the one that stands still wait.',
    },
    {
      title: 'And on it goes',
      actions: [{ act: 'thaw', worker: 'last' }],
      seconds: 10,
      ask: 'It is let go on, after a while in which the others counted. How does it learn what it has missed?',
      appears: 'It asks the store, as ever. It has missed nothing, since it remembers nothing.',
    },
    {
      title: 'Everything ends',
      actions: [
        { act: 'stop' },
        { act: 'start' },
        { act: 'load', connections: 8, mode: 'fresh', perSecond: 60, slowShare: 0 },
      ],
      seconds: 10,
      ask: 'The whole program is ended, and started again. Where would the number have to be, so that it is not lost now?',
      appears:
        'Five new lanes with five new pids, and nothing in any of them is old. What is to outlive a program must lie outside of it.',
    },
  ],
} satisfies LessonData;

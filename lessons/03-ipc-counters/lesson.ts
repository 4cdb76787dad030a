// Lesson 3 · IPC counters: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
Workers share a port, but no memory: each is a process of its own, with its
own copy of every variable. Whoever asks "how many requests have we answered?"
gets the number of one worker. What joins them is the channel that
\`cluster.fork()\` opens between the primary and each worker: **IPC**, messages
in both directions.

**What you get.** \`exercise.ts\` forks one worker for each core and replaces
those that die. Each worker counts what it answers; \`GET /stats\` tells that
number as \`local\`, and a \`total\` that is always 0.

**What is asked.** Make \`total\` the number of requests that *all* workers
have answered since the primary started, and let every worker know it:

1. A worker reports what it has answered to the primary.
2. The primary adds up the reports of all workers, also of those that it
   forks later.
3. The primary tells every worker the total.
4. \`GET /stats\` tells it, at most half a second old.

And let it be robust: workers are killed while the primary writes to them,
both sides receive messages that are not yours, and there must not be more
messages than requests (and a few a second besides). The places are marked
\`YOUR PART\`.

**Try it by hand.** Start it in one terminal:

    npx tsx lessons/03-ipc-counters/exercise.ts

and in another send a few requests, then ask twice (two workers answer):

    curl http://127.0.0.1:8000/
    curl http://127.0.0.1:8000/
    curl http://127.0.0.1:8000/stats
    curl http://127.0.0.1:8000/stats

Kill a worker with \`kill -9 <its pid>\`, send more requests, and see whether
the total still counts them. When it looks right: \`npm run check 3\`.
`.trim();

export default {
  title: 'IPC counters',
  summary:
    'Let workers report to the primary, and the primary tell all of them, so that a number belongs to the whole cluster.',
  aims: [
    'send messages from workers to the primary and back, and hear all workers, also those forked later',
    'keep a primary alive whose workers die while it writes to them',
    'batch messages, so that counting costs next to nothing',
    'tell your own messages from anything else that comes over the channel',
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
      id: '3.1',
      text: 'Each `GET /` is counted once. `GET /stats` answers JSON `{ "pid": …, "local": …, "total": … }` and is not counted: `local` is what this worker process itself has answered, `total` what all workers together have answered since the primary started. `total` may be up to 500 ms old, and a worker that has been listening for less than 500 ms may not know it yet.',
    },
    {
      id: '3.2',
      text: 'The numbers travel as IPC messages: workers report to the primary (`process.send`), the primary tells every worker the total (`worker.send`; a replacement may also be given it in `cluster.fork(env)`). Nothing else carries them: no file, no socket, no database.',
    },
    {
      id: '3.3',
      text: 'When the load stops, every worker comes to say the same `total`, and it equals the number of requests answered. (What a killed worker had in hand may be counted though its answer never arrived.)',
    },
    {
      id: '3.4',
      text: 'A worker that is killed takes nothing with it that it had reported: `total` never goes back, and what the replacement answers is counted too. (Only requests that the killed worker answered in its last 500 ms may be missing.) The primary survives the death of any worker at any moment, also while it is sending to it.',
    },
    {
      id: '3.5',
      text: "A message that your program does not know changes nothing and kills nothing, in either direction: `null`, `true`, `''`, `[]`, `{}`, an object or a string of another program. (Numbers are not injected, nor anything that carries a tag or a key of your own messages.)",
    },
    {
      id: '3.6',
      text: 'Messages stay within bounds: workers send at most one per HTTP request (plus ten a second each), and the primary sends each worker at most one per HTTP request (plus ten a second). Judged over a second or more.',
    },
  ],
  firstToDo: '3.1',
  hints: [
    'Which process sees the requests of all workers? None. Which one can get a message from each of them? Follow one request: who counts it, who has to hear of it, and who has to be told afterwards. Then think of a worker that is forked a minute later: does anybody listen to it, and who tells it the total?',
    "In the worker `process.send(message)` and `process.on('message', …)`; in the primary **one** `cluster.on('message', (worker, message) => …)`, which hears all workers there will ever be, and `worker.send(message)` for each of `cluster.workers`. Keep the sum in the primary: it outlives every worker. Give your messages a tag, and ignore whatever does not carry it. Do not send at each request: note that there is news, and send it with a timer that is set only when there is some. A `send` to a worker that has just died raises an `'error'` event on that worker, and nobody listens for it.",
    "Worker, at each `GET /`: `unreported++; timer ??= setTimeout(report, 100);`, where `report` sends `{ type: 'report', answered: unreported }` and sets `unreported` to 0 and `timer` to `undefined`. Primary: `cluster.on('message', (_worker, message) => { if (message?.type === 'report') … })` adds to its `total` and sets a timer of the same kind, which sends `{ type: 'total', total }` to each of `Object.values(cluster.workers ?? {})`. Besides, `cluster.on('listening', (worker) => …)` tells it to a new worker, and `worker.on('error', () => {})` in `forkWorker` lets the primary survive a `send` that fails.",
  ],
  predictions: [
    {
      id: 'first-workers-only',
      title: 'The replacement’s messages',
      question:
        "A primary adds up what its workers report. It attaches `worker.on('message', …)` in the loop that forks the first two, and at `'exit'` it forks another worker. Each worker answers 5 requests: the total is 10. One worker is killed and replaced, and each of the two answers 5 more. What is the total?",
      program: './predictions/first-workers-only.ts',
      answer: 15,
      because:
        '`worker.on` hears one worker: the five reports of the replacement arrived, and nobody listened to them.',
      read: 'one-listener-for-every-worker',
    },
    {
      id: 'a-message-for-each',
      title: 'A message for each request',
      question:
        'Four workers send the primary a message for each request. At each of them the primary sends the new total to all workers. After 100 requests, how many messages have been sent in all?',
      program: './predictions/sends-at-once.ts',
      answer: 500,
      because: 'Each of the 100 requests costs one message up and four down, and with eight workers it would be nine.',
      read: 'no-more-messages-than-requests',
    },
    {
      id: 'batched',
      title: 'Messages in batches',
      question:
        'The solution with two workers answers 1,000 requests as fast as it can. A worker that has news reports 100 ms later, all in one message. How many messages do the workers send?',
      choices: {
        all: 'about 1,000',
        half: 'about 500',
        few: 'fewer than 100',
      },
      answer: 'few',
      because: 'A batch is one message for a stretch of time, whatever the number of requests in it.',
      read: 'no-more-messages-than-requests',
    },
    {
      id: 'sent-to-the-dead',
      title: 'A message to a dead worker',
      question:
        "A worker has just been killed, and the primary has not heard of it yet. With `worker.send(total)` it sends the total to all three workers, as it always does, and nothing listens for `'error'`. Who ends?",
      program: './predictions/sends-at-once.ts',
      choices: {
        nobody: 'nobody else: that message is dropped',
        'another worker': 'a worker that lives and was sent to as well',
        primary: 'the primary, and all workers with it',
      },
      answer: 'primary',
      because:
        "The message cannot be sent, which is an `'error'` event, and one that nobody listens for ends the process.",
      read: 'a-primary-that-survives-its-workers',
    },
  ],
  shows: { path: '/stats', field: 'total' },
  beats: [
    {
      title: 'Who knows the total?',
      actions: [
        { act: 'load', connections: 3, mode: 'fresh', perSecond: 30, slowShare: 0 },
        { act: 'set', cores: 3, policy: null },
      ],
      seconds: 10,
      ask: 'Three workers count what they answer, and each of them is to know the total. Who has to tell whom?',
      appears:
        'Arrows both ways, and none between two workers: each reports to the primary, which adds up and tells all of them. Above the lanes the workers say the total: the same number, a moment old.',
    },
    {
      title: 'A hundred times the load',
      actions: [{ act: 'load', connections: 12, mode: 'keep-alive', perSecond: 3000, slowShare: 0 }],
      seconds: 10,
      ask: 'Three thousand requests a second now. How many messages a second will there be?',
      appears:
        'Not thousands: whoever has news waits 100 ms and sends it in one message, so ten a second from each worker are the most, and ten to each. With a message for each request the primary would be the busiest process of all.',
    },
    {
      title: 'A counter dies',
      actions: [
        { act: 'load', connections: 12, mode: 'keep-alive', perSecond: 3000, slowShare: 0 },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'A worker is killed with its counter in its memory. What becomes of the total?',
      appears:
        'It goes on from where it was. What the dead one had reported is safe in the primary; at most its last 100 ms are gone. Another worker comes, is told the total, and says the same as the others.',
    },
    {
      title: 'Is the new one heard?',
      actions: [
        { act: 'load', connections: 6, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'kill', worker: 'last', signal: 'SIGKILL' },
      ],
      seconds: 10,
      ask: 'The youngest worker is killed, and replaced. The replacement answers and reports. Does anybody listen to it?',
      appears:
        'Yes: the heads of its arrows to the primary are full, since one listener on the cluster hears every worker. (Heard by nobody is at most a total that reached it while it booted.) Where listeners were attached to the first workers only, the replacement’s arrows are hollow, and each is a count that is missing in the total.',
    },
    {
      title: 'A stranger on the channel',
      actions: [
        { act: 'load', connections: 6, mode: 'fresh', perSecond: 200, slowShare: 0 },
        { act: 'junk', worker: 'first', direction: 'up' },
        { act: 'junk', worker: 'first', direction: 'down' },
      ],
      seconds: 10,
      ask: 'Messages that no part of this program ever sends, `null` among them, go up to the primary and down to a worker. Who dies of it?',
      appears:
        'Two faults are marked, and no lane ends: whatever does not carry the tag of the program is ignored. `message.type` of `null` would have been the end of the primary, and of all workers with it.',
    },
    {
      title: 'A worker that does not listen',
      actions: [
        { act: 'load', connections: 3, mode: 'fresh', perSecond: 60, slowShare: 0 },
        { act: 'freeze', worker: 'first' },
      ],
      seconds: 30,
      ask: 'One worker is stopped. The primary goes on telling it the total. Where are these messages?',
      appears:
        'No arrow comes from it, and none arrives: those to it wait in its channel. `send()` said `true` all the same: it has been taken, not heard. What it says above the lanes does not change any more. A request that had been dealt to it is lost when its client gives up.',
    },
    {
      title: 'All at once',
      actions: [
        { act: 'thaw', worker: 'first' },
        { act: 'load', connections: 0, mode: 'fresh', perSecond: 200, slowShare: 0 },
      ],
      seconds: 30,
      ask: 'The worker that is stopped goes on, and the clients stop. How many more messages will there be?',
      appears:
        'It hears all the old totals in one go, reports what is new, and soon there is silence: no news, no message. All workers say the same total.',
    },
  ],
} satisfies LessonData;

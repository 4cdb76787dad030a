// Lesson 6 · Crash loops and bad deploys: what the learner is told. Data only.
import type { LessonData } from '#workbook';

const task = `
A worker that dies is replaced: that is what a cluster is for. But what if its
replacement dies, too, and the next one, each before it can serve anybody? A
typing error in a configuration, a database that is away, a bad version on the
disk: then \`cluster.on('exit', fork)\` starts processes as fast as the machine
can, and takes the cores from the workers that still serve. And what if a new
worker neither dies nor listens, but hangs?

**What you get.** \`exercise.ts\` has the restart of lesson 4, written anew: one
loop, \`fillPlaces\`, does all forking after the start, one worker at a time, for
an empty place or for a worker that SIGHUP has made *outdated*. As long as
workers boot, it keeps all that lesson 4 asked for.

**What is asked.** Make it keep its head when they do not. The places are marked
\`YOUR PART\`, all in the primary:

1. **Back off.** After a death wait before the next fork, and longer after each
   that follows. Never so long that recovery takes more than 10 s, and not at
   all after a worker that was all right for 5 s.
2. **A deadline for the boot.** A worker that does not listen is killed 5 to 7 s
   after its fork. Slow ones, of 4 s, are left alone.
3. **Give a bad deploy up.** If the replacements of a restart die or hang, the
   old workers stay, and the restart is over. The next SIGHUP tries again.

**Try it by hand.** Start it; it prints the primary's pid:

    npx tsx lessons/06-crash-loops/exercise.ts

While it runs, make new workers die: write \`process.exit(1);\` as the first line
of \`startWorker\`, and save the file. The workers that run have loaded it long
ago; those that are forked from now on load it as it is now. Restart, or kill a
worker, in another terminal:

    kill -HUP <pid of the primary>
    kill -9 <pid of a worker>

Watch the load of the machine. (With the starter have Ctrl-C ready: it forks
without end.) Take the line away, save, and see whether it comes back. The
checker does the same without touching your file: \`npm run check 6\`.
`.trim();

export default {
  title: 'Crash loops and bad deploys',
  summary: 'Keep serving, and keep calm, while every new worker dies or hangs.',
  aims: [
    'slow a crash loop down without giving up, and forget it when it is over',
    'tell a worker that hangs from one that is slow, with a deadline',
    'give a restart up whose replacements fail, and keep those that serve',
    'come back by yourself when the cause is gone',
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
      text: 'A worker killed with SIGKILL under load is replaced within 5 s: the number of listening workers returns to what it was, the replacement takes its turn, and no more than that one is forked. So again when the replacement is killed. (Here you may wait up to 1 s between two forks; how long after a worker that was all right, 6.1 says. The scheduling policy is your own affair.)',
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
      text: 'A planned exit is not a crash: a retired worker is not replaced a second time. The restart forks as many workers as there are cores, never a next one before the last one listens (or, where replacements fail, is dead), and ends with as many workers as cores.',
    },
    {
      id: '6.1',
      text: 'A worker that had listened for 5 s or more and crashes, while workers boot, is replaced: its replacement is forked within 1 s.',
    },
    {
      id: '6.2',
      text: 'While every new worker dies before it listens (the checker makes it so, after all have listened once), at most 10 workers are forked in any 5 s, all of them together; the workers that still live go on serving, and nothing is lost or refused. (Judged with at most 4 cores.)',
    },
    {
      id: '6.3',
      text: 'Within 10 s of the moment from which workers can boot again, as many as cores listen.',
    },
    {
      id: '6.4',
      text: 'A worker that has not come to listen is killed between 5 and 7 s after its fork and counts as one that died at boot; one that needs 4 s is left alone. The first generation too.',
    },
    {
      id: '6.5',
      text: 'A restart (`SIGHUP`) whose replacements die or hang at boot is given up: 15 s after the signal no fork follows, no half-booted child is left, as many workers listen as before (workers that were replaced before that may stay), and nothing is lost. A later `SIGHUP`, sent after these 15 s and when workers boot again, replaces them all.',
    },
  ],
  firstToDo: '6.2',
  hints: [
    'Think of the primary as of somebody with a telephone who calls a friend that does not answer. When do you call again, and when for the third time? How do you know that it is a new day, and that the pauses of yesterday no longer count? And which three things can become of a worker that has been forked? The starter waits for two of them.',
    "Three small things. **Back off:** count the deaths in a row, and wait before each fork: nothing after none, then 100 ms, doubled each time, up to some seconds. A worker that had listened for 5 s when it died sets the count to nothing: remember when it came to listen, and look at the clock when it exits. **A deadline:** `boot()` starts a timer of 6 s at the fork; `'listening'` and `'exit'` clear it; when it fires, it kills the worker with SIGKILL, and the `'exit'` that follows does all the rest. **Giving up:** `boot()` already says whether the worker came to listen. If not, nobody is outdated any more, and the loop goes on for the empty places alone. Does a new SIGHUP begin with the pauses of the last one?",
    "In `fillPlaces`: `await pause(deaths === 0 ? 0 : Math.min(100 * 2 ** (deaths - 1), 3000)); if (!(await boot())) { outdated.clear(); continue; }`, with `pause` as `import { setTimeout as pause } from 'node:timers/promises'`. In `boot`: `const deadline = setTimeout(() => worker.process.kill('SIGKILL'), 6000); let listensSince = Infinity;`, at `'listening'` `clearTimeout(deadline); listensSince = Date.now();`, and at `'exit'` `clearTimeout(deadline)`, then `if (!onDuty.delete(worker)) return; deaths = Date.now() - listensSince >= 5000 ? 0 : deaths + 1; void fillPlaces();`. In the handler of SIGHUP: `deaths = 0`.",
  ],
  predictions: [
    {
      id: 'no-back-off',
      title: 'Forked again at once',
      question:
        "`cluster.on('exit', () => cluster.fork())`, two workers. From one moment on every new worker dies as it starts, and one of the two is killed. How long does the primary wait between a death and the next fork?",
      program: './predictions/forks-at-once.ts',
      choices: {
        longer: 'longer each time: the cluster notices that they die',
        second: 'about a second',
        none: 'not at all',
      },
      answer: 'none',
      because:
        'The cluster counts nothing for you. Each exit is answered with a fork at once, as fast as this machine can start a process, for ever.',
      read: 'a-crash-loop-is-slowed-down',
    },
    {
      id: 'back-off',
      title: 'Twice as long each time',
      question:
        'The pause before a fork is 100 ms after a first death, and twice as long after each that follows. Now every new worker dies at once. How many workers are forked in the five seconds after a first death?',
      program: './predictions/doubles.ts',
      answer: 5,
      because:
        '100, 200, 400, 800 and 1600 ms add up to 3.1 s, and the boots come on top. The sixth fork would come after 6.3 s.',
      read: 'a-crash-loop-is-slowed-down',
    },
    {
      id: 'who-serves',
      title: 'In the middle of a crash loop',
      question:
        'Three workers. One is killed, and all of its replacements die at boot, one after the other. Meanwhile there are 30 requests, each on a fresh connection. How many of them are answered?',
      answer: 30,
      because:
        'A worker that never listens is dealt no connection. The two that live share all of them: a crash loop is no outage, as long as somebody is left.',
      read: 'a-crash-loop-is-slowed-down',
    },
    {
      id: 'hangs',
      title: 'Neither listening nor dead',
      question:
        "A restart as in lesson 4, with two workers: fork, `await` the `'listening'` of the replacement, then let an old one go. The first replacement hangs at boot. How many children does the primary have three seconds later?",
      program: './predictions/waits-for-listening.ts',
      answer: 3,
      because:
        'The two old ones, and the one that hangs. Of that one no event comes, neither listening nor exit nor error, so the restart waits for ever.',
      read: 'a-boot-has-a-deadline',
    },
  ],
  beats: [
    {
      title: 'Four workers and their clients',
      actions: [
        { act: 'set', cores: 4, policy: null },
        { act: 'load', connections: 8, mode: 'keep-alive', perSecond: 400, slowShare: 0 },
      ],
      ask: 'The program forks a worker again when one dies. What would you have it do when the next one dies as well, and the next?',
      appears: 'Four lanes under load. Nothing is wrong yet.',
    },
    {
      title: 'Every new worker dies',
      actions: [
        { act: 'boots', how: 'dies' },
        { act: 'kill', worker: 'busiest', signal: 'SIGKILL' },
      ],
      ask: 'From now on whoever is forked dies as it starts, and one of the four is killed. How many workers will be forked in the next ten seconds? And how many of them can serve you?',
      appears:
        'Short lanes, none of which ever listens, and each gap about twice as long as the one before, up to three seconds. The three others take all clients.',
    },
    {
      title: 'The cause is gone',
      actions: [{ act: 'boots', how: 'fine' }],
      ask: 'Somebody has mended the configuration and tells nobody. Does the program notice? When, at the latest?',
      appears:
        'It comes back by itself, at the next try: three seconds later at most, since no pause is longer. Four lanes listen again.',
    },
    {
      title: 'One that was all right',
      actions: [{ act: 'kill', worker: 'first', signal: 'SIGKILL' }],
      ask: 'Now a worker dies that has served since the beginning. Does its place wait for three seconds, too?',
      appears:
        'No: it is replaced at once. Its death says nothing about the next one. Only what it had in hand may be lost.',
    },
    {
      title: 'A bad deploy',
      actions: [{ act: 'boots', how: 'dies' }, { act: 'restart' }],
      ask: 'SIGHUP, for a version that dies at boot. When that is over, how many of the four old workers are left?',
      appears:
        'All four. One short lane, and the restart is given up: an old version that serves is better than a new one that does not.',
    },
    {
      title: 'One that hangs',
      actions: [{ act: 'boots', how: 'hangs' }, { act: 'restart' }],
      ask: 'Another version, which neither listens nor dies. Which event tells the primary?',
      appears:
        'None. A lane that boots and boots, until the deadline ends it, six seconds after its fork. The old ones have served all the time.',
    },
    {
      title: 'A good one, at last',
      actions: [{ act: 'boots', how: 'fine' }, { act: 'restart' }],
      ask: 'Two restarts have failed. What does the third one need to succeed?',
      appears:
        'Nothing but a version that boots: whoever gives up must not remember it. A stair of four new workers, and nothing is lost.',
    },
  ],
} satisfies LessonData;

// autocannon, in a process of its own: loading it takes a fifth of a second, and under load it would keep the ledger
// waiting. (In a thread it takes itself for one of its own workers.) It ends with whoever started it.
// CommonJS, since nothing makes TypeScript runnable here.
'use strict';
const autocannon = require('autocannon');

process.on('disconnect', () => process.exit());
process.on('message', ({ mostMs, ...options }) => {
  const running = autocannon(options);
  const limit = setTimeout(() => running.stop(), mostMs);
  running
    .then(
      ({ requests, '2xx': ok, non2xx, errors, timeouts, latency }) => ({
        result: {
          sent: requests.sent,
          ok,
          other: non2xx,
          errors: errors + timeouts,
          p50: latency.p50,
          p99: latency.p99,
        },
      }),
      (error) => ({ error: String(error) }),
    )
    .then((outcome) => {
      clearTimeout(limit);
      process.send(outcome);
    });
});

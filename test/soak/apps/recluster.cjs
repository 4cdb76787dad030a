// A primary as recluster's documentation has it: a reload at SIGUSR2. The server and its patience come from the environment.
const recluster = require('recluster');

const { SERVER, PATIENCE } = process.env;
const balancer = recluster(SERVER, { ...(PATIENCE ? { timeout: Number(PATIENCE) } : {}), log: {} });
balancer.run();

process.on('SIGUSR2', () => balancer.reload());
process.on('SIGTERM', () => balancer.terminate(() => process.exit(0)));

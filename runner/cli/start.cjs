// What every npm script starts: makes TypeScript runnable in this very process, and hands over to main.ts.
// CommonJS and old syntax, so that it can still speak where nothing else of the workbook could.
'use strict';
const { existsSync, mkdirSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const WRONG_USAGE = 64;

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(
    `The workbook needs Node 20.19 or newer, and this is ${process.version}.`,
    'install a newer one from https://nodejs.org',
  );
} else if (!existsSync(join(root, 'node_modules', 'tsx', 'package.json'))) {
  stop("The workbook's packages are not installed.", 'npm ci');
} else {
  runTypeScript();
  require('./main.ts').run();
}

// Both ways keep what they compiled, in `.workbook/` and not in the system's folder for temporary files. Measured, for a
// small file: with tsx 30 ms more than Node alone; Node 24 with its own cache 5 ms, without it 45 ms. Node 22 strips
// types too, but does not cache that, and says that it is experimental.
function runTypeScript() {
  const cache = cacheFolder();
  if (major >= 24 && process.features.typescript) {
    if (cache) require('node:module').enableCompileCache(cache);
    return;
  }
  const name = process.platform === 'win32' ? 'TEMP' : 'TMPDIR';
  const before = process.env[name];
  if (cache) process.env[name] = cache; // tsx asks for it once, while it is loaded
  try {
    require('tsx/cjs/api').register();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

function cacheFolder() {
  const cache = join(root, '.workbook', 'cache');
  try {
    mkdirSync(cache, { recursive: true });
    return cache;
  } catch {
    return null; // slower, or elsewhere; whatever needs `.workbook/` tells what is wrong with it
  }
}

function stop(what, next) {
  process.stderr.write(`${what}\n  next  ${next}\n`);
  process.exitCode = WRONG_USAGE;
}

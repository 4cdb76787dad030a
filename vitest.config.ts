// Two projects: `unit` runs its files side by side; `processes` starts real programs and loads the machine, so it runs
// one file at a time, and only when `unit` is done, since a busy neighbour would change what it sees.
import { defineConfig } from 'vitest/config';

/** Tests that start programs and put them under load, or a browser. */
const PROCESSES = ['test/{harness,end-to-end}/**/*.test.ts', 'test/docs/try.test.ts', 'test/site/*browser.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    // A `test.only` that was left behind fails the run, or it would hide all other tests.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...PROCESSES, 'test/specimens/**'],
          testTimeout: 30_000,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: PROCESSES,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

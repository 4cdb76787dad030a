// Three projects, one after the other: `unit` without processes; `processes` starts programs, or a browser, two files at a
// time, since they wait for most of it; `specimens` lets the checkers judge, which a busy neighbour would make less sure.
import { defineConfig } from 'vitest/config';

const SPECIMENS = 'test/end-to-end/specimens.test.ts';
const PROCESSES = [
  'test/{harness,end-to-end}/**/*.test.ts',
  'test/docs/try.test.ts',
  'test/{site,report,live}/*browser.test.ts',
];

/** Each of them waits for real processes. */
const PATIENT = { testTimeout: 60_000, hookTimeout: 60_000 };

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
          ...PATIENT,
          name: 'processes',
          include: PROCESSES,
          exclude: [SPECIMENS],
          maxWorkers: 2,
          maxConcurrency: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...PATIENT,
          name: 'specimens',
          include: [SPECIMENS],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

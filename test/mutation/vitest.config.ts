// The tests that a mutation run asks: those of the properties, by histories written down by hand, and no others. That
// of all lessons together is left out: what only it could tell, no small history has shown.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/checker/**/*.test.ts'],
    exclude: ['test/checker/lessons.test.ts'],
    isolate: false,
  },
});

import { expect, test } from 'vitest';
import { headings, slug } from '#reader';

test.each([
  ['One listener for every worker', 'one-listener-for-every-worker'],
  ["What's `cluster.fork()` for?", 'whats-clusterfork-for'],
  ['Fork  per core – and why', 'fork--per-core--and-why'],
  ['snake_case & more', 'snake_case--more'],
  ['Über Größe 2.3', 'über-größe-23'],
])('the anchor of `%s` is what GitHub makes of it', (text, anchor) => {
  expect(slug(text)).toBe(anchor);
});

test('headings are found with their anchors, twins are told apart, and code is no heading', async () => {
  const found = await headings(
    '# The `cluster`\n\n## Again\n\n```sh\n# not one\n```\n\n## Again\n\n## Again-1\n\nUnder\n---',
  );
  expect(found).toEqual([
    { level: 1, text: 'The cluster', anchor: 'the-cluster' },
    { level: 2, text: 'Again', anchor: 'again' },
    { level: 2, text: 'Again', anchor: 'again-1' },
    { level: 2, text: 'Again-1', anchor: 'again-1-1' },
    { level: 2, text: 'Under', anchor: 'under' },
  ]);
});

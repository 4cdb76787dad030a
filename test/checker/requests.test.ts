// What counts as an answer, and what as a loss.
import { expect, test } from 'vitest';
import { answeredAt, isAnswered, isLoss } from '../../runner/checker/requests.ts';
import { lost, request } from './history.ts';

test('a loss is anything but a whole answer that says that all is well', () => {
  const statuses = [199, 200, 204, 299, 300, null];
  expect(statuses.map((status) => isLoss(request(1, 10, { status })))).toEqual([true, false, false, false, true, true]);
  // cut after its head: the status came, the answer did not
  expect(isLoss(request(1, 10, { outcome: 'cut', status: 200 }))).toBe(true);
});

test('an answer is one whatever it says', () => {
  const [good, bad, other] = [request(1, 10), request(1, 10, { status: 500 }), request(1, 10, { path: '/x' })];
  const gone = lost('cut', 10, { status: 200 });
  expect([good, bad, gone].map(isAnswered)).toEqual([true, true, false]);
  expect(answeredAt([good, bad, other, gone], '/')).toEqual([good, bad]);
});

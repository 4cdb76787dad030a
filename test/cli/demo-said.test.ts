// What a program's workers say of themselves, as the live page shows it: whatever they answer.
import { expect, test } from 'vitest';
import { saidIn } from '../../runner/cli/demo-said.ts';

test.each([
  ['{"pid":7,"total":35012}', { pid: 7, value: '35,012' }],
  ['{"pid":7,"total":null}', { pid: 7, value: 'null' }],
  ['{"pid":7,"total":[1,2]}', { pid: 7, value: '[1,2]' }],
  [`{"pid":7,"total":"${'x'.repeat(99)}"}`, { pid: 7, value: `"${'x'.repeat(39)}` }],
  ['{"pid":7}', null],
  ['{"total":7}', null],
  ['{"pid":"7","total":7}', null],
  ['null', null],
  ['"text"', null],
])('of %s', (text, said) => {
  expect(saidIn(text, 'total')).toEqual(said);
});

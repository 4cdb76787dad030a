import { expect, test } from 'vitest';
import { lookOf } from '#reader';

const terminal = { isTTY: true, columns: 80 };

test.each([
  ['a terminal', terminal, {}, true],
  ['a pipe', {}, {}, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
  ['FORCE_COLOR in a pipe', {}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
])('%s decides about colour', (_name, stream, env, colour) => {
  expect(lookOf(stream, env).colour).toBe(colour);
});

test.each([
  [{}, true],
  [{ LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'C' }, false],
  [{ LC_ALL: 'C.utf8', LANG: 'C' }, true],
  [{ LANG: 'de_DE.ISO-8859-1' }, false],
  [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, false],
])('the locale %o decides about characters', (env, unicode) => {
  expect(lookOf(terminal, env).unicode).toBe(unicode);
});

test('the width is kept between 40 and 120 columns', () => {
  expect(lookOf({ columns: 20 }, {}).width).toBe(40);
  expect(lookOf({ columns: 300 }, {}).width).toBe(120);
  expect(lookOf({ columns: 60 }, {}).width).toBe(60);
});

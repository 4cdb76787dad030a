// Clauses that more than one lesson judges: which, in which order, and on which runs.
import { expect, test } from 'vitest';
import { everyLesson, forkPerCore, holds, killedIsReplaced, type Property } from '#checker';

const own: Property = { id: '9.1', says: 'own', read: 'docs/x.md#own', on: ['b'], judge: () => holds(1, '') };
const idsOf = (properties: readonly Property[]) => properties.map(({ id }) => id);

test('every lesson begins with who listens, and ends with the end', () => {
  const properties = everyLesson({ on: ['a', 'b'] }, [own]);
  expect(idsOf(properties)).toEqual(['0.1', '0.2', '0.3', '0.4', '9.1', '0.6']);
  for (const { id, on } of properties) expect(on, id).toEqual(id === '9.1' ? ['b'] : ['a', 'b']);
  expect(properties[4]).toBe(own);
});

test('greetings are judged on the runs that keep them', () => {
  const properties = everyLesson({ on: ['a', 'b'], greeted: ['b'] }, []);
  expect(properties.map(({ on }) => on.join(' '))).toEqual(['a b', 'b', 'a b', 'a b', 'a b']);
});

test('lesson 1 is whole in a lesson that builds on it', () => {
  const lesson1 = ['0.1', '0.2', '1.1', '0.3', '1.2', '1.3', '1.4', '0.4', '1.5', '0.6'];
  expect(idsOf(forkPerCore({ on: ['a'] }))).toEqual(lesson1);
  const properties = forkPerCore({ on: ['a'] }, [own]);
  expect(idsOf(properties)).toEqual([...lesson1.slice(0, -1), '9.1', '0.6']);
  const needs = properties.flatMap(({ id, needs: needed = [] }) => needed.map((each) => `${id} needs ${each}`));
  expect(needs).toEqual(['0.3 needs 1.1', '0.4 needs 1.3', '0.4 needs 1.4']);
});

test('a killed worker is replaced, on the runs in which one is killed', () => {
  expect(killedIsReplaced({ on: ['a'] })).toMatchObject({ id: '2.3', on: ['a'] });
});

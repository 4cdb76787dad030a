// The lessons as a class board has to know them: what there is to be passed, and what can be found broken.
import type { Property } from '#checker';
import type { ClassLesson } from '#live';
import { type Lesson, load } from '#workbook';

export function classLessons(lessons: readonly Lesson[]): Promise<readonly ClassLesson[]> {
  return Promise.all(
    lessons.map(async (lesson) => {
      const { title } = await lesson.load();
      const { properties } = await load<{ properties: readonly Property[] }>(lesson.check);
      return { number: lesson.number, title, findings: properties.map(({ id, says }) => ({ id, says })) };
    }),
  );
}

// Makes the section of docs/for-instructors.md that has all steps of all demonstrations, from the lessons' own data:
//   node --import tsx docs/steps.ts --write
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { type BeatAction, findLessons, type Lesson } from '#workbook';

const FILE = join(import.meta.dirname, 'for-instructors.md');
const HEADING = '## All steps, to print\n';

/** The whole page, with this section as the lessons have it now. */
export async function withSteps(page: string): Promise<string> {
  const begin = page.indexOf(HEADING) + HEADING.length;
  const end = page.indexOf('\n## ', begin);
  if (begin < HEADING.length || end === -1) throw new Error(`There is no ${HEADING.trim()} with a section after it.`);
  const lessons = await Promise.all(findLessons().map(stepsOf));
  const text = `${page.slice(0, begin)}\n${INTRODUCTION}\n\n${lessons.join('\n\n')}\n${page.slice(end)}`;
  return format(text, { ...(await resolveConfig(FILE)), parser: 'markdown' });
}

export function readPage(): string {
  return readFileSync(FILE, 'utf8');
}

const INTRODUCTION =
  '_Each step: what you ask, what `d` does, and what appears with the solution. The lessons themselves say it, in `lesson.ts`._';

async function stepsOf({ number, load }: Lesson): Promise<string> {
  const { title, beats } = await load();
  const steps = beats.map(
    (beat, index) =>
      `${index + 1}. **${beat.title}.** ${beat.ask}\n   - Done: ${beat.actions.map(inWords).join('; ')}.\n   - Appears: ${beat.appears}`,
  );
  return `### Steps of lesson ${number}: ${title}\n\n${steps.join('\n')}`;
}

function inWords(action: BeatAction): string {
  switch (action.act) {
    case 'start':
      return 'the program is started, where it does not run';
    case 'stop':
      return 'the program is stopped';
    case 'restart':
      return 'SIGHUP to the primary';
    case 'shut-down':
      return `${action.signal} to ${action.group ? 'all processes, as from a terminal' : 'the primary'}`;
    case 'boots':
      return `from now on new workers ${BOOTS[action.how]}`;
    case 'kill':
      return `${action.signal} to ${WHOM[action.worker]}`;
    case 'block':
      return `${WHOM[action.worker]} is blocked for ${action.ms / 1000} s`;
    case 'freeze':
      return `${WHOM[action.worker]} is stopped`;
    case 'thaw':
      return 'the one that is stopped goes on';
    case 'junk':
      return `strange messages ${action.direction === 'up' ? 'from' : 'to'} ${WHOM[action.worker]}`;
    case 'load':
      return loadInWords(action);
    case 'set':
      return `a new start with ${action.cores} cores${action.policy === null ? '' : ` and \`NODE_CLUSTER_SCHED_POLICY=${action.policy}\``}`;
  }
}

const WHOM = {
  first: 'the first worker',
  last: 'the last worker',
  busiest: 'the busiest worker',
} as const;

const BOOTS = { fine: 'boot well', slow: 'boot slowly', dies: 'die at boot', hangs: 'hang at boot' } as const;

function loadInWords({ connections, mode, perSecond, slowShare }: Extract<BeatAction, { act: 'load' }>): string {
  if (connections === 0) return 'no clients';
  const rate = perSecond === null ? 'as many requests as can be' : `${perSecond} requests a second`;
  const slow = slowShare === 0 ? '' : `, ${Math.round(slowShare * 100)} % of them for \`/slow\``;
  return `${connections} ${connections === 1 ? 'client' : 'clients'}, ${mode}, ${rate}${slow}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const made = await withSteps(readPage());
  if (process.argv[2] === '--write') writeFileSync(FILE, made);
  else process.stdout.write(made);
}

// `demo`: the live page, on which a class sees a cluster work and breaks it; served until Ctrl-C.
import { join, resolve } from 'node:path';
import type { Show } from '#live';
import { type Lesson, load } from '#workbook';
import { MOST_CORES } from '../live/action.ts';
import { loadServer, type Opened, type Place, serve } from './demo-serve.ts';
import type * as ShowModule from './demo-show.ts';
import { UNTOLD, WRONG_USAGE } from './exit.ts';
import { pickLesson } from './pick.ts';
import { parsePort } from './ports.ts';
import { chooseProgram, type Program } from './program.ts';
import { loadRun } from './runs.ts';
import type { Surroundings } from './surroundings.ts';
import { command, type Flags, type Typed } from './usage.ts';

const LOOPBACK = '127.0.0.1';
/** Small enough for a lane each on a projector, and enough to see turns being taken. */
const CORES = 4;

export async function demo({ lesson: typed, flags }: Typed<'demo'>, surroundings: Surroundings): Promise<number> {
  const plan = planOf(flags);
  if ('wrong' in plan) {
    surroundings.stderr.write(`${plan.wrong}\n  next  ${command('demo')} -- --help\n`);
    return WRONG_USAGE;
  }
  const picked = await pickLesson(typed, surroundings);
  if ('exit' in picked) return picked.exit;
  const { lesson } = picked;
  if (flags.replay !== undefined) {
    const opened = await openSaved(lesson, flags.replay, surroundings);
    return 'exit' in opened ? opened.exit : serve(opened, plan, surroundings);
  }
  const chosen = await choosePrograms(lesson, flags, surroundings);
  if ('exit' in chosen) return chosen.exit;
  return serve(await openLive(lesson, chosen.programs, plan, surroundings), plan, surroundings);
}

interface Plan extends Place {
  readonly cores: number;
}

function planOf(flags: Flags<'demo'>): Plan | { readonly wrong: string } {
  const programs = (['solution', 'exercise', 'file'] as const).filter((name) => flags[name] !== undefined);
  const run = [...programs, ...(['beside', 'cores'] as const).filter((name) => flags[name] !== undefined)];
  if (flags.replay !== undefined && run.length > 0)
    return {
      wrong: `\`--replay\` plays a saved run: ${run.map((name) => `\`--${name}\``).join(' and ')} is of no use there.`,
    };
  if (programs.length > 1)
    return {
      wrong: `${programs.map((name) => `\`--${name}\``).join(' and ')} are different programs: give one of them.`,
    };
  const cores = flags.cores === undefined ? CORES : Number(flags.cores);
  if (!Number.isInteger(cores) || cores < 1 || cores > MOST_CORES)
    return { wrong: `\`--cores ${flags.cores}\` is no number of cores: 1 to ${MOST_CORES}.` };
  const port = flags.port === undefined ? 0 : parsePort(flags.port);
  if (port === null) return { wrong: `\`--port ${flags.port}\` is no port: 1024 to 65535.` };
  const { host = LOOPBACK } = flags;
  if (host === '') return { wrong: '`--host` needs an address, such as 0.0.0.0 for all that this machine has.' };
  return { cores, port, host, class: flags.class === true, open: flags.open === true };
}

type Programs = readonly [Program] | readonly [Program, Program];

async function choosePrograms(
  lesson: Lesson,
  flags: Flags<'demo'>,
  surroundings: Surroundings,
): Promise<{ readonly programs: Programs } | { readonly exit: number }> {
  const first = await chooseProgram(
    lesson,
    flags.file === undefined ? { solution: flags.exercise !== true } : { file: flags.file },
    surroundings,
  );
  if ('exit' in first) return first;
  if (flags.beside === undefined) return { programs: [first.program] };
  const second = await chooseProgram(lesson, { file: flags.beside }, surroundings);
  return 'exit' in second ? second : { programs: [first.program, second.program] };
}

async function openLive(
  lesson: Lesson,
  programs: Programs,
  { cores }: Plan,
  { root, stderr }: Surroundings,
): Promise<Opened> {
  const { openDemoShow } = await load<typeof ShowModule>(join(import.meta.dirname, 'demo-show.ts'));
  const { shows = null } = await lesson.load();
  const solutionOnly = programs.every(({ file }) => file === lesson.solution);
  const show = openDemoShow({ ...(await factsOf(lesson)), shows, solutionOnly, programs, root, cores });
  return {
    show,
    async begin() {
      const acted = await show.act({ act: 'start' });
      if (!acted.ok) stderr.write(`${acted.why}\n  next  mend it, and start it again on the page\n`);
    },
    close: show.close,
  };
}

async function openSaved(
  lesson: Lesson,
  run: string,
  { cwd, stderr }: Surroundings,
): Promise<Opened | { readonly exit: number }> {
  const loaded = await loadRun(lesson, run, cwd);
  if (loaded.kind === 'refused') {
    stderr.write(`${loaded.what}\n  next  ${loaded.next}\n`);
    return { exit: UNTOLD };
  }
  const { openReplay } = await loadServer();
  const isSolution = (file: string) => resolve(lesson.root, file) === lesson.solution;
  const { show, close } = openReplay({ ...(await factsOf(lesson)), isSolution, histories: loaded.histories });
  return { show, begin: async () => undefined, close: async () => close() };
}

/** What the page says of a lesson. */
async function factsOf(lesson: Lesson): Promise<Pick<Show, 'lesson' | 'beats' | 'knowsSlow'>> {
  const { title, beats, clauses } = await lesson.load();
  return {
    lesson: { number: lesson.number, title },
    beats,
    knowsSlow: clauses.some(({ text }) => text.includes('`GET /slow')),
  };
}

// Does every supported Node give the same verdicts? Judges solutions and starters of all lessons on each of them.
// `npm run versions -- --help` tells more.
import { join } from 'node:path';
import { lookOf } from '#reader';
import { workbookRoot } from '#workbook';
import { DONE, FAILED, WRONG_USAGE } from '../../runner/cli/exit.ts';
import { listenForInterrupt } from '../../runner/cli/interrupt.ts';
import { endWhenUnread } from '../../runner/cli/unread.ts';
import { JOBS } from '../matrix/flags.ts';
import { called, solutions, starters, type Known } from '../trial/known.ts';
import { inLanes } from '../trial/lanes.ts';
import { showProgress } from '../trial/progress.ts';
import { tryProgram, type Trial } from '../trial/trial.ts';
import { HELP, parseVersions } from './flags.ts';
import { haveNode, type Had, type Node } from './nodes.ts';
import { renderVersions, type Cell } from './table.ts';

const FOLDER = join(workbookRoot, '.workbook', 'nodes');
const KEPT = join(workbookRoot, '.workbook', 'versions');
/** A check takes seconds. One that takes longer than this is stuck. */
const WITHIN_MS = 120_000;
/** All of them take two minutes on an idle machine; where it would be far longer, the rest is not tried, and it is said. */
const ALL_WITHIN_MS = 10 * 60_000;

endWhenUnread();
process.exitCode = await main();

async function main(): Promise<number> {
  const parsed = parseVersions(process.argv.slice(2));
  if (parsed.kind === 'help') {
    console.log(HELP);
    return DONE;
  }
  if (parsed.kind === 'wrong') {
    console.error(`${parsed.what}\n  next  ${parsed.next}`);
    return WRONG_USAGE;
  }
  const interrupt = listenForInterrupt();
  try {
    console.error(`looking for Node ${parsed.majors.join(', ')}; what is not there is installed`);
    const had = await Promise.all(parsed.majors.map((major) => haveNode(major, FOLDER, interrupt.signal)));
    const nodes = had.flatMap((each) => (each.kind === 'node' ? [each.node] : []));
    const programs = [...solutions(), ...(await starters())].toSorted((a, b) => a.lesson.number - b.lesson.number);
    const cells = await tryAll(programs, nodes, interrupt.signal);
    return interrupt.code() ?? tell(programs, nodes, cells, had);
  } finally {
    interrupt.release();
  }
}

/** Every program on one Node, then on the next one; what is not in the answer was not tried. */
async function tryAll(
  programs: readonly Known[],
  nodes: readonly Node[],
  signal: AbortSignal,
): Promise<readonly Cell[]> {
  const deadline = performance.now() + ALL_WITHIN_MS;
  const progress = showProgress(process.stderr, lookOf(process.stderr, process.env), process.env);
  const pairs = nodes.flatMap((node) => programs.map((known) => ({ node, known, lesson: known.lesson })));
  const cells: Cell[] = [];
  const open: typeof pairs = [];
  const tryOne = async (pair: (typeof pairs)[number], again: boolean): Promise<void> => {
    const { node, known } = pair;
    if (signal.aborted || performance.now() > deadline) return;
    const end = progress.begin(`${called(known)} on ${node.version}`, pairs.length - cells.length);
    const trial = await tryOn(node, known, signal);
    if (trial === null) return;
    end(trial);
    if (trial.outcome.kind === 'inconclusive' && !again) open.push(pair);
    else cells.push({ program: called(known), node: node.version, ...trial });
  };
  try {
    await inLanes(pairs, JOBS, (pair) => tryOne(pair, false));
    // a machine that was too busy to tell is asked once more, when nothing else runs
    for (const pair of open) await tryOne(pair, true);
    return cells;
  } finally {
    progress.clear();
  }
}

/** Null where `signal` was aborted. */
function tryOn(node: Node, known: Known, signal: AbortSignal): Promise<Trial | null> {
  const name = `${new Date().toISOString()}-${called(known)}-${node.version}`.replaceAll(/[^\w.]+/g, '-');
  return tryProgram(known, { node: node.path, withinMs: WITHIN_MS, signal, keep: join(KEPT, name) });
}

/** Prints the table, and gives the exit code. */
function tell(programs: readonly Known[], nodes: readonly Node[], cells: readonly Cell[], had: readonly Had[]): number {
  const versions = nodes.map(({ version }) => version);
  if (nodes.length > 0) console.log(renderVersions(programs.map(called), versions, cells));
  for (const each of had) {
    if (each.kind === 'failed') console.error(`${each.what}\n  next  ${each.next}`);
    if (each.kind === 'no package') console.error(`Node ${each.major} was not tried: ${each.what}.`);
  }
  const wanted = programs.length * nodes.length;
  const good = cells.filter(({ outcome }) => outcome.kind === 'as it must').length;
  console.log(`${good} of ${wanted} as it must be, on ${versions.join(', ') || 'no version of Node at all'}`);
  if (cells.length < wanted) console.error(`${wanted - cells.length} were not tried: the time was up.`);
  return wanted > 0 && good === wanted && had.every(({ kind }) => kind !== 'failed') ? DONE : FAILED;
}

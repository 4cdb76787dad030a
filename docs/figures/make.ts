// Makes the figures that are drawn from recorded runs. Records a run on this machine and shows it in characters:
//   node --import tsx docs/figures/make.ts round-robin
// With `--write` the run becomes the book's: NAME.json keeps what is shown of it, NAME.svg and NAME.txt are drawn from that.
// With `--redraw` these two are drawn again from the NAME.json that is there, for all figures or those that are named.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process, { argv, exit, stderr, stdout } from 'node:process';
import type { History } from '#history';
import { lookOf, wrap } from '#reader';
import { figureOf, isFigure, names, type FigureName, kindsOf } from './figures.ts';
import { record } from './record.ts';
import { excerpt } from './recording.ts';
import { svgOf } from './svg.ts';

const words = argv.slice(2);
const chosen = words.filter((word) => !word.startsWith('--'));
const [flag, ...more] = words.filter((word) => word.startsWith('--'));
const redraws = flag === '--redraw';

if (!chosen.every(isFigure) || more.length > 0 || ![undefined, '--write', '--redraw'].includes(flag)) usage();
if (chosen.length === 0 && !redraws) usage();
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

for (const name of (chosen.length > 0 ? chosen : names).filter(isFigure))
  await make(name).catch((error: unknown) => {
    if (!interrupt.signal.aborted) throw error;
    exit(130);
  });

async function make(name: FigureName): Promise<void> {
  const recordings = redraws
    ? (JSON.parse(readFileSync(fileOf(name, 'json'), 'utf8')) as History[])
    : (await record(name, interrupt.signal)).map((history) => excerpt(history, kindsOf(name)));
  const figure = figureOf(name, recordings);
  if (flag === undefined) {
    stdout.write(`${figure.characters.join('\n')}\n\n`);
    const { width } = lookOf(stdout, process.env);
    for (const [index, step] of figure.steps.entries())
      stdout.write(`${wrap(`${index + 1}. ${step.words}`, width).join('\n')}\n`);
    return;
  }
  if (!redraws) {
    const { format } = await import('prettier');
    writeFileSync(fileOf(name, 'json'), await format(JSON.stringify(recordings), { parser: 'json', printWidth: 120 }));
  }
  writeFileSync(fileOf(name, 'svg'), svgOf(figure));
  writeFileSync(fileOf(name, 'txt'), `${figure.characters.join('\n')}\n`);
  stdout.write(`${name}: ${figure.steps.length} steps\n`);
}

function fileOf(name: FigureName, end: string): string {
  return join(import.meta.dirname, `${name}.${end}`);
}

function usage(): never {
  const unknown = chosen.filter((name) => !isFigure(name));
  if (unknown.length > 0)
    stderr.write(
      `There is no figure ${unknown.join(', ')}: a new one is named in docs/figures/figures.ts and record.ts.\n`,
    );
  stderr.write(`node --import tsx docs/figures/make.ts NAME [--write | --redraw]   NAME: ${names.join(', ')}\n`);
  exit(64);
}

// A few lines in a frame, where the terminal is wide enough for one; elsewhere the lines alone.
import type { Look } from '#reader';
import { columns } from '#reader';
import type { Output } from './surroundings.ts';

export async function frame(lines: readonly string[], look: Look, stdout: Output): Promise<string> {
  const text = lines.join('\n');
  const widest = Math.max(...lines.map(columns));
  if (!stdout.isTTY || widest + 6 > look.width) return text;
  const { default: boxen } = await import('boxen');
  return boxen(text, {
    padding: { left: 2, right: 2, top: 0, bottom: 0 },
    borderStyle: look.unicode ? 'round' : 'classic',
  });
}

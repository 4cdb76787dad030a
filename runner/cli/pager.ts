// A text that is longer than the terminal, through the pager that the learner is used to.
import { spawn } from 'node:child_process';
import type { Surroundings } from './surroundings.ts';

/** Written straight out where it fits, and where no pager can be had. */
export async function showPage(text: string, { stdout, env }: Surroundings): Promise<void> {
  const lines = text.split('\n').length;
  if (stdout.isTTY && lines >= (stdout.rows ?? 24) && (await paged(text, env))) return;
  stdout.write(`${text}\n\n`);
}

async function paged(text: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const pager = env.PAGER || 'less';
  // R: colours as they are. F and X: no screen of its own.
  const child = spawn(pager, {
    shell: pager.includes(' '),
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRX', ...env },
  });
  const ignore = () => undefined;
  process.on('SIGINT', ignore); // Ctrl-C is the pager's own key
  try {
    child.stdin.on('error', ignore).end(`${text}\n`);
    return await new Promise<boolean>((resolve) => {
      child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0));
    });
  } finally {
    process.removeListener('SIGINT', ignore);
  }
}

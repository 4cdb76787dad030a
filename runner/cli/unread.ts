// Whoever reads us may stop reading, as `head` does. Then there is nobody left to tell anything.
import { DONE, UNTOLD } from './exit.ts';

/** For the rest of this process. */
export function endWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? DONE : UNTOLD));
  process.stderr.on('error', () => undefined);
}

// Which workers were there at a moment, and which of them listened.
import type { Life } from '#history';

/** Listening on PORT at that moment. */
export function listeningAt(lives: readonly Life[], t: number): Life[] {
  return lives.filter((life) => life.listening !== null && life.listening <= t && !isGone(life, t));
}

/** No longer listening: closed, disconnected or dead. */
export function isGone({ closed, disconnected, exited }: Life, t: number): boolean {
  return [closed, disconnected, exited].some((end) => end !== null && end <= t);
}

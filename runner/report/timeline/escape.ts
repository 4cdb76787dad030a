// Text of a run as it is written in the page: a program prints what it likes, and none of it may become markup.
import { escapeHtml } from '#reader';

/** Signs that move, hide or turn round what stands beside them: of terminals, and of the direction of writing. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** For text between tags and in quoted attributes. */
export function escape(text: string): string {
  return escapeHtml(text.replace(UNSEEN, '\u00b7'));
}

/** At most so many characters. */
export function short(text: string, most = 120): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

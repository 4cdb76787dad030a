// The class board as it is served: learners' workbooks report to it, and its page looks on with a key that reads and does
// nothing else.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerOf } from './access.ts';
import { readJson } from './body.ts';
import { type ClassOptions, openClass, type Refusal } from './class.ts';
import { json } from './respond.ts';
import { openStream, type Stream } from './stream.ts';

export interface BoardServer {
  /** Of its page. */
  readonly key: string;
  /** What learners have to know. */
  readonly word: string;
  readonly pages: Stream;
  report(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): void;
}

const EVERY_MS = 250;
/** Bytes of a body. */
const LONGEST = 2048;

const STATUS: Readonly<Record<Refusal, number>> = {
  'wrong token': 403,
  malformed: 400,
  'too large': 413,
  'too many': 429,
  full: 503,
};

/** What a learner types. */
export function reportCommand(origin: string, word: string): string {
  return `npm run check -- --report ${origin}/${word}`;
}

export function openBoardServer(options: ClassOptions, mostPages: number, origin: () => string): BoardServer {
  const board = openClass(options, () => reportCommand(origin(), board.token));
  const pages = openStream({ standing: () => ({ event: 'board', data: board.board() }), most: mostPages });
  let timer: NodeJS.Timeout | null = null;

  /** Whenever the board may show something else. */
  function changed(): void {
    timer ??= setTimeout(() => {
      timer = null;
      pages.send('board', board.board());
    }, EVERY_MS);
  }

  return {
    key: randomBytes(18).toString('base64url'),
    word: board.token,
    pages,
    async report(request, response) {
      changed();
      const refused = (refusal: Refusal, why: string) => {
        board.refuse(refusal);
        json(response, STATUS[refusal], { ok: false, why });
      };
      // a page of any site says where it comes from, a learner's workbook does not
      if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
        return refused('malformed', 'A report comes from a workbook.');
      const body = await readJson(request, LONGEST);
      if (body.kind === 'too large') return refused('too large', `A report is no longer than ${LONGEST} bytes.`);
      if (body.kind === 'malformed') return refused('malformed', 'That is no report of a check.');
      const from = request.socket.remoteAddress ?? '';
      const reported = board.report(from, headerOf(request, 'x-class-token'), body.value);
      if (reported.ok) json(response, 200, reported);
      else json(response, STATUS[reported.refusal], { ok: false, why: reported.why });
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      pages.close();
    },
  };
}

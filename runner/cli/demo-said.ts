// What a program's workers say of themselves while it is shown: asked twice a second on fresh connections, each for itself
// and none of them in the account of the load.
import { get } from 'node:http';
import type { Demonstration } from '#harness';
import type { SaidNews } from '#live';
import type { Shows } from '#workbook';

export interface Said {
  /** What is new since the last time; of each worker the latest answer only. */
  taken(): readonly SaidNews[];
  close(): void;
}

const EVERY_MS = 500;
/** One that is stopped answers nobody. */
const PATIENCE_MS = 2000;
/** So many may be unanswered: whoever is stopped collects no more of them. */
const MOST_ASKED = 32;
const LONGEST_ANSWER = 65_536;
const LONGEST_VALUE = 40;

export function openSaid({ port, lives }: Pick<Demonstration, 'port' | 'lives'>, { path, field }: Shows): Said {
  const news = new Map<number, SaidNews>();
  const closing = new AbortController();
  let asked = 0;

  function ask(): void {
    asked += 1;
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(PATIENCE_MS)]);
    answerOf(port, path, signal)
      .then((text) => {
        const said = saidIn(text, field);
        if (said !== null) news.set(said.pid, said);
      })
      // a program that says nothing of itself is none that cannot be shown
      .catch(() => undefined)
      .finally(() => (asked -= 1));
  }

  // under round robin, as many questions as workers reach all of them sooner or later
  const timer = setInterval(() => {
    const listening = lives.filter((life) => life.listening !== null && life.exited === null).length;
    for (let n = 0; n < listening && asked < MOST_ASKED; n += 1) ask();
  }, EVERY_MS);
  return {
    taken() {
      const told = [...news.values()];
      news.clear();
      return told;
    },
    close() {
      clearInterval(timer);
      closing.abort();
    },
  };
}

async function answerOf(port: number, path: string, signal: AbortSignal): Promise<string> {
  const response = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false, signal }, resolve).on('error', reject);
  });
  let text = '';
  for await (const part of response) {
    text += part.toString();
    if (text.length > LONGEST_ANSWER) throw new Error('The answer is too long.');
  }
  return text;
}

/** Null where the answer is no object with a pid and that field. */
export function saidIn(text: string, field: string): SaidNews | null {
  const { pid, [field]: value } = (JSON.parse(text) ?? {}) as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(pid) || value === undefined) return null;
  const words = typeof value === 'number' ? value.toLocaleString('en-US') : JSON.stringify(value);
  return { pid: pid as number, value: words.slice(0, LONGEST_VALUE) };
}

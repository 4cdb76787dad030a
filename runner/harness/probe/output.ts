// Who writes what: the streams of a program's processes are one and the same pipe, which does not tell.
import type { Say } from './channel.ts';
import { call, wrap } from './wrap.ts';

/** Of one text; more of it would only be told twice. */
const LONGEST_TEXT = 4096;
/** Between two calls of `goOn`: what a program prints beyond it is nobody's. */
const MOST_TEXTS = 50;
const MOST_CHARACTERS = 16 * 1024;

export interface Writing {
  /** Called every few ms. */
  goOn(): void;
}

/** A stream is made when it is first asked for, and watched from then on. */
export function watchOutput(say: Say): Writing {
  let texts = 0;
  let characters = 0;
  for (const name of ['stdout', 'stderr'] as const) {
    const own = Reflect.getOwnPropertyDescriptor(process, name);
    const make = own?.get;
    if (make === undefined) continue;
    let watched: NodeJS.WriteStream | undefined;
    const get = function (this: NodeJS.Process): NodeJS.WriteStream {
      const stream = Reflect.apply(make, this, []) as NodeJS.WriteStream;
      if (stream !== watched) {
        watched = stream;
        wrap(stream, 'write', (write, self, args) => {
          tell(name, args[0], args[1]);
          return call(write, self, args);
        });
      }
      return stream;
    };
    Reflect.defineProperty(process, name, { ...own, get });
  }

  function tell(stream: 'stdout' | 'stderr', chunk: unknown, encoding: unknown): void {
    if (texts >= MOST_TEXTS || characters >= MOST_CHARACTERS) return;
    const whole = textOf(chunk, encoding);
    if (whole === '') return;
    const text = whole.slice(0, LONGEST_TEXT);
    texts += 1;
    characters += text.length;
    say({ say: 'wrote', stream, text, length: whole.length });
  }

  return {
    goOn() {
      texts = 0;
      characters = 0;
    },
  };
}

function textOf(chunk: unknown, encoding: unknown): string {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
  if (typeof chunk !== 'string') return '';
  return encoding === undefined || typeof encoding === 'function' || encoding === 'utf8' ? chunk : '';
}

// Pages that listen, by server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
// A page that does not keep up is told nothing until it has read what it was sent, and then how things stand.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export interface Stream {
  /** False where there are as many pages as may be; then nothing was answered. */
  add(response: ServerResponse, headers: OutgoingHttpHeaders): boolean;
  /** To all that keep up. */
  send(event: string, data: unknown): void;
  readonly pages: number;
  close(): void;
}

export interface StreamOptions {
  /** What a page is told first, and again when it has fallen behind. */
  readonly standing: () => { readonly event: string; readonly data: unknown };
  readonly most: number;
}

/** Bytes that may wait for one page; how things stand comes on top of them once. */
const MOST_WAITING = 1_000_000;
const HEARTBEAT_MS = 15_000;

export function openStream({ standing, most }: StreamOptions): Stream {
  const pages = new Map<ServerResponse, { behind: boolean }>();
  const heartbeat = setInterval(() => write(':\n\n'), HEARTBEAT_MS).unref();

  function write(text: string): void {
    for (const [response, page] of pages) {
      page.behind ||= response.writableLength > MOST_WAITING;
      if (!page.behind) response.write(text);
    }
  }

  return {
    get pages() {
      return pages.size;
    },
    add(response, headers) {
      if (pages.size >= most) return false;
      const page = { behind: false };
      pages.set(response, page);
      response.once('close', () => pages.delete(response));
      response.on('drain', () => {
        if (!page.behind) return;
        page.behind = false;
        tellStanding(response);
      });
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
      tellStanding(response);
      return true;
    },
    send(event, data) {
      if (pages.size > 0) write(message(event, data));
    },
    close() {
      clearInterval(heartbeat);
      for (const response of pages.keys()) response.destroy();
    },
  };

  function tellStanding(response: ServerResponse): void {
    const { event, data } = standing();
    response.write(message(event, data));
  }
}

/** JSON has no line end of its own, so it is one line of data. */
function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

// Server-sent events over `fetch`, which can say the page's key, as an EventSource cannot:
// https://html.spec.whatwg.org/multipage/server-sent-events.html

export interface Follower {
  readonly opened: () => void;
  readonly told: (event: string, data: unknown) => void;
  /** It is tried again; `why` is what the server said, where it said something. */
  readonly lost: (why: string | null) => void;
  /** It is not tried again: the key is not the right one. */
  readonly refused: (why: string) => void;
}

const AGAIN_MS = 1000;

/** Until it is refused. */
export async function followEvents(path: string, key: string, follower: Follower): Promise<void> {
  for (;;) {
    const answer = await fetch(path, { headers: { 'x-live-key': key }, cache: 'no-store' }).catch(() => null);
    if (answer?.status === 403) return follower.refused((await answer.text().catch(() => '')).trim());
    let why: string | null = null;
    if (answer?.ok && answer.body !== null) {
      follower.opened();
      await read(answer.body, follower.told);
    } else if (answer !== null) why = (await answer.text().catch(() => '')).trim();
    follower.lost(why || null);
    await new Promise((resolve) => {
      setTimeout(resolve, AGAIN_MS);
    });
  }
}

/** To its end, however it ends. */
async function read(body: ReadableStream<Uint8Array>, told: Follower['told']): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const part = await reader.read().catch(() => null);
    if (part === null || part.done) return;
    const messages = `${rest}${decoder.decode(part.value, { stream: true })}`.split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
      if (event !== undefined && data !== undefined) told(event, JSON.parse(data) as unknown);
    }
  }
}

// The reader of answers: whatever the pieces, the same answer; and whatever is no answer is told as such.
import { describe, expect, it } from 'vitest';
import { AnswerReader, MAX_BODY_TOLD, type Answer } from '../../runner/harness/http-answer.ts';

const HELLO = 'Hello from worker 4131\n';
const hello: Answer = { status: 200, keepAlive: true, body: HELLO, pid: 4131 };

interface Told {
  readonly answer: Answer | null;
  readonly state: 'more' | 'whole' | 'malformed';
  readonly surplus: number;
}

/** Reads `pieces` as one answer; after them the connection ends where `ends`. */
function read(pieces: readonly Buffer[], { ends = false, head = false, reader = new AnswerReader() } = {}): Told {
  reader.expect(head);
  let state: Told['state'] = 'more';
  let unread = 0;
  for (const piece of pieces) {
    if (state === 'more') state = reader.take(piece, piece.length);
    else unread += piece.length;
  }
  if (state === 'more' && ends && reader.ended()) state = 'whole';
  return { answer: reader.answer, state, surplus: state === 'whole' ? reader.surplus + unread : 0 };
}

/** In one piece, cut in two at every byte, and byte by byte. */
function* fragmentations(text: string): Generator<Buffer[]> {
  const bytes = Buffer.from(text);
  yield [bytes];
  for (let cut = 1; cut < bytes.length; cut += 1) yield [bytes.subarray(0, cut), bytes.subarray(cut)];
  yield Array.from(bytes, (byte) => Buffer.of(byte));
}

const length = `Content-Length: ${HELLO.length}`;
const answers: Record<string, { text: string; told: Answer; ends?: boolean; head?: boolean }> = {
  'a body of announced length': { text: `HTTP/1.1 200 OK\r\nDate: now\r\n${length}\r\n\r\n${HELLO}`, told: hello },
  'an empty body': {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    told: { ...hello, body: '', pid: null },
  },
  'a line end of \\r\\n behind the pid': {
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\nHello from worker 7\r\n',
    told: { ...hello, body: 'Hello from worker 7\r\n', pid: 7 },
  },
  'header names in any case': {
    text: `HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:${HELLO.length}\r\n\r\n${HELLO}`,
    told: hello,
  },
  'the same length twice': { text: `HTTP/1.1 200 OK\r\n${length}\r\n${length}\r\n\r\n${HELLO}`, told: hello },
  'no reason phrase': { text: `HTTP/1.1 200\r\n${length}\r\n\r\n${HELLO}`, told: hello },
  'lines that end with a bare \\n': { text: `HTTP/1.1 200 OK\n${length}\n\n${HELLO}`, told: hello },
  chunks: {
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nHello \r\n0011;a=b\r\nfrom worker 4131\n\r\n0\r\n\r\n',
    told: hello,
  },
  'chunks with trailers, in spite of a length': {
    text: `HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n17\r\n${HELLO}\r\n0\r\nA: b\r\nC: d\r\n\r\n`,
    told: hello,
  },
  'a body until the connection closes': {
    text: `HTTP/1.1 200 OK\r\n\r\n${HELLO}`,
    told: { ...hello, keepAlive: false },
    ends: true,
  },
  'interim answers before the final one': {
    text: `HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n${length}\r\n\r\n${HELLO}`,
    told: hello,
  },
  'Connection: close among other options': {
    text: `HTTP/1.1 200 OK\r\nConnection: x-other\r\nconnection: foo, Close\r\n${length}\r\n\r\n${HELLO}`,
    told: { ...hello, keepAlive: false },
  },
  'HTTP/1.0': { text: `HTTP/1.0 200 OK\r\n${length}\r\n\r\n${HELLO}`, told: { ...hello, keepAlive: false } },
  'HTTP/1.0 with keep-alive': {
    text: `HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n${length}\r\n\r\n${HELLO}`,
    told: hello,
  },
  '204, whatever it announces': {
    text: 'HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n',
    told: { status: 204, keepAlive: true, body: null, pid: null },
  },
  '304, whatever it announces': {
    text: 'HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n',
    told: { status: 304, keepAlive: true, body: null, pid: null },
  },
  'an answer to HEAD': {
    text: `HTTP/1.1 200 OK\r\n${length}\r\n\r\n`,
    told: { ...hello, body: null, pid: null },
    head: true,
  },
  'an error in UTF-8': {
    text: 'HTTP/1.1 503 Nö\r\nContent-Length: 7\r\n\r\nzu früh'.replace('7', '8'),
    told: { status: 503, keepAlive: true, body: 'zu früh', pid: null },
  },
};

describe('an answer is the same in whatever pieces it arrives', () => {
  it.each(Object.entries(answers))('%s', (_, { text, told, ...how }) => {
    for (const pieces of fragmentations(text))
      expect(read(pieces, how), `${pieces.length} pieces`).toEqual({ answer: told, state: 'whole', surplus: 0 });
  });

  it.each(Object.entries(answers).filter(([, { ends }]) => !ends))(
    'with surplus bytes behind it: %s',
    (_, { text, told, ...how }) => {
      for (const pieces of fragmentations(`${text}HTTP`))
        expect(read(pieces, how), `${pieces.length} pieces`).toEqual({ answer: told, state: 'whole', surplus: 4 });
    },
  );

  it.each(Object.entries(answers))('is not whole before its last byte: %s', (_, { text, head = false }) => {
    for (const pieces of fragmentations(text.slice(0, -1))) expect(read(pieces, { head }).state).toBe('more');
  });
});

describe('what is no answer is malformed', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n'],
    ['text without any line end', 'Hello from worker 1'],
    ['an empty line first', '\r\nHTTP/1.1 200 OK\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n'],
    ['a header line without a colon', `${head}Content-Length 5\r\n`],
    ['a length that is no number', `${head}Content-Length: -1\r\n`],
    ['two different lengths', `${head}Content-Length: 5\r\nContent-Length: 6\r\n`],
    ['a length beyond 1 MiB', `${head}Content-Length: 1048577\r\n\r\n`],
    ['a chunk without a size', `${head}Transfer-Encoding: chunked\r\n\r\nHello\r\n`],
    ['a chunk longer than its size', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nHello\r\n`],
    ['a chunk beyond 1 MiB', `${head}Transfer-Encoding: chunked\r\n\r\n100001\r\n`],
  ])('%s', (_, text) => {
    for (const pieces of fragmentations(text)) {
      const reader = new AnswerReader();
      expect(read(pieces, { reader }).state, `${pieces.length} pieces`).toBe('malformed');
      expect(reader.reason).not.toBe('');
    }
  });

  it.each([
    ['header lines', head, 'A: b\r\n'],
    ['one header line', `${head}A: `, 'aaaaaaaa'],
    ['interim answers', '', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['a body without announced length', `${head}\r\n`, 'Hello from worker 1\n'],
    ['chunks', `${head}Transfer-Encoding: chunked\r\n\r\n`, `400\r\n${'a'.repeat(1024)}\r\n`],
    ['trailers', `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'A: b\r\n'],
  ])('%s without end', (_, begin, again) => {
    const reader = new AnswerReader();
    reader.expect(false);
    if (begin !== '') expect(reader.take(Buffer.from(begin), begin.length)).toBe('more');
    const piece = Buffer.from(again);
    let bytes = 0;
    while (reader.take(piece, piece.length) === 'more') {
      bytes += piece.length;
      expect(bytes).toBeLessThan(2 * 1024 * 1024);
    }
    expect(reader.reason).toMatch(/64 KiB|1 MiB/);
  });
});

describe('one answer after the other on one connection', () => {
  it('tells every answer apart, also where the one before was the same or nearly the same', () => {
    const reader = new AnswerReader();
    const answer = (pid: number, status = 200): Buffer =>
      Buffer.from(`HTTP/1.1 ${status} OK\r\nContent-Length: 20\r\n\r\nHello from worker ${pid}\n`);
    const cases: [pieces: Buffer[], pid: number, status: number][] = [
      [[answer(1)], 1, 200],
      [[answer(1)], 1, 200],
      [[answer(2)], 2, 200],
      [[answer(2, 500)], 2, 500],
      [[answer(2).subarray(0, 9), answer(2).subarray(9)], 2, 200],
      [[answer(2, 500)], 2, 500],
      [[answer(1)], 1, 200],
    ];
    for (const [pieces, pid, status] of cases) expect(read(pieces, { reader }).answer).toMatchObject({ pid, status });
  });

  it('does not take the answer to a HEAD for the whole answer to the same GET', () => {
    const reader = new AnswerReader();
    const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
    expect(read([head], { reader, head: true }).state).toBe('whole');
    expect(read([head], { reader }).state).toBe('more');
  });

  it('begins anew after an answer that was given up', () => {
    const reader = new AnswerReader();
    expect(read([Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab')], { reader }).state).toBe('more');
    expect(read([Buffer.from(`HTTP/1.1 200 OK\r\n${length}\r\n\r\n${HELLO}`)], { reader }).answer).toEqual(hello);
  });
});

describe('the body', () => {
  it.each([
    'Hello from worker 1',
    ' Hello from worker 1\n',
    'Hello from worker 1\n\n',
    'Hello from worker 01\n',
    '{"pid":1}\n',
    'hello from worker 1\n',
  ])('names no pid in %j', (body) => {
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(read([Buffer.from(text)]).answer).toMatchObject({ body, pid: null });
  });

  it('is told up to 4,096 characters, and read to its end', () => {
    const body = '€'.repeat(MAX_BODY_TOLD + 1);
    const text = `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const { answer, state } = read([Buffer.from(text)]);
    expect(state).toBe('whole');
    expect(answer?.body).toBe('€'.repeat(MAX_BODY_TOLD));
  });
});

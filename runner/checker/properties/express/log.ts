// A line for each request: clause 8.5.
import { grantedFor, of, type History, type RequestEvent } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, tooBusy, unknown, type Opinion } from '../../finding.ts';
import { stopOf, stretchOf, waitOf } from '../../moments.ts';
import { isAnswered } from '../../requests.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { grouped, plural, time } from '../../words.ts';
import { linesOf, type Line } from './lines.ts';

/** The stream of the requests whose lines are looked for: each has a URL of its own, by `loggedPath`. */
export const LOGGED = 'logged';
/** The wait that lasts until lines which have not come yet are late. */
export const LOG_SETTLED = 'all lines have had their time';
/** How many characters of the program's output a scenario has to keep. */
export const LOG_OUTPUT = 16 * 1024 * 1024;

/** Contract 8.5. */
const LOGGED_MS = 1000;

/** The URL of the k-th logged request, which no other one begins with, `length` characters long where that is more. */
export function loggedPath(k: number, path: string, length = 0): string {
  const tag = `log-${String(k).padStart(5, '0')}`;
  const begin = `${path}${path.includes('?') ? '&' : '?'}${tag}-`;
  return `${begin}${'abcdefghij'.repeat(Math.ceil(Math.max(0, length - begin.length - 4) / 10))}-end`;
}

const TAG = /log-\d{5}/g;

/** 8.5: each request has its line within 1 s of its answer, with pid, method and URL, and lines are whole. */
export function logsEachRequest(history: History): Opinion {
  const scene = sceneOf(history);
  const requests = scene.requests.filter((request) => request.stream === LOGGED && isAnswered(request));
  if (requests.length === 0) {
    const death = deathOf(scene);
    return unknown(
      death === null
        ? 'no request that is to have a line was answered'
        : `the program did not live to log: ${death.observed}`,
    );
  }
  if (lengthOf(history) >= LOG_OUTPUT) return unknown('the program prints so much that not all of it was kept');
  const lines = linesOf(history, 'stdout');
  const byTag = tagged(lines);
  const stretch = stretchOf(history);
  const stop = stopOf(history);
  // a program that is ended by force has no time for its last lines
  const isOver = of(history, 'ended').some(({ t }) => t < stop);
  const until = isOver ? Infinity : (waitOf(history, LOG_SETTLED)?.from ?? stop - grantedFor(LOGGED_MS, stretch));
  const unlogged: { readonly request: RequestEvent; readonly pid: number }[] = [];
  const late: RequestEvent[] = [];
  let judged = 0;
  for (const request of requests) {
    const pid = request.pid ?? scene.owner(request);
    if (pid === null || request.end > until) continue;
    judged += 1;
    const line = (byTag.get(tagOf(request)) ?? []).find((each) => tells(each, request, pid));
    if (line === undefined) unlogged.push({ request, pid });
    else if (line.t - request.end > LOGGED_MS) late.push(request);
  }
  const [missing] = unlogged;
  if (missing !== undefined) {
    const { request, pid } = missing;
    const { observed, cause } = whatIsThere(scene, request, pid, lines, unlogged.length < judged);
    return broken({
      judged,
      expected: EXPECTED,
      observed: `${plural(unlogged.length, 'request')} of ${grouped(judged)} without a line; the first, ${request.method} ${short(request.path)} of pid ${pid}: ${observed}`,
      cause,
      evidence: [request, scene.lifeOf(pid), ...unlogged.map((each) => each.request)],
    });
  }
  const delay = Math.max(0, ...late.map((request) => lineOf(byTag, request).t - request.end));
  if (delay > grantedFor(LOGGED_MS, stretch))
    return broken({
      judged,
      expected: EXPECTED,
      observed: `${plural(late.length, 'line')} of ${grouped(judged)} came late, one of them ${time(delay)} after its answer`,
      cause: 'the program collects lines before it writes them, for longer than a second',
      evidence: late,
    });
  if (delay > 0) return tooBusy('whether lines come in time', judged);
  return judged === 0
    ? unknown('no answer could be told to be of a worker')
    : holds(judged, `${plural(judged, 'request')}, a line each`);
}

const EXPECTED =
  'each request has one line on standard output, 1 s after its answer at the latest, with the pid of its worker, its method and its URL; lines are never torn or mixed';

function lengthOf(history: History): number {
  return of(history, 'output')
    .filter(({ stream }) => stream === 'stdout')
    .reduce((sum, { text }) => sum + text.length, 0);
}

function tagOf({ path }: RequestEvent): string {
  return path.match(TAG)?.[0] ?? '';
}

function tagged(lines: readonly Line[]): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  for (const line of lines)
    for (const tag of new Set(line.text.match(TAG))) found.set(tag, [...(found.get(tag) ?? []), line]);
  return found;
}

function lineOf(byTag: ReadonlyMap<string, readonly Line[]>, request: RequestEvent): Line {
  return byTag.get(tagOf(request))?.find(({ text }) => text.includes(request.path)) ?? { text: '', t: request.end };
}

/** All three in one line, and no other request in it. */
function tells({ text }: Line, request: RequestEvent, pid: number): boolean {
  return (
    text.includes(request.path) &&
    new Set(text.match(TAG)).size === 1 &&
    hasMethod(rest(text, request), request) &&
    hasPid(rest(text, request), pid)
  );
}

function rest(text: string, { path }: RequestEvent): string {
  return text.replaceAll(path, ' ');
}

function hasPid(text: string, pid: number): boolean {
  return new RegExp(`(?<!\\d)${pid}(?!\\d)`).test(text);
}

function hasMethod(text: string, { method }: RequestEvent): boolean {
  return new RegExp(`(?<![a-z])${method}(?![a-z])`, 'i').test(text);
}

/** `others`: there are requests whose lines are as they should be. */
function whatIsThere(scene: Scene, request: RequestEvent, pid: number, lines: readonly Line[], others: boolean) {
  const tag = tagOf(request);
  const [bare = ''] = request.path.split('?');
  const own = lines.filter(({ text }) => text.includes(tag));
  const whole = own.find(({ text }) => text.includes(request.path));
  if (whole !== undefined) {
    const around = rest(whole.text, request);
    if (new Set(whole.text.match(TAG)).size > 1 || (!hasMethod(around, request) && !hasPid(around, pid)))
      return { observed: `its URL is in the line “${short(whole.text)}”`, cause: TORN };
    const missing = hasMethod(around, request) ? pid : request.method;
    const observed = `“${short(whole.text)}” has no ${missing}`;
    if (others) return { observed, cause: `other lines have it: ${TORN}` };
    if (missing === request.method) return { observed, cause: 'the method is missing' };
    return {
      observed,
      cause: hasPid(around, scene.start.pid)
        ? 'the line has the pid of the primary: where the primary writes it, the worker has to tell its own'
        : 'the pid of the worker is missing: without it nobody can tell which one was slow, or died',
    };
  }
  const cut = own.find(
    ({ text }) => hasMethod(text, request) && hasPid(text, pid) && !goesOn(lines, beyond(text, request)),
  );
  if (cut !== undefined)
    return {
      observed: `only a part of it is in “${short(cut.text)}”`,
      cause: 'the URL is cut: it is to be logged as it was sent, whole, however long it is',
    };
  if (own.length > 0) return { observed: `only a part of it is there: “${short(own[0]?.text ?? '')}”`, cause: TORN };
  if (linesOf(scene.history, 'stderr').some(({ text }) => text.includes(tag)))
    return {
      observed: 'it is on standard error',
      cause: 'the log goes to standard output: console.log, not console.error',
    };
  if (
    lines.some(
      ({ text }) => !text.includes('?') && text.includes(bare) && hasPid(text, pid) && hasMethod(text, request),
    )
  )
    return {
      observed: `there are lines of ${bare} without a query`,
      cause:
        'the URL is to be logged as it was sent, with its query: request.url or request.originalUrl, not request.path',
    };
  const logged = lines.filter(({ text }) => /log-\d{5}/.test(text)).length;
  return {
    observed: logged === 0 ? 'no request has one' : 'nothing of it is there',
    cause: logged === 0 ? 'nothing sees the requests before the application answers them' : causeOfGap(request),
  };
}

/** What of a URL is not in that line, which has its begin. */
function beyond(text: string, { path }: RequestEvent): string {
  let length = path.length;
  while (!text.includes(path.slice(0, length))) length -= 1;
  return path.slice(length);
}

function goesOn(lines: readonly Line[], missing: string): boolean {
  return lines.some(({ text }) => text.startsWith(missing));
}

const TORN =
  'a line is written in pieces, and those of other workers or requests come between, or it is several lines, as console.log writes an object: join it first, with its line end, and write it by one call';

function causeOfGap({ status }: RequestEvent): string {
  return status !== null && status >= 300
    ? `an answer with ${status} is not logged: it is the application that has answered, and whatever stands after it hears nothing`
    : 'some requests are not logged: those that the log does not see, or lines that were still waiting to be written when their process ended';
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 40)}…${text.slice(-12)}` : text;
}

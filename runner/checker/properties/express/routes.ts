// An application's routes, served by a cluster as by one process: clause 8.1.
import type { History, RequestEvent } from '#history';
import { deathOf } from '../../death.ts';
import { broken, holds, unknown, type Opinion } from '../../finding.ts';
import { sceneOf, type Scene } from '../../scene.ts';
import { named, outcomeOf, plural } from '../../words.ts';
import { waitsWithoutBlocking } from '../restart/slow.ts';

/** The stream of the requests that are compared with ROUTES. */
export const ROUTED = 'routes';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** What is sent as application/json. */
  readonly body?: string;
  readonly status: number;
  /** Where the answer is JSON that the contract tells of. */
  readonly json?: unknown;
}

/** What is asked, and what lessons/08-express-on-a-cluster/app.ts answers in one process. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/items/7', status: 200, json: { id: '7', name: 'item 7' } },
  { method: 'GET', path: '/items/green-tea?size=2', status: 200, json: { id: 'green-tea', name: 'item green-tea' } },
  {
    method: 'POST',
    path: '/items',
    body: '{"name":"tea","sizes":[1,2]}',
    status: 201,
    json: { created: { name: 'tea', sizes: [1, 2] } },
  },
  { method: 'POST', path: '/items?half', body: '{"name":"te', status: 400 },
  { method: 'GET', path: '/nothing/here', status: 404 },
];

/** 8.1: the routes answer as in one process, and slow requests block nobody. */
export function answersAsInOneProcess(history: History): Opinion {
  const routed = answersItsRoutes(history);
  if (routed.status !== 'holds') return routed;
  const slow = waitsWithoutBlocking(history);
  if (slow.status !== 'holds') return slow;
  return holds(routed.judged + slow.judged, `${routed.summary}; ${slow.summary}`);
}

function answersItsRoutes(history: History): Opinion {
  const scene = sceneOf(history);
  const asked = scene.requests.flatMap((request) => {
    const route = request.stream === ROUTED ? routeOf(request) : undefined;
    return route === undefined || request.outcome === 'unfinished' ? [] : [{ request, route }];
  });
  for (const { request, route } of asked) {
    const opinion = unlike(scene, request, route, asked.length);
    if (opinion !== null) return opinion;
  }
  const routes = new Set(asked.map(({ route }) => route));
  if (routes.size < ROUTES.length) return unknown('not every route could be asked for', asked.length);
  return holds(asked.length, `${plural(asked.length, 'answer')} as in one process`);
}

function routeOf({ method, path }: RequestEvent): Route | undefined {
  return ROUTES.find((route) => route.method === method && route.path === path);
}

function unlike(scene: Scene, request: RequestEvent, route: Route, judged: number): Opinion | null {
  const life = scene.ownerLife(request);
  const name = `${route.method} ${route.path}`;
  const json = route.json === undefined ? '' : ` with ${JSON.stringify(route.json)}`;
  const otherwise = (observed: string, cause: string): Opinion =>
    broken({
      judged,
      expected: `${name}${route.body === undefined ? '' : ` of ${route.body}`} is answered ${route.status}${json}`,
      observed: life === undefined ? observed : `${observed}, by ${named(life)}`,
      cause,
      evidence: [request, life],
    });
  if (request.outcome !== 'answered') {
    const death = deathOf(scene);
    if (death !== null) return otherwise(death.observed, death.cause);
    return otherwise(`it ${outcomeOf(request)}`, 'the request does not reach the application, or its answer is lost');
  }
  if (request.status !== route.status)
    return otherwise(`it was answered ${request.status}`, causeOf(request.status, route));
  if (route.json === undefined || canonical(parsed(request.body)) === canonical(route.json)) return null;
  return otherwise(
    `it was answered ${request.status} with ${shortened(request.body)}`,
    route.body === undefined
      ? 'something between the client and the application changes the URL or the answer'
      : 'something in front of the application has read the body, and the application finds another one or none',
  );
}

function causeOf(status: number | null, { status: wanted, body }: Route): string {
  if (wanted === 404) return 'something in front of the application answers what the application would not';
  if (wanted === 400)
    return 'something in front of the application reads the body, and its own error handler answers with another status';
  if (status === 404) return 'the request does not come to the application by its own URL: it is to be served at /';
  return body === undefined
    ? 'something in front of the application answers in its place'
    : 'something in front of the application reads the body, or refuses it';
}

/** Undefined where it is no JSON. */
function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return String(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
        : part,
    ),
  );
}

function shortened(body: string | null): string {
  if (body === null || body === '') return 'an empty body';
  return body.length > 80 ? `${body.slice(0, 80)}…` : body;
}

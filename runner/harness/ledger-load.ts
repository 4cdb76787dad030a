// Clients that keep asking until they are stopped: a busy, fresh or slow load, and its part of the ledger's account.
import { prepareRequest, type ClientConnection, type Settled } from './client-connection.ts';
import type { Answer } from './http-answer.ts';
import type { EventOf, LoadMode, Outcome } from './history.ts';
import { openTurns } from './turns.ts';

export interface LoadOptions {
  readonly stream: string;
  readonly mode: LoadMode;
  /** How many clients, each with one request under way at a time. */
  readonly connections: number;
  readonly path: string;
  /** GET where it is not given. */
  readonly method?: string;
  /** How long the server is entitled to take, in ms; 0 where it is not said. */
  readonly dueIn?: number;
  /** Of each client between an answer and its next request, in ms; 0 by default: as many requests as can be. */
  readonly pause?: number;
  /** Requests of all clients together; as many as can be where it is not given. */
  readonly perSecond?: number;
  /** Of a client after a loss, in ms; 20 by default: a program that refuses would be asked tens of thousands of times a second. */
  readonly pauseAfterLoss?: number;
  /** Called at each good answer with the ms that it took. */
  readonly took?: (ms: number) => void;
  /** Says that a connection, opened then, will never be answered (its worker is dead): what is under way is hanging at once. */
  readonly abandon?: (conn: number, opened: number) => boolean;
}

export interface Load {
  readonly sent: number;
  /** Whole answers with a status of 2xx; everything else is lost. */
  readonly answered: number;
  readonly lost: number;
  /** Requests that are under way: sent = answered + lost + inFlight. */
  readonly inFlight: number;
  /** Records the answers of which nothing is recorded yet. */
  tell(): void;
  /**
   * Sends nothing more, and resolves when what was under way is answered or lost: sent = answered + lost. `abandon` as in
   * the options, which it replaces.
   */
  stop(abandon?: LoadOptions['abandon']): Promise<void>;
}

/** A load as its ledger has it. */
export interface RunningLoad extends Load {
  readonly over: boolean;
  /** What is due by the clock. Called every few ms, after the sockets had their turn. */
  sweep(now: number): void;
  /** Sends nothing more; the ledger ends what is under way. */
  halt(): void;
}

/** What a load needs of its ledger. */
export interface Account {
  readonly port: number;
  readonly now: () => number;
  /** The number of the next request. */
  readonly number: () => number;
  readonly connection: () => ClientConnection;
  readonly record: (event: EventOf<'answers'> | EventOf<'load'>) => void;
  /** Records one request by itself. */
  readonly enter: (
    n: number,
    connection: ClientConnection,
    outcome: Outcome,
    answer: Answer | null,
    reason: string | null,
  ) => void;
}

export function startLoad(account: Account, options: LoadOptions): RunningLoad {
  const { stream, mode, connections, path, method = 'GET', dueIn = 0, pause = 0, perSecond, took } = options;
  const { pauseAfterLoss = PAUSE_AFTER_LOSS_MS } = options;
  const turns = perSecond === undefined ? null : openTurns(perSecond);
  const request = prepareRequest(stream, account.port, path, mode !== 'fresh', { dueIn, method });
  let sent = 0;
  let answered = 0;
  let lost = 0;
  let stopping = false;
  let over = false;
  let abandon = options.abandon;
  let since = account.now();
  const answersOf = new Map<number, number>();
  let tellStopped!: () => void;
  const stopped = new Promise<void>((resolve) => {
    tellStopped = resolve;
  });

  tell('begin');
  const clients = Array.from({ length: connections }, newClient);
  for (const client of clients) client.goOn(0);

  return {
    get sent() {
      return sent;
    },
    get answered() {
      return answered;
    },
    get lost() {
      return lost;
    },
    get inFlight() {
      return clients.filter(({ connection }) => connection?.underWay === true).length;
    },
    get over() {
      return over;
    },
    tell: () => tellAnswers(account.now()),
    stop(newAbandon) {
      abandon = newAbandon ?? abandon;
      halt();
      return stopped;
    },
    halt,
    sweep(now) {
      if (now - since >= TOLD_EVERY_MS) tellAnswers(now);
      for (const client of clients) client.orphaned = isOrphaned(client) && giveUp(client);
    },
  };

  function isOrphaned({ connection }: Client): boolean {
    return (
      connection?.underWay === true &&
      connection.port !== null &&
      abandon?.(connection.port, connection.opened) === true
    );
  }

  /**
   * Only at the second sweep in a row: the news of a worker's death can be read before the answer that it gave last, which
   * lies in the socket already. A whole poll between the two reads it.
   */
  function giveUp(client: Client): boolean {
    if (!client.orphaned) return true;
    client.connection?.close('hanging', `its worker is dead: ${client.connection.progress}`);
    return false;
  }

  function newClient(): Client {
    const client: Client = { connection: null, pause: undefined, orphaned: false, goOn };
    let n = 0;
    return client;

    /** Sends the next request, so many ms from now at the earliest. */
    function goOn(earliest: number): void {
      const wait = turns === null ? earliest : earliest + turns(account.now() + earliest);
      if (wait === 0) next();
      else client.pause = setTimeout(next, wait);
    }

    function next(): void {
      client.pause = undefined;
      client.orphaned = false;
      if (client.connection === null || !client.connection.open) client.connection = account.connection();
      n = account.number();
      sent += 1;
      client.connection.ask(request, settled);
    }

    function settled(...[outcome, answer, reason]: Parameters<Settled>): void {
      const connection = client.connection as ClientConnection;
      const good = answer !== null && answer.status >= 200 && answer.status < 300;
      if (good) {
        answered += 1;
        took?.(account.now() - connection.sent);
      } else lost += 1;
      if (good && answer.pid !== null && mode !== 'slow')
        answersOf.set(answer.pid, (answersOf.get(answer.pid) ?? 0) + 1);
      else account.enter(n, connection, outcome, answer, reason);

      if (connection.open && (mode === 'fresh' || stopping)) connection.retire(false);
      if (stopping) endIfConserved();
      else goOn(good ? pause : pauseAfterLoss);
    }
  }

  function halt(): void {
    stopping = true;
    for (const { connection, pause: pausing } of clients) {
      clearTimeout(pausing);
      if (connection?.open && !connection.underWay) connection.retire(false);
    }
    endIfConserved();
  }

  function endIfConserved(): void {
    if (over || sent !== answered + lost) return;
    over = true;
    tellAnswers(account.now());
    tell('end');
    tellStopped();
  }

  function tellAnswers(now: number): void {
    for (const [pid, count] of answersOf) account.record({ kind: 'answers', t: now, stream, pid, since, count });
    answersOf.clear();
    since = now;
  }

  function tell(state: 'begin' | 'end'): void {
    account.record({ kind: 'load', t: account.now(), stream, state, mode, connections, sent, answered, lost });
  }
}

interface Client {
  connection: ClientConnection | null;
  pause: NodeJS.Timeout | undefined;
  /** Whether the last sweep found its worker dead, with this request under way. */
  orphaned: boolean;
  goOn(earliest: number): void;
}

const TOLD_EVERY_MS = 50;
const PAUSE_AFTER_LOSS_MS = 20;

// The guard itself, run as a process of its own: it waits until the checker's end of the pipe closes, by whatever death,
// and then ends what the checker was watching. It is bundled to plain JavaScript before it is run.
import { rmSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { createInterface } from 'node:readline';
import type { GuardMessage } from './guard.ts';
import { openTree, startOf } from './tree.ts';
import type { Identity } from './tree.ts';

interface Watched {
  root: Identity | null;
  members: Identity[];
}

/** Beyond it the dead are forgotten: a program may fork for hours. */
const MOST_MEMBERS = 1000;
/** How long the guard outlives the checker at most. */
const LAST_MS = 4500;

const watched = new Map<string, Watched>();
const paths = new Set<string>();

// It ends with its checker and not before: who stops a whole service signals the guard too, often before the checker.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = parse(line);
    if (message !== null) obey(message);
  })
  .on('close', () => {
    setTimeout(() => process.exit(1), LAST_MS).unref();
    void endAll();
  });

function obey(message: GuardMessage): void {
  switch (message.kind) {
    case 'watch':
      watched.set(message.run, { root: message.root, members: watched.get(message.run)?.members ?? [] });
      break;
    case 'add':
      add(watched.get(message.run), message.member);
      break;
    case 'forget':
      watched.delete(message.run);
      break;
    case 'path':
      if (isAbsolute(message.path)) paths.add(message.path);
      break;
    case 'done':
      process.exit(0);
  }
}

function add(program: Watched | undefined, member: Identity): void {
  if (program === undefined) return;
  program.members.push(member);
  if (program.members.length > MOST_MEMBERS)
    program.members = program.members.filter(({ pid, startedAt }) => startOf(pid) === startedAt);
}

async function endAll(): Promise<void> {
  // First, since the probe is among it, without which nothing more of the program can start; and at last, since what
  // still ran may have written there.
  removeAll();
  await Promise.allSettled([...watched].map(([run, program]) => endProgram(run, program)));
  removeAll();
  process.exit(0);
}

function removeAll(): void {
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Somebody else's file in it: the rest is still removed.
    }
  }
}

async function endProgram(run: string, { root, members }: Watched): Promise<void> {
  const tree = openTree({ root: root?.pid ?? null, startedAt: root?.startedAt ?? null, run });
  for (const { pid, startedAt } of members) tree.add(pid, startedAt);
  await tree.end({ withinMs: LAST_MS - 1000 });
}

/** Null for half a line, which is all that a checker killed while it wrote may have left. */
function parse(line: string): GuardMessage | null {
  try {
    return JSON.parse(line) as GuardMessage;
  } catch {
    return null;
  }
}

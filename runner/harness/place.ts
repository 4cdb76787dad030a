// What a run occupies as long as it lasts: a name of its own, a port for the program, and a folder for the harness's files.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freePort, releasePort, type PortProblem, type PortRange } from './port.ts';

export interface Place {
  readonly run: string;
  readonly port: number;
  readonly folder: string;
  /** When nothing of the program is left. */
  leave(): void;
}

export interface PlaceOptions {
  /** Where runs may put their files for as long as they last. */
  readonly scratch: string;
  readonly ports?: PortRange | undefined;
}

/** No port could be had; `why` and `next` are for the learner. */
export class NoPort extends Error {
  readonly why: string;
  readonly next: string;
  constructor({ what, why, next }: PortProblem) {
    super(what);
    this.why = why;
    this.next = next;
  }
}

/** Rejects with NoPort. */
export async function takePlace({ scratch, ports }: PlaceOptions): Promise<Place> {
  const port = await freePort(ports);
  if (typeof port !== 'number') throw new NoPort(port);
  const run = randomBytes(6).toString('hex');
  const folder = path.join(scratch, run);
  mkdirSync(folder, { recursive: true });
  return {
    run,
    port,
    folder,
    leave() {
      releasePort(port);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

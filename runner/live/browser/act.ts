// Asks the server to do something to the programs. Whatever comes of it is an answer, never an exception.
import type { Acted, Action } from '../show.ts';

export async function act(action: Action, key: string): Promise<Acted> {
  try {
    const response = await fetch('/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-live-key': key },
      body: JSON.stringify(action),
    });
    const text = await response.text();
    return asActed(text) ?? { ok: false, why: text.trim() || `the server answered ${response.status}` };
  } catch {
    return { ok: false, why: 'the server cannot be reached: is the command still running?' };
  }
}

function asActed(text: string): Acted | null {
  try {
    const value = JSON.parse(text) as Partial<{ ok: unknown; why: unknown }> | null;
    if (value?.ok === true) return { ok: true };
    return value?.ok === false && typeof value.why === 'string' ? { ok: false, why: value.why } : null;
  } catch {
    return null;
  }
}

// A hundred clients of one database, which is away for ten seconds. All of them double their pauses. How many knock in the
// same tenth of a second? Nothing is started: this is arithmetic.
const CLIENTS = 100;
const AWAY_MS = 10_000;
const SLOT_MS = 100;

show('the same pauses for all', (bound) => bound);
show('each between half and all of it', (bound) => bound * (0.5 + Math.random() / 2));
show('each between nothing and all of it', (bound) => bound * Math.random());

function show(name, pauseOf) {
  const slots = new Map();
  let tries = 0;
  for (let client = 0; client < CLIENTS; client++) {
    let bound = 100;
    for (let t = pauseOf(bound); t < AWAY_MS + 3000; t += pauseOf(bound)) {
      bound = Math.min(2 * bound, 3000);
      // the first second, in which all have just lost it, is another story
      if (t < 1000) continue;
      tries++;
      const slot = Math.floor(t / SLOT_MS);
      slots.set(slot, (slots.get(slot) ?? 0) + 1);
    }
  }
  const most = Math.max(...slots.values());
  console.log(`${name.padEnd(36)}${String(tries).padStart(4)} tries, at most ${String(most).padStart(3)} in 0.1 s`);
}

const nativeFetch = globalThis.fetch.bind(globalThis);

/**
 * Ties the replay server's clock to `performance.now()`: `toPage(server)` is
 * wrong by at most `error` either way. The fastest of the pings is taken, since
 * the server's answer lies somewhere within its round trip. `step` is the
 * page's clock's own, by which any stamp may be early; `error` contains it.
 */
export async function tieClock(pings = 50) {
  const step = clockStep();
  let best = { offset: NaN, error: Infinity };
  for (let ping = 0; ping < pings; ping++) {
    const sent = performance.now();
    const response = await nativeFetch("/ping");
    // Before the body is parsed: that time is not the network's.
    const received = performance.now();
    const { now } = await response.json();
    // Both stamps were rounded down.
    const error = (received + step - sent) / 2;
    if (error < best.error) best = { offset: now - (sent + received + step) / 2, error };
  }
  return { ...best, step, toPage: (server) => server - best.offset };
}

function clockStep() {
  let step = Infinity;
  for (let change = 0; change < 5; change++) {
    const before = performance.now();
    let now = before;
    while (now === before) now = performance.now();
    step = Math.min(step, now - before);
  }
  return step;
}

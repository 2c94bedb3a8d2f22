/**
 * Ties the replay server's clock to `performance.now()`: `toPage(server)` is
 * wrong by at most `error` either way. Each ping says that the server's answer
 * lies within its round trip; all of them together leave less than the fastest
 * alone, since both clocks are the machine's monotonic one and don't drift
 * apart. `step` is the page's clock's own, by which any stamp may be wrong:
 * Chromium and Firefox round down or up at random. `error` contains it.
 */
export async function tieClock(pings = 50) {
  const step = clockStep();
  const socket = new WebSocket(new URL("/ping", location.origin.replace("http", "ws")));
  const said = (event) =>
    new Promise((resolve, reject) => {
      socket.addEventListener(event, resolve, { once: true });
      socket.addEventListener("error", () => reject(new Error("no pings")), { once: true });
    });
  await said("open");
  let [lo, hi] = [-Infinity, Infinity];
  for (let ping = 0; ping < pings; ping++) {
    const answered = said("message");
    const sent = performance.now();
    socket.send("now?");
    const { data } = await answered;
    const received = performance.now();
    lo = Math.max(lo, Number(data) - received - step);
    hi = Math.min(hi, Number(data) - sent + step);
  }
  socket.close();
  if (lo > hi) throw new Error(`pings contradict each other by ${lo - hi} ms`);
  const [offset, error] = [(lo + hi) / 2, (hi - lo) / 2];
  return { offset, error, step, toPage: (server) => server - offset };
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

/**
 * Has the next requests to `endpoint` go to each of `others` instead, one
 * after the other, and the later ones where they should. As a page's own patch
 * of `fetch`, which beacons pass through like any other request. Returns the
 * list of what was sent: `[{ url, body, at, keepalive }]`.
 */
export function divert(t, endpoint, others) {
  const inner = globalThis.fetch;
  const sent = [];
  const patched = function (input, init) {
    if (String(input) !== String(endpoint)) return inner.apply(this, arguments);
    const url = others.shift() ?? endpoint;
    sent.push({ url, at: performance.now(), body: JSON.parse(init.body), keepalive: init.keepalive });
    return inner.call(this, url, init);
  };
  globalThis.fetch = patched;
  t.after(() => {
    if (globalThis.fetch === patched) globalThis.fetch = inner;
  });
  return sent;
}

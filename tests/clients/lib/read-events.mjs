/**
 * Reads a body as apps do that have a client for HTTP only: shows each event,
 * and calls `cancel(reader)` halfway. Not the chunks: WebKit cuts them by bytes,
 * and a stamp has another length in each run.
 */
export async function readEvents(seen, body, cancel) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return rest;
    const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      seen.value("event", event.replace(/dur=[\d.]+/, "dur=…"));
      if (seen.cancelsAt(event)) await cancel(reader);
    }
  }
}

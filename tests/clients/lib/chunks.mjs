// The body of a response, read as apps do that have a client for HTTP only.

/** Reads `body` to its end, showing each chunk's text; `cancel(reader)` halfway. */
export async function readText(seen, body, cancel) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return "read";
    const text = decoder.decode(value, { stream: true });
    seen.value("chunk", withoutTimes(text));
    if (seen.cancelsAt(text)) await cancel(reader);
  }
}

/** A stamp says another time in each run. */
const withoutTimes = (text) => text.replace(/dur=[\d.]+/g, "dur=…");

// The body of a response, read as apps do that have a client for HTTP only.

/** Reads `body` to its end, telling each chunk's text; `cancel()` halfway. */
export async function readText(seen, body, cancel) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let whole = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole;
    const text = decoder.decode(value, { stream: true });
    // Their number is of the network.
    whole += text;
    if (seen.cancelsAt(text)) {
      seen.value("halfway", whole);
      await cancel(reader);
    }
  }
}

/** A stamp says another time in each run. */
export const withoutTimes = (text) => text.replace(/dur=[\d.]+/g, "dur=…");

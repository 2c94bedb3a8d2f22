// A call that the app tells of: what `EventSource`, `WebSocket` and others
// bring, since only `fetch` can be observed.

import { now } from "./clock.js";
import { CLOSE, FAIL } from "./tap.js";

/** Names visible text that has no protocol, as the WebAssembly part's
 * `PLAIN_TEXT`. */
const PLAIN_TEXT = "\n";

/**
 * `handle` is what the app has of any call, `call` its beginning and `sink`
 * takes the stream; `complain(message)` of what cannot be read.
 */
export function createTrack(handle, { t0 }, sink, complain) {
  let over = false;
  function tell(data, name) {
    const at = now();
    if (over) return;
    try {
      // Nobody asks for these chunks: the page listens from the start, so none
      // can have waited for its asking.
      sink.read(t0, at, bytesOf(data), name);
    } catch (error) {
      // The next ones will be of the same kind.
      complain?.(String(error));
      complain = undefined;
    }
  }
  return {
    ...handle,
    event: (data, type = "") => tell(data, type === "message" ? "" : String(type)),
    chunk: (data) => tell(data),
    token: (text) => tell(text, PLAIN_TEXT),
    end(error) {
      if (over) return;
      over = true;
      const failed = error !== undefined && error !== null;
      sink.end(now(), failed ? FAIL : CLOSE, failed && { name: String(error.name ?? error.code ?? "") });
    },
  };
}

function bytesOf(data) {
  if (data?.byteLength >= 0) return new Uint8Array(data.buffer ?? data, data.byteOffset, data.byteLength);
  const text = typeof data === "string" ? data : data?.arrayBuffer ? undefined : JSON.stringify(data);
  if (text === undefined) {
    throw new TypeError('track takes strings, bytes and JSON; for bytes, set socket.binaryType = "arraybuffer"');
  }
  return new TextEncoder().encode(text);
}

// A response's body, observed where it is.
//
// The hooks are own, non-enumerable properties of the native body and of its
// readers, so that the page keeps the native `Response`: same chunks, same
// boundaries, same errors, cancel and backpressure as before. `tee()` and
// `clone()` would break all of that (an unread branch buffers without limit,
// and a cancel no longer reaches the server):
// https://github.com/whatwg/streams/issues/1233

import { now } from "./clock.js";

/** How a stream ended, as the WebAssembly part counts it. */
export const CLOSE = 0, CANCEL = 1, FAIL = 2, UNOBSERVED = 3;

/**
 * Observes the body of `response` and tells `sink`:
 * `read(called, at, bytes)` for each chunk, `end(at, how, error)` at the end.
 * After `clone()` or `tee()` the branch that is read first is the stream.
 */
export function tap(response, sink) {
  const branches = { owner: undefined, count: 0 };
  tapResponse(response, branches, sink);
}

function branch(branches, sink) {
  branches.count++;
  const lane = {
    read(called, at, bytes) {
      branches.owner ??= lane;
      if (branches.owner === lane) sink.read(called, at, bytes);
    },
    end(at, how, error) {
      if (branches.count === 1 || how === UNOBSERVED) branches.owner ??= lane;
      if (branches.owner === lane) sink.end(at, how, error);
    },
  };
  return lane;
}

function tapResponse(response, branches, sink) {
  const lane = branch(branches, sink);
  if (response.body) tapBody(keep(response), lane, branches, sink);

  for (const name of ["text", "json", "arrayBuffer", "blob", "bytes", "formData"]) {
    const native = response[name];
    if (!native) continue;
    define(response, name, function () {
      // A body that is used already rejects natively and tells us nothing.
      if (this.bodyUsed) return native.apply(this, arguments);
      return native.apply(this, arguments).then(
        (value) => (lane.end(now(), UNOBSERVED), value),
        (error) => {
          lane.end(now(), FAIL, error);
          throw error;
        },
      );
    });
  }

  const clone = response.clone;
  define(response, "clone", function () {
    const copy = clone.apply(this, arguments);
    // The original has another `body` object from here on.
    if (this.body) tapBody(keep(this), lane, branches, sink);
    tapResponse(copy, branches, sink);
    return copy;
  });
}

/**
 * The response's body, kept as long as the response is: WebKit collects the
 * object while nobody holds it, and makes another one, without our hooks, for
 * the next who asks.
 */
function keep(response) {
  const { body } = response;
  bodies.set(response, body);
  return body;
}

const bodies = new WeakMap();

function tapBody(body, lane, branches, sink) {
  const { getReader, cancel, tee } = body;

  define(body, "getReader", function () {
    const reader = getReader.apply(this, arguments);
    tapReader(reader, lane);
    return reader;
  });

  define(body, "cancel", function () {
    if (!this.locked) lane.end(now(), CANCEL);
    return cancel.apply(this, arguments);
  });

  define(body, "tee", function () {
    const pair = tee.apply(this, arguments);
    branches.count--;
    for (const part of pair) tapBody(part, branch(branches, sink), branches, sink);
    return pair;
  });

  // Pipes and iteration read past own properties, so they get a source that
  // reads through them and asks for a chunk only when it is asked for one.
  for (const name of ["pipeTo", "pipeThrough", "values", Symbol.asyncIterator]) {
    const native = body[name];
    if (!native) continue;
    define(body, name, function () {
      return native.apply(this.locked ? this : pullSource(this), arguments);
    });
  }
}

function pullSource(body) {
  const reader = body.getReader();
  return new ReadableStream(
    {
      pull: (controller) =>
        reader.read().then(({ done, value }) => {
          if (!done) return controller.enqueue(value);
          controller.close();
          reader.releaseLock();
        }),
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tapReader(reader, lane) {
  const { read, cancel, releaseLock } = reader;
  let released = false;

  define(reader, "read", function () {
    const called = now();
    // The derived promise: with `p.then(stamp, noop); return p` a rejection
    // that the page ignores would no longer be an `unhandledrejection`.
    return read.apply(this, arguments).then(
      (result) => {
        const at = now();
        if (result.done) lane.end(at, CLOSE);
        else if (ArrayBuffer.isView(result.value)) lane.read(called, at, bytesOf(result.value));
        return result;
      },
      (error) => {
        // Reads pending at `releaseLock` reject; the stream itself goes on.
        if (!released) lane.end(now(), FAIL, error);
        throw error;
      },
    );
  });

  define(reader, "cancel", function () {
    lane.end(now(), CANCEL);
    return cancel.apply(this, arguments);
  });

  define(reader, "releaseLock", function () {
    released = true;
    return releaseLock.apply(this, arguments);
  });

  // Tells of an abort while nobody reads. `closed` counts as handled from the
  // start, so listening to it changes nothing for the page. Its resolution is
  // of no use: it comes before the last chunk's.
  reader.closed.catch((error) => released || lane.end(now(), FAIL, error));
}

function bytesOf(view) {
  return view instanceof Uint8Array
    ? view
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function define(target, name, value) {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

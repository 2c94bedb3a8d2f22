// A response's body, observed where it is.
//
// The hooks are own, non-enumerable properties of the native body and of its
// readers, so that the page keeps the native `Response`: same chunks, same
// boundaries, same errors, cancel and backpressure as before. `tee()` and
// `clone()` would break all of that (an unread branch buffers without limit,
// and a cancel no longer reaches the server):
// https://github.com/whatwg/streams/issues/1233

import { now } from "./clock.js";
import { define, getterOf, hook, hookGetter } from "./hook.js";
import { outside } from "./outside.js";
import { pullSource } from "./pull-source.js";

/** How a stream ended, as the WebAssembly part counts it. */
export const CLOSE = 0, CANCEL = 1, FAIL = 2, UNOBSERVED = 3, LOST = 4;

/** Methods that take a whole body and show none of its chunks. */
const WHOLE = ["text", "json", "arrayBuffer", "blob", "bytes", "formData"];

/** Until the first look whether a body was taken past all hooks, and from one
 * look to the next at the most. */
const LOOK_MS = 1000, MAX_LOOK_MS = 60 * 60 * 1000;

/**
 * Observes the body of `response` and tells `sink`, which must not throw:
 * `read(called, at, bytes)` for each chunk, `end(at, how, error)` at the end,
 * `restart()` where the next chunk is the first one after all, `fail(error)` if
 * something cannot be observed after all.
 *
 * After `clone()` or `tee()` the branch that is read first is the stream, until
 * chunks of the response itself are read: tools that wrap `fetch` read a clone
 * of it as it comes, and the page may be late.
 *
 * `signal` is the call's, if it has one; what stands in for `fetch` may take any.
 *
 * @throws where the response cannot be hooked: it is frozen, or not native.
 */
export function tap(response, sink, signal) {
  const stream = { sink, signal, owner: undefined, open: 0, unread: 0, left: undefined, over: false };
  tapResponse(response, stream, true);
}

/** One reader's way through the body: the body itself, or a branch of it.
 * `isPage`: not by a clone, which may be a tool's. `begun`: it begins where
 * another has read. */
function laneOf(stream, isPage, begun = false) {
  stream.open++;
  if (isPage && !begun) stream.unread++;
  /** Where a tool was first, or whoever read has left, the stream begins anew;
   * not for who read along, and has its beginning behind. */
  const own = () => {
    const { owner, left } = stream;
    if (stream.over || (owner && (owner.isPage || !isPage)) || (left && lane.begun)) return;
    stream.owner = lane;
    stream.left = undefined;
    if (owner || left) stream.sink.restart();
  };
  const lane = {
    isPage,
    /** A weak reference to the body, once it was asked for: it is read by the
     * hooks. */
    body: undefined,
    hooked: false,
    /** Who reads through a hook: `{weakly, pending}`, a weak reference to a reader
     * and its reads that are under way. */
    reader: undefined,
    onAbort: undefined,
    begun,
    ended: false,
    /** A hook tells of its end from here on, and of an abort. */
    take() {
      lane.hooked = true;
      stream.signal?.removeEventListener?.("abort", lane.onAbort);
    },
    /** Nobody reads any more, and another may begin. */
    release(reader) {
      if (lane.reader !== reader) return;
      lane.reader = undefined;
      if (!lane.ended && !stream.over) stream.signal?.addEventListener?.("abort", lane.onAbort);
    },
    /** It leads nowhere from here on. */
    leave() {
      lane.begin();
      lane.ended = true;
      stream.open--;
      lane.take();
    },
    begin() {
      if (isPage && !lane.begun) stream.unread--;
      lane.begun = true;
    },
    read(called, at, bytes) {
      if (!lane.ended) {
        own();
        lane.begin();
      }
      if (stream.owner === lane) stream.sink.read(called, at, bytes);
    },
    end(at, how, error) {
      // Whoever cancels may read on, and is told of the end.
      if (lane.ended) return;
      if (how === UNOBSERVED) own();
      lane.leave();
      // What fails fails for all branches; a branch that nobody reads ends the
      // stream only as the last one.
      if (how === FAIL || stream.open === 0) stream.owner ??= lane;
      if (stream.owner !== lane) return;
      const end = [at, how, error];
      // Who looked at its beginning and cancels leaves the rest to the page, if
      // that wants it soon.
      if (how === CANCEL && stream.unread > 0) {
        stream.owner = undefined;
        stream.left = end;
        outside(() => setTimeout(() => stream.left === end && finish(stream, end), LOOK_MS));
        return;
      }
      finish(stream, (how === LOST && stream.left) || end);
    },
  };
  return lane;
}

function finish(stream, end) {
  if (stream.over) return;
  stream.over = true;
  stream.sink.end(...end);
}

/**
 * A cache, another thread, a new `Response` and the methods of the prototype
 * take a body past all hooks. All that shows is that it is used or, in Firefox
 * after `new Response(body)`, that it is locked. One that was dropped, unread or
 * halfway, is not read any more: apps that lose interest just stop to read.
 *
 * `whole` is the response, or a branch of its body. Only for the first look is
 * it held: whoever drops one unread may rely on the engine to close its
 * connection. So no timer made within a look may close over what it looks at.
 *
 * An abort of what nobody reads is told by its signal alone. One page may have
 * one signal for all its calls: nothing may stay there for longer than a call.
 */
function lookAfter(whole, lane, stream) {
  const weakly = new WeakRef(whole);
  const { signal } = stream;
  const look = (ms) => {
    if (lane.ended) return;
    if (stream.over) return lane.take();
    guarded(stream, () => {
      const whole = weakly.deref();
      const body = whole?.getReader ? whole : lane.body && (whole ? whole.body : lane.body.deref());
      const reads = lane.reader?.pending || lane.reader?.weakly.deref();
      const isTaken = lane.hooked ? !lane.reader && body?.locked : whole?.bodyUsed || body?.locked;
      if (isTaken) lane.end(now(), LOST);
      // A reader is told of it.
      else if (signal?.aborted && !reads) lane.end(now(), FAIL, signal.reason);
      else if (!whole && !body && !reads) lane.end(now(), lane.hooked ? CANCEL : LOST);
      else if (ms) setTimeout(look, ms, Math.min(2 * ms, MAX_LOOK_MS));
    });
  };
  setTimeout(look, LOOK_MS, LOOK_MS, whole);
  lane.onAbort = () => signal.aborted && look();
  signal?.addEventListener?.("abort", lane.onAbort);
}

function tapResponse(response, stream, isPage) {
  // Throws for a proxy or an imitation, whose body it could not ask for.
  getterOf(response, "bodyUsed").get.call(response);
  const lane = laneOf(stream, isPage);
  // Also keeps the body as long as the response: WebKit collects the object
  // while nobody holds it, and makes another one, without our hooks, for the
  // next who asks.
  let known;

  // Not before the page asks for it: WebKit's `text()` rejects with another
  // error, and Firefox's `compileStreaming` misses an abort, once it is there.
  hookGetter(response, "body", (body) => {
    if (!body) {
      // There is none to wait for.
      lane.end(now(), CLOSE);
    } else if (body !== known) {
      // After `clone()` it is another one.
      known = body;
      guarded(stream, () => {
        lane.body = new WeakRef(body);
        tapBody(body, lane, stream);
      });
    }
    return body;
  });

  for (const name of WHOLE) {
    hook(response, name, (native, args) => {
      // A body that is taken already rejects natively, and tells us nothing.
      // After `clone()` it is another one that would be.
      if (response.bodyUsed || (known && response.body.locked)) return native.apply(response, args);
      lane.take();
      lane.reader = { pending: 1 };
      const taken = native.apply(response, args);
      const whole = (value) => (lane.end(now(), UNOBSERVED), value);
      const failed = (error) => {
        const name = error?.name;
        // Firefox calls it an abort where the body was cut.
        const isCut = name === "AbortError" && !stream.signal?.aborted;
        // The body came whole, and was no JSON.
        lane.end(now(), name === "SyntaxError" ? UNOBSERVED : FAIL, isCut ? undefined : error);
        throw error;
      };
      // A tool's own method may give its value at once.
      return taken?.then?.(whole, failed) ?? whole(taken);
    });
  }

  // Natively it pipes the body past our hooks, into the same decoder.
  hook(response, "textStream", (native, args) => {
    const body = response.bodyUsed ? undefined : response.body;
    return body && !body.locked ? body.pipeThrough(new TextDecoderStream()) : native.apply(response, args);
  });

  hook(response, "clone", (native, args) => {
    const copy = native.apply(response, args);
    guarded(stream, () => outside(() => tapResponse(copy, stream, false)));
    return copy;
  });

  lookAfter(response, lane, stream);
}

function tapBody(body, lane, stream) {
  // Throws for what is no stream, as it may be where a tool put its own. The
  // global class may be a polyfill's, and no native method takes a stream of
  // that; a subclass may do anything when one is made.
  const { owner } = getterOf(body, "locked");

  hook(body, "getReader", (native, args) => {
    const reader = native.apply(body, args);
    lane.take();
    guarded(stream, () => tapReader(reader, lane));
    return reader;
  });

  hook(body, "cancel", (native, args) => {
    if (!body.locked) lane.end(now(), CANCEL);
    return native.apply(body, args).then(same);
  });

  hook(body, "tee", (native, args) => {
    const pair = native.apply(body, args);
    if (lane.ended) return pair;
    guarded(stream, () =>
      outside(() => {
        for (const part of pair) {
          const branch = laneOf(stream, lane.isPage, lane.begun);
          branch.body = new WeakRef(part);
          tapBody(part, branch, stream);
          lookAfter(part, branch, stream);
        }
      }),
    );
    // They take the place of the body, also halfway.
    lane.leave();
    if (stream.owner === lane) stream.owner = undefined;
    return pair;
  });

  // Pipes and iteration read past own properties, so they get a source that
  // reads through them. `act` is native, and gives nothing here if it does not
  // take the source: its word on wrong arguments is that on the body itself.
  const redirect = (act, isPipe, keepsBody) => {
    if (body.locked) return undefined;
    const reader = body.getReader();
    const release = () => {
      // Older engines keep the lock while a read is under way.
      try { reader.releaseLock() } catch {}
    };
    try {
      // Only a cancel tells an iterator's source that nobody reads it any more.
      const source = pullSource(owner.constructor, reader, isPipe ? () => {} : release, keepsBody);
      const result = act(source);
      if (source.locked) {
        return isPipe
          ? result.then(release, (error) => {
              release();
              throw error;
            })
          : result;
      }
      if (isPipe) result.catch(same);
    } catch {}
    release();
  };
  const { pipeTo } = body;
  hook(
    body,
    "pipeTo",
    (native, args) => redirect((source) => native.apply(source, args), true) ?? native.apply(body, args),
  );
  hook(body, "pipeThrough", (native, args) => {
    const [transform, options] = args;
    // `pipeThrough` doesn't tell when it is over; `pipeTo` does.
    const piped =
      transform?.readable?.getReader && redirect((source) => pipeTo.call(source, transform.writable, options), true);
    if (!piped) return native.apply(body, args);
    // Nobody need handle it natively either.
    piped.catch(same);
    return transform.readable;
  });
  hook(body, "values", (native, args) => {
    const keepsBody = !!args[0]?.preventCancel;
    return (
      redirect((source) => native.apply(source, keepsBody ? [] : args), false, keepsBody) ?? native.apply(body, args)
    );
  });
  if (body.values) define(body, Symbol.asyncIterator, body.values);
}

function tapReader(reader, lane) {
  let released = false;
  const reads = { weakly: new WeakRef(reader), pending: 0 };
  lane.reader = reads;

  hook(reader, "read", (native, args) => {
    const called = now();
    const promise = native.apply(reader, args);
    reads.pending++;
    // The derived promise: with `p.then(stamp, noop); return p` a rejection
    // that the page ignores would no longer be an `unhandledrejection`.
    return promise.then(
      (result) => {
        const at = now();
        reads.pending--;
        if (result.done) lane.end(at, CLOSE);
        else if (ArrayBuffer.isView(result.value)) lane.read(called, at, bytesOf(result.value));
        return result;
      },
      (error) => {
        reads.pending--;
        throw error;
      },
    );
  });

  // These come a promise later as well, or they would overtake the reads.
  hook(reader, "cancel", (native, args) => {
    if (!released) lane.end(now(), CANCEL);
    return native.apply(reader, args).then(same);
  });
  hookClosed(reader);

  hook(reader, "releaseLock", (native, args) => {
    native.apply(reader, args);
    released = true;
    lane.release(reads);
  });

  // Tells of an error also while nobody reads, and not of reads that are
  // refused for their arguments or pending at `releaseLock`. Its resolution is
  // of no use: it comes before the last chunk's.
  reader.closed.catch((error) => released || lane.end(now(), FAIL, error));
}

function hookClosed(reader) {
  let native;
  let derived;
  hookGetter(reader, "closed", (promise) => {
    // `releaseLock` puts another in its place.
    if (promise !== native) {
      native = promise;
      derived = promise.then(same);
      // Natively it counts as handled from the start.
      derived.catch(same);
    }
    return derived;
  });
}

const same = (value) => value;

function bytesOf(view) {
  return view instanceof Uint8Array
    ? view
    : new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** What the page asked for has been done; whatever fails now is ours alone. */
function guarded(stream, observe) {
  try {
    observe();
  } catch (error) {
    stream.sink.fail(error);
  }
}

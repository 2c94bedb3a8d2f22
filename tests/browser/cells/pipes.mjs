// Pipes out of the body, and iteration over it.

import { isSecond } from "../lib/twice.mjs";

/** A sink that notes all it gets; `full()` makes its next write fail. */
function sink(o, strategy) {
  let failure;
  const [first, second] = [Promise.withResolvers(), Promise.withResolvers()];
  const stream = new WritableStream(
    {
      write(chunk, controller) {
        o.log(`write ${o.describe(chunk)}`);
        first.resolve();
        if (isSecond(chunk)) second.resolve();
        if (failure) throw failure;
        stream.controller = controller;
      },
      close: () => o.log("close"),
      abort: (reason) => o.log(`abort ${o.describe(reason)}`),
    },
    strategy,
  );
  return {
    stream,
    first: first.promise,
    second: second.promise,
    fail: () => {
      failure = new Error("the disk is full");
      stream.controller.error(failure);
    },
  };
}

/** A measured pipe takes its first chunk some promises later than a native
 * one; until then `bodyUsed` is false. It shows only in the task that made it. */
const aPipesStart = () => new Promise((resolve) => setTimeout(resolve));

/** A write, or the end of a stream that has none. */
const either = (write, piped) => Promise.race([write, piped]);

async function readRest(o, response) {
  o.state("after the pipe", response);
  const reader = o.call("getReader", () => response.body.getReader());
  if (!reader) return;
  // A stalled stream has no end.
  const timer = setTimeout(() => o.watch("cancel", reader.cancel("no more")), 300);
  for (;;) {
    const result = await o.watch("read", reader.read());
    if (!result || result.done) break;
  }
  clearTimeout(timer);
}

function pipeTo(options) {
  return async (o, response, cell) => {
    const out = sink(o);
    const own = new AbortController();
    const given = options && { ...options, ...(options.signal && { signal: own.signal }) };
    const piped = o.watch("pipeTo", response.body.pipeTo(out.stream, given));
    // Whether that comes before the first write is the network's.
    await either(out.first, piped);
    o.state("in the pipe", response);
    await either(out.second, piped);
    await cell.midway(() => (options?.signal ? own.abort(new Error("own abort")) : out.fail()));
    await piped;
    o.log(`destination locked ${out.stream.locked}`);
    await readRest(o, response);
    const writer = out.stream.getWriter();
    await o.watch("the destination's end", Promise.race([writer.closed, new Promise((r) => setTimeout(r, 50))]));
  };
}

function pipeThrough(options) {
  return async (o, response, cell) => {
    const own = new AbortController();
    const given = options && { ...options, ...(options.signal && { signal: own.signal }) };
    const decoder = new TextDecoderStream();
    const readable = response.body.pipeThrough(decoder, given);
    o.log(`its readable ${readable === decoder.readable}`);
    await readPiped(o, response, cell, readable, options, own);
  };
}

/** Reads what a body is piped into, and then the body. */
async function readPiped(o, response, cell, readable, options, own) {
  await aPipesStart();
  o.state("in the pipe", response);
  const reader = readable.getReader();
  for (;;) {
    const read = o.watch("read", reader.read());
    // A readable that hears neither of the end nor of the error stays open.
    const open = options?.preventClose && cell.outcome !== "cancel";
    const result = await (open ? Promise.race([read, new Promise((r) => setTimeout(r, 400))]) : read);
    if (!result || result.done) break;
    if (isSecond(result.value)) {
      await cell.midway(() =>
        options?.signal ? own.abort(new Error("own abort")) : o.watch("cancel", reader.cancel("enough")),
      );
    }
  }
  // The pipe is told of a cancelled readable in its own time.
  await new Promise((resolve) => setTimeout(resolve, 30));
  await readRest(o, response);
}

const iteration = (use) => ({ needs: ["iteration"], use });

export const pipes = {
  "pipeTo": pipeTo(),
  "pipeTo, with a signal": pipeTo({ signal: true }),
  "pipeTo, preventClose, preventAbort, preventCancel": pipeTo({
    preventClose: true,
    preventAbort: true,
    preventCancel: true,
  }),
  "pipeTo, preventCancel, with a signal": pipeTo({ preventCancel: true, signal: true }),

  "pipeTo, into a sink that is full": async (o, response, cell) => {
    // Takes one chunk and no more, until it is drained.
    const drain = Promise.withResolvers();
    const stream = new WritableStream(
      {
        write: (chunk) => (o.log(`write ${o.describe(chunk)}`), drain.promise),
        close: () => o.log("close"),
        abort: (reason) => o.log(`abort ${o.describe(reason)}`),
      },
      { highWaterMark: 1 },
    );
    const piped = o.watch("pipeTo", response.body.pipeTo(stream));
    await cell.written("B");
    await cell.midway(() => drain.reject(new Error("broken")));
    await new Promise((resolve) => setTimeout(resolve, 300));
    o.log("drained");
    drain.resolve();
    await piped;
    o.state("after the pipe", response);
  },

  "pipeTo, that nobody handles": async (o, response, cell) => {
    const out = sink(o);
    const piped = o.loose("pipeTo", response.body.pipeTo(out.stream));
    o.log(`${piped instanceof Promise}`);
    // A derived promise would count as a handler.
    await Promise.race([out.second, cell.written("B").then(() => new Promise((r) => setTimeout(r, 100)))]);
    await cell.midway(() => out.fail());
    for (let n = 0; n < 60 && response.body.locked; n++) await new Promise((r) => setTimeout(r, 10));
    // The rejection that nobody handles is told of in a task of its own.
    await new Promise((r) => setTimeout(r, 100));
  },

  "pipeThrough": pipeThrough(),
  "pipeThrough, with a signal": pipeThrough({ signal: true }),
  "pipeThrough, preventClose, preventAbort, preventCancel": pipeThrough({
    preventClose: true,
    preventAbort: true,
    preventCancel: true,
  }),

  "pipeThrough, that nobody reads": async (o, response, cell) => {
    const readable = response.body.pipeThrough(
      new TransformStream(
        { transform: (chunk, out) => (o.log(`chunk ${o.describe(chunk)}`), out.enqueue(chunk)) },
        { highWaterMark: 1 },
        { highWaterMark: 1 },
      ),
    );
    await cell.written("B");
    await cell.midway(() => o.watch("cancel", readable.cancel("unread")));
    await new Promise((resolve) => setTimeout(resolve, 250));
    o.state("later", response);
    if (cell.outcome !== "cancel") {
      const reader = readable.getReader();
      for (let result; (result = await o.watch("read", reader.read())) && !result.done; );
    }
    o.state("at last", response);
  },

  textStream: {
    needs: ["textStream"],
    use: async (o, response, cell) => {
      const readable = response.textStream();
      o.body("its stream", readable);
      await readPiped(o, response, cell, readable);
      o.call("again", () => response.textStream());
    },
  },

  "for await": iteration(async (o, response, cell) => {
    try {
      for await (const chunk of response.body) {
        o.log(`chunk ${o.describe(chunk)}`);
        o.state("in the loop", response);
        if (isSecond(chunk)) {
          if (cell.outcome === "cancel") break;
          await cell.midway(() => {});
        }
      }
    } catch (error) {
      o.log(`threw ${o.describe(error)}`);
    }
    o.state("after the loop", response);
    const reader = response.body.getReader();
    await o.watch("read", reader.read());
  }),

  "for await, left by a throw": iteration(async (o, response, cell) => {
    try {
      for await (const chunk of response.body) {
        o.log(`chunk ${o.describe(chunk)}`);
        if (isSecond(chunk)) {
          if (cell.outcome === "cancel") throw new Error("own");
          await cell.midway(() => {});
        }
      }
    } catch (error) {
      o.log(`threw ${o.describe(error)}`);
    }
    o.state("after the loop", response);
  }),

  "for await, preventCancel": iteration(async (o, response, cell) => {
    try {
      for await (const chunk of response.body.values({ preventCancel: true })) {
        o.log(`chunk ${o.describe(chunk)}`);
        if (isSecond(chunk)) {
          if (cell.outcome === "cancel") break;
          await cell.midway(() => {});
        }
      }
    } catch (error) {
      o.log(`threw ${o.describe(error)}`);
    }
    o.state("after the loop", response);
    const reader = response.body.getReader();
    const open = new Promise((resolve) => setTimeout(resolve, 100, "open"));
    o.log(await Promise.race([reader.closed.then(() => "closed", () => "errored"), open]));
    const rest = o.watch("read", reader.read());
    if (cell.outcome === "cancel") o.watch("cancel", reader.cancel("now"));
    await rest;
  }),

  "an iterator by hand": iteration(async (o, response, cell) => {
    const iterator = response.body[Symbol.asyncIterator]();
    o.log(`${iterator} ${Object.keys(iterator)} ${iterator[Symbol.asyncIterator]() === iterator}`);
    o.log(`${Object.getPrototypeOf(iterator) === Object.getPrototypeOf(new ReadableStream().values())}`);
    // With a third step pending, Chromium 156 hangs in `return` on a stalled
    // stream, also natively.
    const steps = [1, 2, ...(cell.outcome === "cancel" ? [] : [3])].map((n) => o.watch(`next ${n}`, iterator.next()));
    await steps[0];
    if (cell.outcome !== "status") await steps[1];
    await cell.midway(() => o.watch("return", iterator.return("value")));
    await Promise.all(steps);
    await o.watch("next at the end", iterator.next());
    await o.watch("return at the end", iterator.return("value"));
    o.state("after", response);
  }),
};

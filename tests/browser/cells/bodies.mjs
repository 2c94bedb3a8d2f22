// The methods that take a whole body, copies of it, and what is handed over to
// the browser.

import { isSecond } from "../lib/twice.mjs";

/** Takes the whole body; there is nothing to cancel in the middle of it. */
const whole = (name, row = {}) => ({
  ...row,
  untouched: true,
  async use(o, response, cell) {
    if (cell.outcome === "cancel") {
      await cell.written("B");
      await o.watch("cancel", response.body.cancel("instead"));
      return void (await o.watch(name, response[name]()));
    }
    const taken = o.watch(name, response[name]());
    o.log(`bodyUsed ${response.bodyUsed}`);
    await cell.written("B");
    await cell.midway(() => {});
    const value = await taken;
    if (value instanceof Blob) await o.watch("its text", value.text());
    o.response("afterwards", response);
    await o.watch(`${name} again`, response[name]());
    o.call("clone", () => response.clone());
    o.call("getReader", () => response.body.getReader());
  },
});

async function drain(o, name, response, { midway } = {}, cancel) {
  const reader = response.body.getReader();
  for (;;) {
    const result = await o.watch(`${name} read`, reader.read());
    if (!result || result.done) return;
    if (isSecond(result.value)) await midway?.(() => (cancel ?? (() => o.watch(`${name} cancel`, reader.cancel("enough"))))(reader));
  }
}

const cancelBoth = (o, a, b) => async () => {
  // The first alone must not reach the server, and waits for the second.
  const first = o.watch("cancel of one", a.cancel("one"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  o.log("the other");
  await o.watch("cancel of the other", b.cancel("two"));
  await first;
};

const NO_MIDDLE = "it is handed over before the middle of the stream";

export const bodies = {
  text: whole("text"),
  json: whole("json", { kind: "json" }),
  "json, of what is none": whole("json"),
  arrayBuffer: whole("arrayBuffer"),
  blob: whole("blob"),
  bytes: whole("bytes", { needs: ["bytes"] }),
  formData: whole("formData", { kind: "form" }),

  "text, after the body was looked at": async (o, response, cell) => {
    const { body } = response;
    if (cell.outcome === "cancel") await cell.written("B");
    if (cell.outcome === "cancel") await o.watch("cancel", body.cancel("instead"));
    const text = o.watch("text", response.text());
    o.state("meanwhile", response);
    if (cell.outcome !== "cancel") await cell.written("B");
    await cell.midway(() => {});
    await text;
    o.log(`the same body ${body === response.body}`);
  },

  "text, that nobody handles": async (o, response, cell) => {
    if (cell.outcome === "cancel") await cell.written("B");
    if (cell.outcome === "cancel") await o.watch("cancel", response.body.cancel("instead"));
    const text = o.loose("text", response.text());
    if (cell.outcome !== "cancel") await cell.written("B");
    await cell.midway(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    o.log(`${text instanceof Promise}`);
  },

  "text, after a chunk was read": {
    outcomes: ["complete", "status", "error", "cut"],
    because: "a used body is cancelled and aborted like any other",
    async use(o, response) {
      const reader = response.body.getReader();
      await o.watch("read", reader.read());
      reader.releaseLock();
      await o.watch("text", response.text());
      await drain(o, "rest", response);
    },
  },
};

export const copies = {
  "clone, only the copy is read": async (o, response, cell) => {
    const copy = response.clone();
    o.response("copy", copy);
    o.response("original", response);
    await drain(o, "copy", copy, cell, (reader) => cancelBoth(o, reader, response.body)());
  },

  "clone, only the original is read": async (o, response, cell) => {
    const copy = response.clone();
    await drain(o, "original", response, cell, (reader) => cancelBoth(o, reader, copy.body)());
    o.state("copy", copy);
  },

  "clone, both are read": async (o, response, cell) => {
    const copy = response.clone();
    if (cell.outcome === "cancel") {
      await cell.written("B");
      return cancelBoth(o, copy.body, response.body)();
    }
    await drain(o, "copy", copy, cell);
    await drain(o, "original", response);
  },

  "clone, the copy's text": {
    untouched: true,
    async use(o, response, cell) {
      const copy = response.clone();
      if (cell.outcome === "cancel") return cancelBoth(o, copy.body, response.body)();
      const text = o.watch("text", copy.text());
      await cell.written("B");
      await cell.midway(() => {});
      await text;
      await o.watch("the original's text", response.text());
    },
  },

  "clone, after the body was looked at, and again": async (o, response, cell) => {
    const { body } = response;
    const copy = response.clone();
    const second = copy.clone();
    o.log(`the same body: ${body === response.body}, of itself: ${response.body === response.body}`);
    if (cell.outcome === "cancel") {
      await cell.written("B");
      for (const one of [response, copy]) o.watch("cancel", one.body.cancel("enough"));
      return void (await o.watch("the last cancel", second.body.cancel("enough")));
    }
    const texts = [response, copy, second].map((one, n) => o.watch(`text ${n}`, one.text()));
    await cell.written("B");
    await cell.midway(() => {});
    await Promise.all(texts);
  },

  "clone, and the copy is cancelled": async (o, response, cell) => {
    const copy = response.clone();
    o.watch("cancel of the copy", copy.body.cancel("one"));
    await drain(o, "original", response, cell);
    await o.watch("read of the copy", copy.body.getReader().read());
  },

  "tee, both are read": async (o, response, cell) => {
    const pair = response.body.tee();
    o.log(`${Array.isArray(pair)} ${pair.length}`);
    const [a, b] = pair;
    o.body("branch", a);
    o.state("after the tee", response);
    const wrapped = { body: a };
    await drain(o, "a", wrapped, cell, (reader) => cancelBoth(o, reader, b)());
    if (cell.outcome !== "cancel") await drain(o, "b", { body: b });
  },

  "tee, only the second is read": async (o, response, cell) => {
    const [a, b] = response.body.tee();
    await drain(o, "b", { body: b }, cell, (reader) => cancelBoth(o, a, reader)());
  },

  "tee of a tee": async (o, response, cell) => {
    const [a, b] = response.body.tee();
    const [c, d] = a.tee();
    await cell.written("B");
    if (cell.outcome === "cancel") {
      o.watch("cancel b", b.cancel(1));
      o.watch("cancel c", c.cancel(2));
      return void (await o.watch("cancel d", d.cancel(3)));
    }
    await cell.midway(() => {});
    await drain(o, "c", { body: c });
    await drain(o, "b", { body: b });
    await drain(o, "d", { body: d });
  },
};

export const handovers = {
  "new Response(body), its reader": async (o, response, cell) => {
    const { body } = response;
    const made = new Response(body, { headers: response.headers, status: response.status });
    o.log(`the same body ${made.body === body}`);
    await drain(o, "made", made, cell);
    o.state("original", response);
  },

  "new Response(body), its text": async (o, response, cell) => {
    const made = new Response(response.body);
    await cell.written("B");
    if (cell.outcome === "cancel") return void (await o.watch("cancel", made.body.cancel("instead")));
    const text = o.watch("text", made.text());
    await cell.midway(() => {});
    await text;
    o.state("original", response);
  },

  "new Response(body, response), its clone": async (o, response, cell) => {
    const made = new Response(response.body, response);
    const copy = made.clone();
    await drain(o, "copy", copy, cell, (reader) => cancelBoth(o, reader, made.body)());
  },

  "the prototype's text": async (o, response, cell) => {
    if (cell.outcome === "cancel") await cell.written("B");
    if (cell.outcome === "cancel") return void (await o.watch("cancel", response.body.cancel("instead")));
    const text = o.watch("text", Response.prototype.text.call(response));
    await cell.written("B");
    await cell.midway(() => {});
    await text;
  },

  "a body that is transferred": {
    needs: ["transfer"],
    async use(o, response, cell) {
      const { port1, port2 } = new MessageChannel();
      const arrived = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
      o.call("postMessage", () => port1.postMessage(response.body, [response.body]));
      o.state("after the transfer", response);
      const body = await arrived;
      o.body("arrived", body);
      await drain(o, "arrived", { body }, cell);
      // A cancel reaches the source in a message of its own, sooner or later.
      for (let turn = 0; turn < 30 && response.body.locked; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  },

  "a response that is posted": async (o, response, cell) => {
    const { port1 } = new MessageChannel();
    o.call("postMessage", () => port1.postMessage(response));
    o.call("postMessage of the body", () => port1.postMessage(response.body));
    await drain(o, "original", response, cell);
  },

  "a response put into a cache": {
    needs: ["caches"],
    outcomes: ["complete", "abort", "status", "error", "cut"],
    because: NO_MIDDLE,
    untouched: true,
    async use(o, response, cell) {
      const name = crypto.randomUUID();
      const cache = await caches.open(name);
      const put = o.watch("put", cache.put("/cached", response));
      o.state("meanwhile", response);
      await cell.written("B");
      await cell.midway(() => {});
      await put;
      const found = await cache.match("/cached");
      if (found) await o.watch("its text", found.text());
      o.log(`found ${!!found}`);
      await caches.delete(name);
    },
  },

  "WebAssembly.compileStreaming": {
    needs: ["compileStreaming"],
    kind: "wasm",
    outcomes: ["complete", "abort", "status", "error", "cut"],
    because: NO_MIDDLE,
    untouched: true,
    async use(o, response, cell) {
      const module = o.watch("compileStreaming", WebAssembly.compileStreaming(response));
      await cell.written("B");
      await cell.midway(() => {});
      const made = await module;
      if (made) o.log(`sections ${WebAssembly.Module.customSections(made, "a").length}`);
      o.state("afterwards", response);
    },
  },

  "WebAssembly.instantiateStreaming of the call": {
    needs: ["compileStreaming"],
    kind: "wasm",
    outcomes: ["complete", "abort", "status", "error", "cut"],
    because: NO_MIDDLE,
    async use(o, response, cell) {
      const module = o.watch("instantiateStreaming", WebAssembly.instantiateStreaming(Promise.resolve(response), {}));
      await cell.written("B");
      await cell.midway(() => {});
      await module;
    },
  },

  "ReadableStream.from(body)": {
    needs: ["from", "iteration"],
    async use(o, response, cell) {
      await drain(o, "made", { body: ReadableStream.from(response.body) }, cell);
      o.state("original", response);
    },
  },
};

// What a page does with a reader of the body.

import { isSecond } from "../lib/twice.mjs";

const view = (mode) => (mode ? [new Uint8Array(512)] : []);

/** Reads until the end; after the second chunk the outcome's act. */
async function readOn(o, reader, { mode, midway }, act) {
  for (;;) {
    const result = await o.watch("read", reader.read(...view(mode)));
    if (!result || result.done) return;
    if (isSecond(result.value)) await midway(act ?? (() => o.watch("cancel", reader.cancel("enough"))));
  }
}

export const readers = {
  "read, one at a time": {
    readers: true,
    async use(o, response, cell) {
      const reader = response.body.getReader(cell.mode);
      o.reader("reader", reader);
      o.watch("closed", reader.closed);
      o.state("with a reader", response);
      await readOn(o, reader, cell);
      await o.watch("read after the end", reader.read(...view(cell.mode)));
      await o.watch("cancel after the end", reader.cancel("late"));
      o.call("releaseLock", () => reader.releaseLock());
      o.call("releaseLock again", () => reader.releaseLock());
      await o.watch("closed after release", reader.closed);
      await o.watch("read after release", reader.read(...view(cell.mode)));
      await o.watch("cancel after release", reader.cancel("later"));
      const next = o.call("another reader", () => response.body.getReader());
      if (next) await o.watch("its read", next.read());
    },
  },

  "read, three at once": {
    readers: true,
    async use(o, response, cell) {
      const reader = response.body.getReader(cell.mode);
      o.watch("closed", reader.closed);
      const reads = [1, 2, 3].map((n) => o.watch(`read ${n}`, reader.read(...view(cell.mode))));
      await cell.written("B");
      await Promise.all(reads.slice(0, cell.outcome === "status" ? 1 : 2));
      await cell.midway(() => o.watch("cancel", reader.cancel("enough")));
      await Promise.all(reads);
      await o.watch("the next read", reader.read(...view(cell.mode)));
      await o.watch("closed at last", reader.closed);
    },
  },

  "read, a new reader for each chunk": {
    readers: true,
    async use(o, response, cell) {
      const { body } = response;
      for (;;) {
        const reader = body.getReader(cell.mode);
        const result = await o.watch("read", reader.read(...view(cell.mode)));
        o.call("releaseLock", () => reader.releaseLock());
        o.state("between", response);
        if (!result || result.done) return;
        if (isSecond(result.value)) await cell.midway(() => o.watch("cancel", body.cancel("enough")));
      }
    },
  },

  "releaseLock with a read pending": {
    readers: true,
    async use(o, response, cell) {
      const { body } = response;
      const first = body.getReader(cell.mode);
      o.watch("closed", first.closed);
      const result = await o.watch("read", first.read(...view(cell.mode)));
      if (!result) return;
      const pending = o.watch("pending read", first.read(...view(cell.mode)));
      o.call("releaseLock", () => first.releaseLock());
      await pending;
      const reader = body.getReader(cell.mode);
      o.watch("closed of the second", reader.closed);
      await cell.midway(() => o.watch("cancel", reader.cancel("enough")));
      await readOn(o, reader, { ...cell, midway: () => {} });
    },
  },

  "closed, before anything is read": {
    readers: true,
    async use(o, response, cell) {
      const reader = response.body.getReader(cell.mode);
      const closed = o.watch("closed", reader.closed);
      await cell.written("B");
      await cell.midway(() => o.watch("cancel", reader.cancel("enough")));
      // Only these tell of the end by themselves, whatever was read.
      if (["cancel", "abort"].includes(cell.outcome)) await closed;
      // Natively Firefox tells of a cut only when all before it was read.
      if (cell.outcome === "cut") await Promise.race([closed, new Promise((r) => setTimeout(r, 400))]);
      await readOn(o, reader, { ...cell, midway: () => {} });
      await closed;
    },
  },

  "cancel with reads pending": {
    readers: true,
    async use(o, response, cell) {
      const reader = response.body.getReader(cell.mode);
      o.watch("closed", reader.closed);
      await readOn(o, reader, cell, async () => {
        const reads = [1, 2].map((n) => o.watch(`pending ${n}`, reader.read(...view(cell.mode))));
        o.watch("cancel", reader.cancel("enough"));
        o.watch("cancel again", reader.cancel("more than enough"));
        await Promise.all(reads);
      });
    },
  },

  "reads that nobody handles": {
    readers: true,
    async use(o, response, cell) {
      const reader = response.body.getReader(cell.mode);
      for (;;) {
        const result = await o.watch("read", reader.read(...view(cell.mode)));
        if (!result || result.done || isSecond(result.value)) break;
      }
      o.loose("a read", reader.read(...view(cell.mode)));
      o.loose("another read", reader.read(...view(cell.mode)));
      await cell.midway(() => void o.loose("cancel", reader.cancel("enough")));
      await o.watch("the last read", reader.read(...view(cell.mode)));
      await o.watch("the last closed", reader.closed);
    },
  },

  "a reader whose rejections nobody handles": {
    readers: true,
    async use(o, response, cell) {
      const reader = response.body.getReader(cell.mode);
      await o.watch("the first read", reader.read(...view(cell.mode)));
      o.loose("a read", reader.read(...view(cell.mode)));
      reader.releaseLock();
      o.loose("closed", reader.closed);
      o.loose("a read after release", reader.read(...view(cell.mode)));
      o.loose("a cancel after release", reader.cancel());
      await new Promise((resolve) => setTimeout(resolve, 20));
      await readOn(o, response.body.getReader(cell.mode), cell);
    },
  },

  "cancel of a body without a reader": {
    async use(o, response, cell) {
      await cell.written("B");
      await cell.midway(() => o.watch("cancel", response.body.cancel("enough")));
      await readOn(o, response.body.getReader(), { ...cell, midway: () => {} });
      await o.watch("cancel at the end", response.body.cancel());
    },
  },

  "a locked body": {
    readers: true,
    async use(o, response, cell) {
      const { body } = response;
      const reader = body.getReader(cell.mode);
      o.call("getReader", () => body.getReader());
      o.call("getReader byob", () => body.getReader({ mode: "byob" }));
      await o.watch("cancel", body.cancel("no"));
      await o.watch("text", response.text());
      await o.watch("json", response.json());
      o.call("clone", () => response.clone());
      o.call("tee", () => body.tee());
      await o.watch("pipeTo", body.pipeTo(new WritableStream()));
      o.call("pipeThrough", () => body.pipeThrough(new TransformStream()));
      if (body.values) o.call("values", () => body.values());
      o.call("new Response", () => new Response(body));
      await readOn(o, reader, cell);
    },
  },

  "wrong calls": {
    async use(o, response, cell) {
      const { body } = response;
      o.call("getReader", () => body.getReader({ mode: "none" }));
      o.call("getReader of a number", () => body.getReader(1));
      await o.call("pipeTo", () => body.pipeTo());
      await o.call("pipeTo of an object", () => body.pipeTo({}));
      await o.call("pipeTo with options", () => body.pipeTo(new WritableStream(), { signal: 1 }));
      o.call("pipeThrough", () => body.pipeThrough());
      o.call("pipeThrough of an object", () => body.pipeThrough({}));
      o.call("pipeThrough with options", () => body.pipeThrough(new TransformStream(), { signal: 1 }));
      const locked = new TransformStream();
      locked.writable.getWriter();
      o.call("pipeThrough into a locked one", () => body.pipeThrough(locked));
      await o.call("pipeTo into a locked one", () => body.pipeTo(locked.writable));
      if (body.values) o.call("values", () => body.values(1));
      for (const name of ["getReader", "text", "cancel"]) {
        o.call(`new ${name}`, () => new (name === "text" ? response : body)[name]());
      }
      o.state("after all that", response);
      const reader = body.getReader();
      await o.call("read with an argument", () => reader.read(1));
      await readOn(o, reader, cell);
    },
  },

  "methods without their object, and on others": {
    async use(o, response, cell) {
      const { body } = response;
      const { text, clone, json } = response;
      const { getReader, cancel, tee, pipeTo, pipeThrough, values } = body;
      await o.call("text()", () => text());
      await o.call("json()", () => json());
      o.call("clone()", () => clone());
      o.call("getReader()", () => getReader());
      await o.call("cancel()", () => cancel());
      o.call("tee()", () => tee());
      await o.call("pipeTo()", () => pipeTo(new WritableStream()));
      o.call("pipeThrough()", () => pipeThrough(new TransformStream()));
      if (values) o.call("values()", () => values());
      await o.call("text of another", () => text.call(new Response("another")));
      await o.call("clone of another", () => clone.call(new Response("another")).text());
      await o.call("getReader of another", () => getReader.call(new Response("another").body).read());
      await o.call("cancel of another", () => cancel.call(new Response("another").body));
      await o.call("tee of another", () => tee.call(new Response("another").body)[0].getReader().read());
      await o.call("pipeTo of another", () => pipeTo.call(new Response("another").body, new WritableStream()));
      const reader = body.getReader();
      const { read, cancel: readerCancel, releaseLock } = reader;
      await o.call("read()", () => read());
      await o.call("reader's cancel()", () => readerCancel());
      o.call("releaseLock()", () => releaseLock());
      const other = new Response("another").body.getReader();
      await o.call("read of another", () => read.call(other));
      await o.call("cancel of another reader", () => readerCancel.call(other));
      o.call("releaseLock of another", () => releaseLock.call(other));
      await readOn(o, reader, cell);
    },
  },

  "past the hooks, by the prototypes' methods": {
    async use(o, response, cell) {
      const { body } = response;
      const reader = ReadableStream.prototype.getReader.call(body);
      const { read } = ReadableStreamDefaultReader.prototype;
      for (;;) {
        const result = await o.watch("read", read.call(reader));
        if (!result || result.done) return;
        if (isSecond(result.value)) await cell.midway(() => o.watch("cancel", reader.cancel("enough")));
      }
    },
  },

  "a reader made by its constructor": {
    async use(o, response, cell) {
      await readOn(o, new ReadableStreamDefaultReader(response.body), cell);
    },
  },
};

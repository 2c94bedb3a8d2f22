// The way into the WebAssembly part: straight through once it is there, held
// in order until then. A stream that runs before is replayed, so its record
// cannot differ from that of a later one.

import { outside } from "./outside.js";

/** Bits that every export returns, beside those of its own. */
export const FIND = 1 << 8, FOLLOW = 1 << 9, TICK = 1 << 10, EVENTS = 1 << 11;
/** Above them the UTF-16 unit that a text begins with which is looked for; 0: any. */
export const FIRST = 16;

/** Body bytes held per stream and in all; beyond that, stamps only. */
const HELD_BYTES = 256 * 1024, HELD_IN_ALL = 4 * 1024 * 1024;
/** They are copied into blocks of this size: an array for each chunk takes
 * several times as long. */
const BLOCK = 16 * 1024;
/** A module that never comes must not cost a page its memory. */
const HELD_CALLS = 20_000;
/** Calls that are put off, and reads that go before them, at most. */
const PUT_OFF = 8, READS_BEFORE = 16;

export class Bridge {
  #wasm;
  #held = [];
  #putOff = [];
  #readsBefore = 0;
  #heldBytes = new Map();
  #heldInAll = 0;
  /** What is free of the newest block. */
  #free = new Uint8Array(0);
  #stopped = false;
  #replaying = false;
  #lastRead;
  #onFlags;
  #onFailure;

  /** `onFlags(flags)` after every call; `onFailure(message)` once, if ever. */
  constructor(onFlags, onFailure) {
    this.#onFlags = onFlags;
    this.#onFailure = onFailure;
  }

  get ready() {
    return this.#wasm !== undefined;
  }

  get stopped() {
    return this.#stopped;
  }

  /** Calls an export now or later; `done(flags)` hears what it returned. */
  call(name, args, done) {
    this.catchUp();
    if (this.#stopped) return;
    if (this.#replaying) {
      // What follows from the replay: whatever is held was before it.
      this.#held.push([name, args, done]);
      return;
    }
    if (!this.#wasm) {
      if (this.#held.length >= HELD_CALLS) return this.fail("the WebAssembly part never came");
      this.#held.push([name, args, done]);
      return;
    }
    return this.#run(name, args, done);
  }

  /**
   * Calls an export soon: before any other but `read`, and before the module's own
   * timer. What runs once a frame runs cold; several at once cost little more than
   * one.
   */
  putOff(name, args) {
    if (!this.#wasm) return this.call(name, args);
    if (!this.#stopped && this.#putOff.push([name, args]) >= PUT_OFF) this.catchUp();
  }

  catchUp() {
    if (!this.#putOff.length) return;
    this.#readsBefore = 0;
    for (const [name, args] of this.#putOff.splice(0)) if (!this.#stopped) this.#run(name, args);
  }

  #run(name, args, done) {
    try {
      return outside(() => {
        const flags = this.#wasm[name](...args);
        if (!this.#replaying) this.#onFlags(flags);
        done?.(flags);
        return flags;
      });
    } catch (error) {
      this.fail(String(error));
    }
  }

  /** A chunk, or with a `name` a whole event. `bytes` belong to the page: held
   * ones are copied. */
  read(call, called, at, bytes, name) {
    if (this.#stopped) return;
    const isEvent = name !== undefined;
    if (!this.#wasm) {
      const held = (this.#heldBytes.get(call) ?? 0) + bytes.length;
      const inAll = this.#heldInAll + bytes.length;
      if (held > HELD_BYTES || inAll > HELD_IN_ALL) return this.call("skip", [call, called, at, bytes.length]);
      this.#heldBytes.set(call, held);
      this.#heldInAll = inAll;
      return this.call(isEvent ? "event" : "read", [call, called, at, this.#copy(bytes), name]);
    }
    if (isEvent) return this.call("event", [call, called, at, bytes, name]);
    if (this.#putOff.length && ++this.#readsBefore >= READS_BEFORE) this.catchUp();
    // Not by way of `call`: this one is a page's most frequent.
    try {
      outside(() => this.#onFlags(this.#wasm.read(call, called, at, bytes)), call === this.#lastRead);
      this.#lastRead = call;
    } catch (error) {
      this.fail(String(error));
    }
  }

  #copy(bytes) {
    const { length } = bytes;
    if (length > this.#free.length) this.#free = new Uint8Array(Math.max(BLOCK, length));
    const copy = this.#free.subarray(0, length);
    this.#free = this.#free.subarray(length);
    copy.set(bytes);
    return copy;
  }

  /** Asks an export for a value; undefined while there is none to ask. */
  ask(name, ...args) {
    this.catchUp();
    if (!this.#wasm || this.#stopped) return undefined;
    try {
      return outside(() => this.#wasm[name](...args));
    } catch (error) {
      this.fail(String(error));
    }
  }

  /** The module is there: replays what was held, in order. */
  connect(wasm) {
    if (this.#stopped) return;
    this.#wasm = wasm;
    this.#heldBytes.clear();
    // What is wanted in between is past: only the outcome counts.
    let flags = 0;
    this.#replaying = true;
    for (const [name, args, done] of this.#held) {
      if (this.#stopped) break;
      flags = this.#run(name, args, done) ?? flags;
    }
    this.#replaying = false;
    this.#held = [];
    this.#free = new Uint8Array(0);
    if (!this.#stopped) this.#onFlags(flags);
  }

  /** The module's flags changed outside of a call, or within one, as WebKit's
   * observers call back at once. Within a replay they are past at its end. */
  wake(flags) {
    if (!this.#replaying && !this.#stopped) this.#onFlags(flags);
  }

  /** Stops for good: after a trap the module's memory cannot be trusted. */
  fail(message) {
    if (this.#stopped) return;
    this.#stopped = true;
    // Told before the rest is stopped, which may fail as well, for one where the
    // stack is full: nobody would ever hear why there are no more records.
    this.#onFailure(message);
    this.stop();
  }

  /** Stops for good, without a word. Streams that were observed go on. */
  stop() {
    this.#stopped = true;
    this.#held = [];
    this.#putOff = [];
    this.#heldBytes.clear();
    this.#onFlags(0);
  }
}

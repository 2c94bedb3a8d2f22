// What the app holds: ties fetch, watch, tick and the WebAssembly part
// together.

import { Bridge, EVENTS, FIND, FOLLOW, TICK } from "./bridge.js";
import { now } from "./clock.js";
import { Calls } from "./fetch.js";
import { openRecords } from "./open-records.js";
import { checkFacts, checkPaneOptions } from "./options.js";
import { createTick } from "./tick.js";
import { uuid } from "./uuid.js";
import { Watch } from "./watch.js";

/** One page, one ttft: also with two copies of the package, or hot reloads. */
const KEY = Symbol.for("ttft");

/** `load()` gives the instantiated WebAssembly part's exports. */
export function createTtft(options, load) {
  const scope = scopeOf();
  if (!scope) return inert();
  if (globalThis[KEY]) return globalThis[KEY];
  const { enabled = true, sampleRate = 1 } = options;
  const measures = enabled && (sampleRate === 1 || Math.random() < sampleRate);
  const ttft = measures ? new Facade(options, load, scope) : inert();
  Object.defineProperty(globalThis, KEY, { value: ttft, configurable: true });
  return ttft;
}

class Facade {
  #options;
  #load;
  #bridge;
  #calls;
  #watch;
  #tick;
  #page = { id: uuid() };
  #loading;
  #listeners = new Map();
  #draining = false;
  #open = new Map();
  #patch;

  constructor(options, load, scope) {
    this.#options = options;
    this.#load = load;
    this.#bridge = new Bridge(
      (flags) => this.#onFlags(flags),
      (message) => this.#fail("wasm", message),
    );
    this.#calls = new Calls(
      {
        options,
        active: () => !this.#bridge.stopped,
        isOwn: (url) => url.href === this.#endpoint(),
        ask: (callback, ...args) => this.#ask(callback, ...args),
        target: (pane) => this.#watch?.target(pane.target ?? options.target) ?? 0,
        context: (pane) => ({
          route: this.#text(options.route),
          region: this.#text(options.region),
          labels: { ...options.labels, ...pane.labels },
        }),
        opened: (call) => this.#opened(call),
        reading: (call) => this.#reading(call),
      },
      this.#bridge,
    );
    this.fetch = this.#calls.wrap(() => globalThis.fetch, {}, true);

    const entryTypes = globalThis.PerformanceObserver?.supportedEntryTypes ?? [];
    if (scope === "window") {
      const paint = options.paint ?? "probe";
      if (paint) this.#watch = new Watch(this.#bridge, paint);
      if (!entryTypes.includes("longtask")) {
        this.#tick = createTick(
          (on) => this.#bridge.call("ticking", [now(), on]),
          (from, to) => this.#bridge.call("tick_gap", [from, to]),
        );
      }
      this.#followVisibility();
    }
    this.#bridge.call("start", [
      {
        pageId: this.#page.id,
        scope,
        origin: globalThis.location?.origin ?? "",
        userAgent: globalThis.navigator?.userAgent ?? "",
        tellsLongTasks: scope === "window" && entryTypes.includes("longtask"),
        endpoint: this.#endpoint(),
        transport: options.transport,
        release: options.release,
        sampleRate: options.sampleRate ?? 1,
        paint: this.#watch !== undefined,
        hidden: scope === "window" && document.visibilityState === "hidden",
        wake: (flags) => this.#onFlags(flags),
        found: (call, handle) => this.#watch?.found(call, handle),
        over: (call) => {
          this.#open.delete(call);
          this.#watch?.forget(call);
        },
        undeliverable: (message) => this.#fail("delivery", message),
      },
    ]);
    const idle = globalThis.requestIdleCallback ?? ((callback) => setTimeout(callback, 1));
    idle(() => this.#ensureLoaded(), { timeout: 2000 });
  }

  install() {
    this.#patch ??= patchFetch((native) => this.#calls.wrap(native, {}, false));
    this.#patch.on();
    return () => this.#patch.off();
  }

  with(pane) {
    checkPaneOptions(pane);
    return { fetch: this.#calls.wrap(() => globalThis.fetch, { ...pane }, true) };
  }

  of(response) {
    const call = this.#calls.of(response);
    if (!call) return undefined;
    return {
      id: call.id,
      rendered: () => {
        if (!this.#bridge.stopped) this.#watch?.rendered(call.handle);
      },
      set: (facts) => {
        checkFacts(facts);
        this.#bridge.call("set", [call.handle, { ...facts }]);
      },
      discard: () => this.#bridge.call("discard", [call.handle]),
    };
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    const listeners = this.#listeners.get(event);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  last() {
    return this.#bridge.ask("last") ?? undefined;
  }

  async flush(timeoutMs = 2000) {
    const until = now() + timeoutMs;
    const timeout = new Promise((resolve) => setTimeout(resolve, timeoutMs));
    await Promise.race([this.#ensureLoaded(), timeout]);
    await Promise.race([Promise.resolve(this.#bridge.ask("settled", until - now())), timeout]);
    this.#drain();
    return (await this.#bridge.ask("flush", Math.max(0, until - now()))) ?? false;
  }

  async close() {
    await this.flush();
    this.#patch?.off();
    this.#bridge.ask("close");
    this.#bridge.stop();
    delete globalThis[KEY];
  }

  #endpoint() {
    const { endpoint } = this.#options;
    return endpoint === undefined ? undefined : new URL(endpoint, globalThis.location?.href).href;
  }

  #text(option) {
    const value = typeof option === "function" ? this.#ask(option) : option;
    return typeof value === "string" ? value : undefined;
  }

  /** The app's own functions may throw; that must not reach the call. */
  #ask(callback, ...args) {
    try {
      return callback(...args);
    } catch (error) {
      this.#fail("listener", String(error));
    }
  }

  #ensureLoaded() {
    this.#loading ??= Promise.resolve()
      .then(() => this.#load())
      .then(
        (wasm) => this.#bridge.connect(wasm),
        (error) => this.#bridge.fail(String(error)),
      );
    return this.#loading;
  }

  #opened(call) {
    this.#open.set(call.handle, call);
    if (!this.#bridge.ready) this.#tick?.run(true);
    this.#ensureLoaded();
  }

  #reading() {
    if (!this.#bridge.ready) this.#watch?.run(!this.#bridge.stopped, false);
  }

  #onFlags(flags) {
    if (!this.#bridge.ready && !this.#bridge.stopped) return;
    this.#watch?.run(!!(flags & FIND), !!(flags & FOLLOW));
    this.#tick?.run(!!(flags & TICK));
    if (flags & EVENTS && !this.#draining) {
      this.#draining = true;
      setTimeout(() => this.#drain());
    }
  }

  #drain() {
    this.#draining = false;
    for (let item; (item = this.#bridge.ask("take")); ) {
      const [event, record] = item;
      this.#emit(event, record);
      if (event !== "record") continue;
      const { beforeSend } = this.#options;
      const kept = beforeSend ? this.#ask(beforeSend, record) : record;
      if (kept !== false) this.#bridge.call("queue", [kept ?? record]);
    }
  }

  /** Later: this may be called while the WebAssembly part is at work. */
  #fail(type, message) {
    setTimeout(() => this.#emit("error", { type, message }));
  }

  #emit(event, detail) {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        // Out of our stack, where the page's own handlers see it.
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  #followVisibility() {
    const leave = () => {
      if (this.#bridge.stopped) return;
      if (!this.#bridge.ready) return openRecords(this.#endpoint(), this.#page.id, this.#open);
      this.#bridge.call("leave", [now()]);
      this.#drain();
      this.#bridge.call("hand_over", []);
    };
    document.addEventListener(
      "visibilitychange",
      () => {
        const hidden = document.visibilityState === "hidden";
        this.#bridge.call("visibility", [now(), hidden]);
        if (hidden) {
          this.#tick?.run(false);
          leave();
        }
      },
      true,
    );
    // Safari does not always tell of hiding when it navigates.
    addEventListener("pagehide", leave, true);
    addEventListener(
      "pageshow",
      (event) => {
        if (!event.persisted) return;
        this.#page.id = uuid();
        this.#bridge.call("restored", [now(), this.#page.id]);
      },
      true,
    );
  }
}

/** Patches the global `fetch`, once, whatever others do to it. */
function patchFetch(wrap) {
  let live = false;
  let original;
  let patched;
  return {
    on() {
      live = true;
      // Where somebody wrapped ours, it is in the chain still.
      if (patched && globalThis.fetch !== original) return;
      original = globalThis.fetch;
      const measured = wrap(() => original);
      const native = original;
      patched = function fetch(_input) {
        return (live ? measured : native).apply(this, arguments);
      };
      try {
        globalThis.fetch = patched;
      } catch {
        // A frozen global: nothing is measured, nothing breaks.
      }
    },
    off() {
      live = false;
      if (globalThis.fetch === patched) globalThis.fetch = original;
    },
  };
}

/** Where there is nothing to measure: servers, pages outside the sample. */
function inert() {
  const fetch = function fetch(_input) {
    return globalThis.fetch.apply(globalThis, arguments);
  };
  return {
    fetch,
    install: () => () => {},
    with: () => ({ fetch }),
    of: () => undefined,
    on: () => () => {},
    last: () => undefined,
    flush: async () => true,
    close: async () => {},
  };
}

function scopeOf() {
  if (typeof performance === "undefined") return undefined;
  if (typeof window !== "undefined" && typeof document !== "undefined") return "window";
  if (typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope) return "worker";
  return undefined;
}

// What the app holds: ties fetch, watch, tick and the WebAssembly part
// together.

import { Bridge, EVENTS, FIND, FIRST, FOLLOW, TICK } from "./bridge.js";
import { now } from "./clock.js";
import { Calls } from "./fetch.js";
import { createInert, inertTrack } from "./inert.js";
import { keepsAlive, openRecords, sendOpenRecords } from "./open-records.js";
import { checkEvent, checkFacts, checkListener, checkPaneOptions, checkTrackOptions, resolve } from "./options.js";
import { outside } from "./outside.js";
import { patchFetch } from "./patch.js";
import { scopeOf } from "./scope.js";
import { createTick } from "./tick.js";
import { createTrack } from "./track.js";
import { uuid } from "./uuid.js";
import { Watch } from "./watch.js";

/** Bit of `flush`'s result: a batch was sent and not yet answered. */
const UNDER_WAY = 1;

/** One page, one ttft: also with two copies of the package, or hot reloads. */
const KEY = Symbol.for("ttft");

/** They work by themselves, and through a framework's proxy, as those of a page
 * that measures nothing do. */
const METHODS = ["install", "with", "of", "on", "last", "flush", "close"];
/** Different reasons that are told why a response could not be observed. */
const MAX_TOLD = 20;
/** Where no browser says when a page is idle. */
const IDLE_MS = 1000;
/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** `load(unmeasured)` gives the instantiated WebAssembly part's exports; what it
 * calls through `unmeasured` is ours. */
export function createTtft(options, load) {
  const scope = scopeOf();
  if (!scope) return createInert();
  const before = globalThis[KEY];
  if (before && !before.closing) return before;
  const { enabled = true, sampleRate = 1 } = options;
  const measures = enabled && (sampleRate === 1 || Math.random() < sampleRate);
  // The module serves one page at a time: the one before has to leave it.
  const loadAfter = async (unmeasured) => (await before?.closing, load(unmeasured));
  let ttft;
  try {
    ttft = measures && new Facade(options, loadAfter, scope);
  } catch (error) {
    // An imitation of a page may lack anything, jsdom beside a stubbed
    // IntersectionObserver. Nobody can listen yet: the console hears of it.
    console.warn(`ttft measures nothing: ${error}`);
  }
  ttft ||= createInert();
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
  /** `[event, listener]`, in the order of their coming. */
  #listeners = new Set();
  #draining = false;
  /** Messages that are told once. */
  #told = new Set();
  #open = new Map();
  #patch;
  #endpoint;
  #transport;
  #listening = [];
  /** Resolves when `close()` is through; undefined before it was called. */
  closing;

  constructor(options, load, scope) {
    this.#options = options;
    this.#load = load;
    if (options.endpoint) this.#endpoint = resolve(options.endpoint).href;
    const { transport } = options;
    // Its request is ours: a record of each batch would be a batch for ever.
    if (transport) this.#transport = (...args) => this.#calls.unmeasured(() => transport(...args));
    this.#bridge = new Bridge(
      (flags) => this.#onFlags(flags),
      (message) => this.#fail("wasm", message),
    );
    this.#calls = new Calls(
      {
        options,
        active: () => this.#active(),
        isOwn: (url) => url.href === this.#endpoint,
        ask: (callback, ...args) => this.#ask(callback, ...args),
        target: (held) => this.#watch?.target(held) ?? 0,
        context: (pane) => ({
          route: this.#text(options.route),
          region: this.#text(options.region),
          // There is room for ten; the pane's go first.
          labels: { ...pane.labels, ...options.labels, ...pane.labels },
        }),
        opened: (call) => this.#opened(call),
        reading: (call) => this.#reading(call),
        discard: (handle) => this.#discard(handle),
        unobserved: (error) => this.#failOnce("response", String(error)),
      },
      this.#bridge,
    );
    Object.assign(this, this.#pane({}));
    for (const name of METHODS) this[name] = this[name].bind(this);

    const entryTypes = globalThis.PerformanceObserver?.supportedEntryTypes ?? [];
    if (scope === "window") {
      const paint = options.paint ?? "probe";
      if (paint) this.#watch = new Watch(this.#bridge, paint);
      this.#tick = createTick(
        (on) => this.#bridge.call("ticking", [now(), on]),
        (from, to) => this.#bridge.call("tick_gap", [from, to]),
      );
    }
    this.#bridge.call("start", [
      {
        pageId: this.#page.id,
        scope,
        origin: globalThis.location?.origin ?? "",
        // As it is when it is asked: a page may route by itself.
        get address() {
          return globalThis.location?.href;
        },
        userAgent: globalThis.navigator?.userAgent ?? "",
        tellsLongTasks: scope === "window" && entryTypes.includes("longtask"),
        endpoint: this.#endpoint,
        transport: this.#transport,
        keepsAlive: keepsAlive(),
        dialects: options.dialects,
        release: options.release,
        sampleRate: options.sampleRate ?? 1,
        isolated: globalThis.crossOriginIsolated,
        timeOrigin: performance.timeOrigin,
        paint: this.#watch !== undefined,
        hidden: scope === "window" && document.visibilityState === "hidden",
        wake: (flags) => this.#bridge.wake(flags),
        catchUp: () => this.#bridge.catchUp(),
        found: (call, handle) => this.#watch?.found(call, handle),
        tail: (call) => this.#watch?.tail(call),
        over: (call) => {
          // It cannot begin anew any more.
          const known = this.#open.get(call);
          if (known) known.said = undefined;
          this.#open.delete(call);
          this.#watch?.forget(call);
        },
        failed: (type, message) => this.#fail(type, message),
      },
    ]);
    // After all that may throw, and before anything stays in the page: an
    // imitation of one may take no listeners as they are.
    if (scope === "window") this.#followVisibility();
    // Safari has no word for it: the app's own start is over by then, mostly.
    const idle = globalThis.requestIdleCallback ?? ((callback) => setTimeout(callback, IDLE_MS));
    idle(() => this.closing || this.#ensureLoaded(), { timeout: 2000 });
  }

  install() {
    if (!this.#patch?.live) {
      this.#patch = patchFetch(
        (native) => this.#calls.wrap(native, {}, false),
        (error) => this.#fail("install", `the global fetch cannot be patched: ${error}`),
      );
    }
    return this.#patch.undo;
  }

  with(pane) {
    checkPaneOptions(pane);
    return this.#pane({ ...pane });
  }

  #pane(pane) {
    return {
      fetch: this.#calls.wrap(() => globalThis.fetch, pane, true),
      track: (options) => this.#track(now(), options, pane),
      turn: (event) => this.#turn(event, pane),
    };
  }

  #track(t0, options, pane) {
    checkTrackOptions(options);
    if (!this.#active()) return inertTrack();
    const [call, sink] = this.#calls.track(t0, options, pane);
    return createTrack(this.#handle(call), call, sink, (message) => this.#fail("track", message));
  }

  #turn(event, pane) {
    checkEvent(event);
    const turn = { id: uuid(), acted: event?.isTrusted ? event.timeStamp : now(), count: 0, over: false };
    const { fetch, track } = this.#pane({ ...pane, turn });
    return {
      id: turn.id,
      fetch,
      track,
      end() {
        turn.over = true;
      },
    };
  }

  #active() {
    return !this.#bridge.stopped && !this.closing;
  }

  of(response) {
    const call = this.#calls.of(response);
    return call && this.#handle(call);
  }

  #handle(call) {
    return {
      id: call.id,
      rendered: () => {
        if (!this.#bridge.stopped) this.#watch?.rendered(call.handle);
      },
      set: (facts) => {
        checkFacts(facts);
        this.#calls.say(call, "set", { ...facts });
      },
      discard: () => {
        call.said = undefined;
        this.#discard(call.handle);
      },
    };
  }

  #discard(handle) {
    this.#open.delete(handle);
    this.#bridge.call("discard", [handle]);
  }

  on(event, listener) {
    checkListener(event, listener);
    const entry = [event, listener];
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  last() {
    return this.#bridge.ask("last") ?? undefined;
  }

  flush(timeoutMs = 2000) {
    // Nothing was called and nothing loaded: nothing to send.
    if (!this.#loading) return Promise.resolve(true);
    let timer;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, Math.min(timeoutMs, MAX_TIMER_MS), false);
    });
    return Promise.race([this.#deliver(now() + timeoutMs), timeout]).finally(() => clearTimeout(timer));
  }

  async #deliver(until) {
    const pass = async (isOn) => {
      while (isOn() && now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const underWay = () => this.#bridge.ask("flush", false) & UNDER_WAY;
    await this.#ensureLoaded();
    await pass(() => this.#bridge.ask("settling"));
    while (this.#next());
    await pass(underWay);
    this.#bridge.ask("flush", true);
    await pass(underWay);
    return this.#bridge.ask("flush", false) === 0;
  }

  close() {
    return (this.closing ??= this.#close());
  }

  async #close() {
    this.#patch?.undo();
    for (const [target, type, listener] of this.#listening) target.removeEventListener?.(type, listener, true);
    await this.flush();
    // What still runs, or waits longer than that for a paint, as it stands.
    this.#bridge.ask("leave", now(), false);
    while (this.#next());
    await this.flush();
    this.#bridge.ask("close");
    this.#bridge.stop();
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
      .then(() => this.#load((ours) => this.#calls.unmeasured(ours)))
      .then(
        (wasm) => this.#bridge.connect(wasm),
        (error) => this.#bridge.fail(String(error)),
      );
    return this.#loading;
  }

  #opened(call) {
    // The headers of a call may come when all is over.
    if (!this.#active()) return;
    this.#open.set(call.handle, call);
    outside(() => {
      if (!this.#bridge.ready) this.#tick?.run(true);
      this.#ensureLoaded();
    });
  }

  #reading() {
    if (!this.#bridge.ready) outside(() => this.#watch?.run(!this.#bridge.stopped, false));
  }

  #onFlags(flags) {
    if (!this.#bridge.ready && !this.#bridge.stopped) return;
    this.#watch?.run(!!(flags & FIND), !!(flags & FOLLOW), flags >>> FIRST);
    this.#tick?.run(!!(flags & TICK));
    if (flags & EVENTS && !this.#draining) {
      this.#draining = true;
      setTimeout(() => this.#next());
    }
  }

  /** Tells the next event, and the one after it in a task of its own. */
  #next() {
    const item = this.#bridge.ask("take");
    this.#draining = !!item;
    if (!item) return false;
    setTimeout(() => this.#next());
    const [event, record] = item;
    this.#emit(event, record);
    if (event === "record") {
      const kept = this.#kept(record);
      if (kept) this.#bridge.ask("queue", kept);
    }
    return true;
  }

  /**
   * The record as `beforeSend` leaves it. One that fails may have been about
   * to take something out, so nothing is sent then.
   */
  #kept(record) {
    const { beforeSend } = this.#options;
    if (!beforeSend) return record;
    return this.#ask(() => {
      let kept = beforeSend(record);
      // Not `??`: with other tools `null` drops, and people rely on it.
      if (kept === undefined) kept = record;
      if (kept && kept.id !== record.id) {
        throw new TypeError("beforeSend gave neither the record nor false nor null (it may not be async)");
      }
      return kept;
    });
  }

  /** What is odd about one response is so about the next. */
  #failOnce(type, message) {
    if (this.#told.has(message) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(message);
    this.#fail(type, message);
  }

  /** Later: this may be called while the WebAssembly part is at work. */
  #fail(type, message) {
    setTimeout(() => {
      if (!this.#emit("error", { type, message })) console.warn(`ttft: ${message}`);
    });
  }

  /** Whether anybody listened. */
  #emit(event, detail) {
    let heard = false;
    for (const entry of [...this.#listeners]) {
      if (entry[0] !== event || !this.#listeners.has(entry)) continue;
      heard = true;
      // An `error` listener that throws would be told of it for ever.
      if (event !== "error") this.#ask(entry[1], detail);
      else try { entry[1](detail); } catch {}
    }
    return heard;
  }

  #followVisibility() {
    const leave = (goes) => {
      if (this.#bridge.stopped) return;
      if (!this.#bridge.ready) return this.#leaveEarly();
      this.#bridge.call("leave", [now(), goes]);
      while (this.#next());
      this.#bridge.ask("hand_over", goes);
    };
    // Not by a signal's abort: zone.js before 0.14.3 takes all others' listeners
    // off with ours (https://github.com/angular/angular/issues/49591), 0.14.6 none
    // (https://github.com/angular/angular/issues/56148).
    const listen = (target, type, listener) => {
      target.addEventListener(type, listener, true);
      this.#listening.push([target, type, listener]);
    };
    // Those of the window first: an imitation of one may take none.
    // Safari does not always tell of hiding when it navigates.
    listen(globalThis, "pagehide", () => leave(true));
    listen(globalThis, "pageshow", (event) => {
      if (!event.persisted) return;
      this.#page.id = uuid();
      this.#bridge.call("restored", [now(), this.#page.id]);
    });
    listen(document, "visibilitychange", () => {
      const hidden = document.visibilityState === "hidden";
      this.#bridge.call("visibility", [now(), hidden]);
      if (hidden) {
        this.#tick?.run(false);
        leave(false);
      }
    });
    // Chromium freezes pages in the background, and reports no task for it.
    // https://wicg.github.io/page-lifecycle/
    let frozen;
    listen(document, "freeze", () => {
      frozen = now();
    });
    listen(document, "resume", () => {
      if (frozen !== undefined) this.#bridge.call("stood_still", [frozen, now()]);
      frozen = undefined;
    });
  }

  /** The page hides, and may be gone before the WebAssembly part comes. */
  #leaveEarly() {
    const { sampleRate, release } = this.#options;
    if (!this.#transport && !this.#endpoint) return;
    const records = openRecords(this.#open, {
      id: this.#page.id,
      scope: "window",
      release,
      isolated: globalThis.crossOriginIsolated === true,
      // The coarsest there is: which step this clock has, the module knows.
      resolution_ms: 1,
      sample_rate: sampleRate ?? 1,
    })
      .map((record) => this.#kept(record))
      .filter(Boolean);
    if (records.length === 0) return;
    const sent = this.#ask(sendOpenRecords, records, this.#endpoint, this.#transport);
    // Nobody is left to hear of it.
    Promise.resolve(sent).catch(() => {});
  }
}

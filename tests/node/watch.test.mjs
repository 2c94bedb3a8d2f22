// What the watch keeps, in a page of which there is as little as it asks for.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pkg } from "./consumer.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

let mutate;
/** What the mutations of are told, as often as it was asked for. */
const roots = [];
globalThis.MutationObserver = class {
  constructor(callback) {
    mutate = callback;
  }
  observe(root) {
    roots.push(root);
  }
  disconnect() {}
};
globalThis.PerformanceObserver = class {
  static supportedEntryTypes = ["element"];
  observe() {}
};
/** Whether the frame that is awaited was laid out; and runs the task behind it. */
let laidOut = false;
let handOn;
let observed = 0;
globalThis.IntersectionObserver = class {
  constructor(callback) {
    this.callback = callback;
  }
  observe(target) {
    if (target !== document.documentElement) return;
    handOn = this.callback;
    observed++;
  }
  takeRecords() {
    return laidOut ? [{}] : [];
  }
  disconnect() {
    laidOut = false;
    observed = 0;
  }
};
globalThis.NodeFilter = {};
globalThis.Node = { DOCUMENT_POSITION_FOLLOWING: 4 };
/** Probes that are in the page. */
const probes = new Set();
globalThis.document = {
  readyState: "complete",
  documentElement: { append: (probe) => probes.add(probe) },
  createElement: () => ({
    dataset: {},
    style: {},
    setAttribute() {},
    remove() {
      probes.delete(this);
    },
  }),
  createTreeWalker: (root) => ({
    currentNode: root,
    nextNode() {
      const texts = [...(root.texts ?? [])];
      this.currentNode = texts[texts.indexOf(this.currentNode) + 1];
      return this.currentNode ?? null;
    },
    previousNode() {
      const texts = [...(root.texts ?? [])];
      this.currentNode = texts[texts.indexOf(this.currentNode) - 1];
      return this.currentNode ?? null;
    },
    lastChild() {
      this.currentNode = [...(root.texts ?? [])].at(-1);
      return this.currentNode ?? null;
    },
  }),
  querySelector: () => null,
};

const { Watch } = await import(pathToFileURL(path.join(pkg, "watch.js")).href);

/** An element that texts can be put in. */
function element() {
  const texts = new Set();
  return {
    nodeType: 1,
    isConnected: true,
    texts,
    contains: (node) => texts.has(node),
    // Each element stands behind all others.
    compareDocumentPosition: () => Node.DOCUMENT_POSITION_FOLLOWING,
    closest(selector) {
      return selector === "pre" ? null : this;
    },
    getRootNode: () => document,
    querySelectorAll: () => [],
    put(data) {
      const node = { nodeType: 3, data, isConnected: true, parentNode: this, getRootNode: () => document };
      texts.add(node);
      mutate([{ type: "childList", addedNodes: [node], removedNodes: [], target: this }]);
      return node;
    },
  };
}

const KEEP = 1;

/** A watch that looks for answers. `call(target)` begins a call, `bits()` are
 * those that the last text was told with, and `complaints` are what is told of
 * the app's own functions. */
function watching(answers = () => KEEP) {
  const told = [];
  const failures = [];
  const bridge = {
    ready: true,
    call(name, args, done) {
      told.push([name, ...args]);
      done?.(answers(name));
    },
    putOff(name, args) {
      this.call(name, args);
    },
    fail: (message) => failures.push(message),
  };
  const watch = new Watch(bridge, "probe");
  const complaints = [];
  const ask = (callback) => {
    try {
      callback();
    } catch (error) {
      complaints.push(String(error));
    }
  };
  let handles = 0;
  const call = (target) => {
    const call = { handle: ++handles };
    return Object.assign(call, { number: watch.target({ call, target, ask }) });
  };
  watch.run(true, false);
  const bits = () => told.findLast(([name]) => name === "candidate")[3];
  return { watch, call, bits, told, failures, complaints };
}

/** `data` stands in a text node that is in the page already. */
function change(node, data) {
  node.data = data;
  mutate([{ type: "characterData", target: node, addedNodes: [], removedNodes: [] }]);
}

test("in the text node of an answer that was found another one may begin", () => {
  const { watch, call, told } = watching();
  const candidates = () => told.filter(([name]) => name === "candidate").length;
  const { handle } = call();
  const node = element().put("The quick brown fox");
  watch.found(handle, told.find(([name]) => name === "candidate")[1]);
  for (const text of ["The quick brown fox jumps **over", "The quick brown fox jumps "]) {
    change(node, text);
    assert.equal(candidates(), 1, "it goes on");
  }
  change(node, "The");
  assert.equal(candidates(), 2);
  change(node, "The slow");
  assert.equal(candidates(), 2, "the other one goes on");
});

test("a text that begins as no answer does is not told of, unless it may have to do with one that is", () => {
  const { watch, call, told } = watching();
  call();
  const candidates = () => told.filter(([name]) => name === "candidate").map(([, , , , head]) => head);
  watch.run(true, false, "T".charCodeAt());
  element().put("Another text");
  assert.deepEqual(candidates(), []);
  const place = element();
  const mark = place.put("\u2026");
  const node = place.put("\u201cThe fox");
  element().put("Another text");
  assert.deepEqual(candidates(), ["Thefox", "Anothertext"]);
  for (const [, handle] of told.filter(([name]) => name === "candidate")) watch.found(1, handle);
  element().put("A third text");
  change(node, "A fourth text");
  assert.deepEqual(candidates().slice(2), ["Afourthtext"]);
  for (const [, handle] of told.filter(([name]) => name === "candidate")) watch.found(1, handle);
  node.data = "The fox";
  change(mark, "\u201c");
  assert.deepEqual(candidates().slice(3), ["Thefox"], "its letters are in the node behind it");
  watch.found(1, told.findLast(([name]) => name === "candidate")[1]);
  watch.run(true, false);
  element().put("A fifth text");
  assert.deepEqual(candidates().slice(4), ["Afifthtext"]);
});

test("whether the answer goes on in another place is asked only so often where it does not", () => {
  // All but the first text are nobody's.
  let texts = 0;
  const { watch, call, told } = watching((name) => (name === "candidate" && ++texts === 1 ? KEEP : 0));
  const { handle } = call();
  element().put("The quick brown fox");
  watch.found(handle, told.find(([name]) => name === "candidate")[1]);
  const clock = element().put("0 seconds");
  for (let seconds = 1; seconds < 200; seconds++) change(clock, `${seconds} seconds`);
  assert.equal(told.filter(([name]) => name === "goes_on").length, 64);
  element().put("another clock");
  assert.equal(told.filter(([name]) => name === "goes_on").length, 65);
});

test("in the text node of an answer whose call is over an equal one may begin", () => {
  const { watch, call, told } = watching();
  const { handle } = call();
  const node = element().put("Yes.");
  watch.found(handle, told.find(([name]) => name === "candidate")[1]);
  watch.forget(handle);
  change(node, "Yes.");
  assert.equal(told.filter(([name]) => name === "candidate").length, 2);
});

test("in a text node that was of no interest any more an answer may begin", () => {
  const { watch, call, told } = watching();
  call();
  const node = element().put("Thinking about it");
  watch.run(false, false);
  watch.run(true, false);
  change(node, "Thinking");
  assert.equal(told.filter(([name]) => name === "candidate").length, 2);
});

test("of more texts than there is room for the oldest that does not go on is dropped", () => {
  const { call, told } = watching();
  call();
  const growing = element().put("The quick");
  change(growing, "The quick brown");
  for (let count = 0; count < 40; count++) element().put(`text ${count}`);
  const handles = told.filter(([name]) => name === "candidate").map(([, handle]) => handle);
  const dropped = told.filter(([name]) => name === "dropped").map(([, handle]) => handle);
  assert.equal(handles.length, 41);
  assert.deepEqual(dropped, handles.slice(1, 10));
});

test("a target is a number of its own while a call has it, and no longer", async () => {
  const { watch, call, bits } = watching();
  const running = call(element());
  let asked = 0;
  const collected = [];
  const one = () => {
    const place = element();
    const next = call(() => (asked++, place));
    assert.notEqual(next.number, running.number);
    assert.ok(next.number < 31);
    place.put("an answer");
    assert.equal(bits(), 1 | (1 << next.number));
    watch.forget(next.handle);
    collected.push(new WeakRef(place));
  };
  // More than there are bits.
  for (let calls = 0; calls < 40; calls++) one();
  assert.equal(asked, 40);
  watch.run(false, false);
  await setImmediate();
  collect();
  assert.deepEqual(collected.filter((place) => place.deref()), []);
});

test("calls beyond those that have a bit of their own share the last", () => {
  const { call, bits } = watching();
  const places = Array.from({ length: 33 }, element);
  const numbers = places.map((place) => call(place).number);
  assert.equal(call(undefined).number, 0);
  assert.deepEqual(numbers.slice(-5), [29, 30, 30, 30, 30]);
  for (const [place, number] of numbers.entries()) {
    places[place].put("an answer");
    assert.equal(bits(), 1 | (1 << number));
  }
  // The same target once more.
  assert.equal(call(places[32]).number, 30);
});

test("a call that begins anew keeps its target", () => {
  const { watch, call, bits } = watching();
  const place = element();
  const again = call(place);
  const before = again.handle;
  again.handle = before + 1;
  watch.forget(before);
  place.put("an answer");
  assert.equal(bits(), 1 | (1 << again.number));
});

test("a target that gives no element holds nothing, and is told of once", () => {
  const place = element();
  const gone = () => {
    throw new RangeError("mine");
  };
  for (const [target, told] of [
    [() => ({ current: place }), ["TypeError: target gave no element; let it return one, or null"]],
    [() => [place], ["TypeError: target gave no element; let it return one, or null"]],
    [() => null, []],
    [() => undefined, []],
    [gone, ["RangeError: mine"]],
  ]) {
    const { call, bits, failures, complaints } = watching();
    call(target);
    for (let texts = 0; texts < 3; texts++) {
      place.put("an answer");
      assert.equal(bits(), 1);
    }
    assert.deepEqual([complaints, failures], [told, []]);
  }
});

test("the shadow root of a target is observed once, and anew after a pause", () => {
  const { watch, call, bits } = watching();
  const root = { host: {}, childNodes: [], querySelectorAll: () => [] };
  const place = Object.assign(element(), { getRootNode: () => root });
  const { number } = call(place);
  const times = () => roots.filter((observed) => observed === root).length;
  assert.equal(times(), 0);
  for (let runs = 0; runs < 2; runs++) watch.run(true, false);
  assert.equal(times(), 1);
  place.put("an answer");
  assert.equal(bits(), 1 | (1 << number));
  watch.run(false, false);
  watch.run(true, false);
  assert.equal(times(), 2);
});

test("the shadow root of a host is observed also where a selector gives the host", (t) => {
  const host = Object.assign(element(), { shadowRoot: { host: {}, childNodes: [], querySelectorAll: () => [] } });
  t.mock.method(document, "querySelector", (selector) => (selector === "my-chat" ? host : null));
  const { watch, call } = watching();
  call("my-chat");
  watch.run(true, false);
  assert.ok(roots.includes(host.shadowRoot));
});

test("a text that may be another call's answer is not asked about for one that was found", () => {
  const { watch, call, told } = watching();
  const [first] = [call(), call()];
  element().put("The quick brown fox");
  watch.found(first.handle, told.findLast(([name]) => name === "candidate")[1]);
  element().put("another answer");
  const asked = () => told.filter(([name]) => name === "goes_on").length;
  assert.equal(asked(), 0);
  watch.run(false, true);
  element().put("a text of nobody's");
  assert.equal(asked(), 1);
});

test("what fails of ours in an observer ends all measuring, and does not reach the page", () => {
  const { failures } = watching();
  mutate([{ type: "characterData", target: undefined, addedNodes: [], removedNodes: [] }]);
  assert.match(failures.join(), /^TypeError: /);
});

/** A call whose answer was found: what was told of it, and `change()` for its text. */
function followed() {
  const { watch, call, told, failures } = watching();
  const { handle } = call();
  const node = element().put("an answer");
  const [, text] = told.findLast(([name]) => name === "candidate");
  watch.found(handle, text);
  return { watch, handle, told, failures, change: (data = "an answer") => change(node, data) };
}

test("nor does what fails of ours in a frame", (t) => {
  const { watch, handle, failures, change } = followed();
  change();
  watch.tail(handle);
  t.mock.method(document, "createTreeWalker", () => {
    throw new RangeError("ours");
  });
  handOn();
  assert.deepEqual(failures, ["RangeError: ours"]);
});

test("what changes behind a frame, before the task that tells of it, is no part of it", () => {
  const { watch, handle, told, change } = followed();
  const progress = () => told.filter(([name]) => name === "progress");
  change();
  change();
  assert.deepEqual(progress(), [], "both in a frame to come");
  laidOut = true;
  change();
  assert.equal(progress().length, 1);
  handOn();
  const [[, , committed, painted], [, , after]] = progress();
  assert.equal(progress().length, 2);
  assert.ok(committed <= painted && painted <= after, `${committed}, ${painted}, ${after}`);
  assert.equal(observed, 0, "a frame is looked at only where it is awaited");
  change();
  assert.equal(observed, 1);
  laidOut = true;
  watch.rendered(handle);
  assert.deepEqual([progress().length, told.at(-1)[0]], [3, "rendered"]);
});

test("what is not painted yet is not told of as the end of an answer", () => {
  const { watch, handle, told, change } = followed();
  watch.tail(handle);
  const tail = () => told.findLast(([name]) => name === "tail")[2];
  assert.equal(tail(), "ananswer");
  change("an answer that");
  assert.equal(tail(), "");
  handOn();
  assert.equal(tail(), "ananswerthat");
  change("an answer that goes");
  laidOut = true;
  // Looked at when all of it is there, but the frame was the one before.
  change("an answer that goes on");
  assert.equal(tail(), "");
  handOn();
  assert.equal(tail(), "ananswerthatgoeson");
});

test("a probe that is not painted goes with its call, and all go with the last", () => {
  const before = probes.size;
  const { watch, call, told } = watching();
  const place = element();
  const calls = [call(), call(), call()];
  for (const { handle } of calls.slice(0, 2)) {
    place.put(`answer ${handle}`);
    watch.found(handle, told.findLast(([name]) => name === "candidate")[1]);
  }
  place.put("no answer");
  assert.equal(probes.size, before + 3);
  for (const [gone, left] of [2, 1, 0].entries()) {
    watch.forget(calls[gone].handle);
    assert.equal(probes.size, before + left);
  }
});

test("the app's word on a call that is over adds nothing to the page", () => {
  const before = probes.size;
  const { watch, call, told } = watching();
  const [over] = [call(), call()];
  watch.rendered(over.handle);
  assert.equal(probes.size, before + 1);
  watch.forget(over.handle);
  told.length = 0;
  watch.rendered(over.handle);
  assert.deepEqual([probes.size, told], [before, []]);
});

test("the app's word adds nothing to the page where it does not count", () => {
  const before = probes.size;
  let counts = KEEP;
  const { watch, call, told } = watching(() => counts);
  const { handle } = call();
  watch.rendered(handle);
  counts = 0;
  for (let words = 0; words < 3; words++) watch.rendered(handle);
  assert.equal(told.length, 4);
  assert.equal(probes.size, before + 1);
});

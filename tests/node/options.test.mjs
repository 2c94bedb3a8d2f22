// Wrong options are refused with a TypeError that names the option and the fix,
// on a server as in a page.

import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { pkg } from "./consumer.mjs";

const load = (file) => import(pathToFileURL(path.join(pkg, file)).href);
const { init } = await load("index.js");
const slim = (await load("slim.js")).init;

const refused = (attempt, ...words) => {
  assert.throws(attempt, (error) => {
    assert.equal(error.constructor, TypeError);
    for (const word of words) assert.ok(error.message.includes(word), `${word} in: ${error.message}`);
    return true;
  });
};

const labels = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, "value"]));

/** Each option: what is wrong, and part of the fix; and what is right. */
const OPTIONS = {
  endpoint: {
    wrong: [42, "", "http://", "ftp://example.com/", {}, null, false],
    fix: "https://rum.example.com/v1/beacon",
    right: ["https://rum.example.com/v1/beacon", "/v1/beacon", new URL("https://rum.example.com/")],
  },
  enabled: { wrong: ["yes", 1, null], fix: "true or false", right: [true, false] },
  sampleRate: { wrong: [-0.1, 1.1, NaN, "0.5", true, null], fix: "from 0 to 1", right: [0, 0.1, 1] },
  match: { wrong: ["/api", /api/, null], fix: "function (url, method)", right: [() => true] },
  route: { wrong: [1, /chat/, null], fix: "a function that returns one", right: ["/chat/:id", () => undefined] },
  release: { wrong: [1, () => "1"], fix: "a string", right: ["1.2.3"] },
  region: { wrong: [1, {}], fix: "a function that returns one", right: ["eu", () => "eu"] },
  target: { wrong: [1, "", {}, null], fix: '"#answer"', right: ["#answer", () => null] },
  labels: {
    wrong: ["a", null, { a: 1 }, { a: "x".repeat(65) }, { ["k".repeat(65)]: "a" }, labels(11)],
    fix: "at most 10 keys",
    right: [{}, { a: "x".repeat(64) }, labels(10)],
  },
  dialects: {
    wrong: ["acme", {}, null, Array(17).fill({ name: "acme", answer: "a" })],
    fix: "a list of at most 16",
    right: [[], [{ name: "acme", answer: "payload/token" }], Array(16).fill({ name: "acme", answer: "a" })],
  },
  beforeSend: { wrong: ["drop", true], fix: "returns the record, or false or null", right: [() => false] },
  paint: { wrong: [true, "none", 0, null], fix: '"probe", "frame" or false', right: ["probe", "frame", false] },
  transport: { wrong: ["beacon", {}], fix: "function (body, { closing })", right: [() => {}] },
};

for (const [name, { wrong, fix, right }] of Object.entries(OPTIONS)) {
  describe(`the option ${name}`, () => {
    test("is refused by its name and with the fix where it is wrong", () => {
      for (const value of wrong) {
        refused(() => init({ [name]: value }), "ttft init", `"${name}"`, fix);
        refused(() => slim({ wasm: "/ttft.wasm", [name]: value }), `"${name}"`, fix);
      }
    });
    test("is taken where it is right, or undefined", () => {
      for (const value of [...right, undefined]) init({ [name]: value });
    });
  });
}

test("every option that the declarations have is tested here", async () => {
  const { readFile } = await import("node:fs/promises");
  const declared = await readFile(path.join(pkg, "index.d.ts"), "utf8");
  const [, options] = /interface Options {\n([^]*?)\n}/.exec(declared);
  const names = [...options.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
  assert.deepEqual(names, Object.keys(OPTIONS));
});

test("an unknown option is refused with the names of those that exist", () => {
  refused(() => init({ endpint: "https://rum.example.com/v1/beacon" }), '"endpint"', "remove it", "endpoint");
  refused(() => init({ constructor: 1 }), '"constructor"');
  refused(() => init({ wasm: "/ttft.wasm" }), '"wasm"');
});

test("options that are no object are refused", () => {
  for (const value of ["https://rum.example.com/v1/beacon", 1, null]) refused(() => init(value), "an object of options");
  init();
});

test("a wrong dialect is refused by its place, the wrong key and the fix", () => {
  const acme = { name: "acme", answer: "payload/token" };
  const path = "keys joined by single slashes";
  const wrong = [
    [null, "dialects[1]", "an object of options"],
    [{ answer: "a" }, '"name"', "missing", '"acme"'],
    [{ name: "", answer: "a" }, '"name"', '"acme"'],
    [{ name: "acme" }, '"answer"', "missing", path],
    [{ name: "acme", end: "kind=bye" }, '"answer"', "missing", path],
    [{ ...acme, answers: "a" }, '"answers"', "answer, reasoning, tool, end, model"],
    ...["", "/", "a/", "/a", "a//b", "=a", Array(13).fill("a").join("/"), "k".repeat(65), 7]
      .map((value) => [{ ...acme, reasoning: value }, '"reasoning"', path]),
  ];
  for (const [dialect, ...words] of wrong) {
    refused(() => init({ dialects: [acme, dialect] }), "ttft init dialects[1]", ...words);
  }
  for (const answer of ["token", "choices/*/0/text", "@data", "a=", "kind=a/b=c", Array(12).fill("k".repeat(64)).join("/")]) {
    init({ dialects: [{ ...acme, answer, tool: undefined }] });
  }
});

test("slim needs the module's bytes", () => {
  refused(() => slim({}), '"wasm"', "missing", "ttft/ttft_bg.wasm");
  refused(() => slim(), "an object of options");
});

test("with refuses what it does not know, by its name and with the fix", () => {
  const ttft = init();
  refused(() => ttft.with(), "ttft with", "an object of options");
  refused(() => ttft.with({ route: "/chat" }), "ttft with", '"route"', "target, labels");
  for (const value of OPTIONS.target.wrong) refused(() => ttft.with({ target: value }), '"target"', OPTIONS.target.fix);
  for (const value of OPTIONS.labels.wrong) refused(() => ttft.with({ labels: value }), '"labels"', OPTIONS.labels.fix);
  ttft.with({});
  ttft.with({ target: "#left", labels: { pane: "left" } });
});

test("track refuses what it does not know, by its name and with the fix", () => {
  const ttft = init();
  const acme = { name: "acme", answer: "payload/token" };
  const wrong = [
    [undefined, "an object of options"],
    [null, "an object of options"],
    ["/chat", "an object of options"],
    [{}, '"url"', "missing", "socket.url"],
    [{ url: undefined }, '"url"', "missing"],
    ...["", 1, null, {}, "http://"].map((url) => [{ url }, '"url"', "socket.url"]),
    [{ url: "/chat", contentType: /json/ }, '"contentType"', "application/x-ndjson"],
    ...["openai-chat", null, 1].map((dialect) => [{ url: "/chat", dialect }, '"dialect"', "payload/token", "need none"]),
    [{ url: "/chat", dialect: { answer: "a" } }, "track dialect", '"name"', "missing"],
    [{ url: "/chat", dialect: { name: "acme" } }, "track dialect", '"answer"', "missing"],
    [{ url: "/chat", dialect: { ...acme, end: "a//b" } }, "track dialect", '"end"', "single slashes"],
    [{ url: "/chat", labels: {} }, '"labels"', "url, contentType, dialect"],
  ];
  for (const pane of [ttft, ttft.with({ target: "#left" }), ttft.turn()]) {
    for (const [options, ...words] of wrong) refused(() => pane.track(options), "ttft track", ...words);
    for (const url of ["/chat", "wss://example.com/chat", new URL("https://example.com/")]) pane.track({ url });
    pane.track({ url: "/chat", contentType: "text/event-stream", dialect: acme });
  }
});

test("what is told of a call throws nothing, whatever it is; only set checks its facts", () => {
  const call = init().track({ url: "/chat" });
  for (const value of [undefined, null, 1, "a", {}, new Blob(["a"]), Symbol("a"), 1n]) {
    for (const tell of ["event", "chunk", "token", "end"]) call[tell](value);
  }
  call.rendered();
  call.discard();
  refused(() => call.set({ modl: "m" }), "ttft set", '"modl"');
});

test("turn refuses what is no event", () => {
  const ttft = init();
  for (const pane of [ttft, ttft.with({})]) {
    for (const wrong of ["click", 1, {}, () => {}]) refused(() => pane.turn(wrong), "ttft turn", "or nothing");
    for (const event of [undefined, null, new Event("click"), { isTrusted: true, timeStamp: 1 }]) pane.turn(event).end();
  }
});

test("on refuses an event that does not exist, and what is no function", () => {
  const ttft = init();
  refused(() => ttft.on("first_tokn", () => {}), "ttft on", '"first_tokn"', "first_token, first_answer_paint, record, error");
  refused(() => ttft.on("record"), "ttft on", "undefined", "a function");
});

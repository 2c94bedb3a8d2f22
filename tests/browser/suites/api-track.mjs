// `track`: calls that the app tells of, as over EventSource and WebSocket, and
// the examples in www/examples, which run here as they are.

import { answer, chat } from "../lib/chat.mjs";
import { record as stored } from "../lib/collector.mjs";
import { collect, start } from "../lib/measured.mjs";
import { checkSums } from "../lib/record.mjs";
import { where } from "../lib/runner.mjs";
import { posted, scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "The quick brown fox jumps over the lazy dog and then it sleeps".split(" ").map((word) => `${word} `);
const TEXT = PIECES.join("");
const ACME = { name: "acme", answer: "payload/token", end: "kind=bye", model: "meta/engine" };

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tells each piece by `tell` and shows it, as it comes. */
async function play(t, pieces, tell, show = (piece) => piece) {
  const place = t.stage.appendChild(document.createElement("p"));
  for (const piece of pieces) {
    await pause(25);
    tell(piece);
    place.append(show(piece));
  }
}

/** The next record, once there is one. */
async function only(t, records) {
  await t.until(() => records.length > 0);
  t.equal(records.length, 1, "number of records");
  return records.pop();
}

function checkAnswered(t, record) {
  const { outcome, marks, paint, segments, network_missing, request } = record;
  t.equal([outcome, paint.found, network_missing, request.status, request.bytes], ["complete", "text", "no-entry", undefined, undefined]);
  t.inOrder({
    byte: marks.first_byte,
    token: marks.first_token,
    answer: marks.first_answer_token,
    commit: marks.first_answer_commit,
    paint: marks.first_answer_paint,
  });
  t.inOrder({ last: marks.last_token, end: marks.end });
  t.equal(["request_sent", "headers"].filter((name) => name in marks), []);
  t.equal(["connect", "wait", "generate"].filter((name) => name in segments), []);
  t.ok(["read", "long-task", "tick"].includes(record.arrival.method), `arrival by ${record.arrival.method}`);
  checkSums(t, record);
}

/** An example's page in a frame, asked as a person would. */
async function example(t, name) {
  const frame = document.createElement("iframe");
  frame.width = 800;
  frame.height = 600;
  frame.src = `/www/examples/${name}.html?collector=${encodeURIComponent(where.collector)}`;
  t.stage.append(frame);
  await new Promise((resolve) => frame.addEventListener("load", resolve));
  const { ttft, text } = await t.until(() => frame.contentWindow.example);
  t.after(() => ttft.close());
  const errors = [];
  ttft.on("error", (error) => errors.push(error));
  const page = frame.contentDocument;
  page.querySelector("button").click();
  const json = await t.until(() => page.querySelector("#record").textContent);
  t.equal(page.querySelector("#answer").textContent.trim(), text.trim());
  t.equal(errors, []);
  t.equal(await ttft.flush(5000), true);
  const record = JSON.parse(json);
  t.equal(await stored(record.id), record);
  t.ok(record.turn.seq === 1 && record.marks.turn_start <= 0, "its turn");
  checkAnswered(t, record);
  return { record, page };
}

suite("api-track", { seconds: 40 }, {
  async "the EventSource example answers, and its record is whole"(t) {
    const { record } = await example(t, "event-source");
    const { request, tokens } = record;
    t.equal([request.origin, request.path.slice(0, 3)], [location.origin, "/s/"]);
    t.equal([request.dialect, request.model, tokens.estimated], ["openai-chat", "canned-1", false]);
  },

  async "the WebSocket example answers question after question on one connection"(t) {
    const { record, page } = await example(t, "web-socket");
    t.equal([record.request.dialect, record.request.origin], ["acme", location.origin.replace("http", "ws")]);
    page.querySelector("#record").textContent = "";
    page.querySelector("button").click();
    const second = JSON.parse(await t.until(() => page.querySelector("#record").textContent));
    t.equal([second.outcome, second.turn.seq], ["complete", 1]);
    t.ok(second.id !== record.id && second.turn.id !== record.turn.id, "a call and a question of its own");
  },

  async "an EventSource's named events are told with their names"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    // Replicate's, in which only the name tells text from anything else.
    const events = [...PIECES.map((text) => ["output", text]), ["done", "{}"]];
    const { url } = await scenario({
      headers: chat.headers,
      steps: events.map(([type, data]) => ({ after_ms: 20, text: `event: ${type}\ndata: ${data}\n\n` })),
    });
    const call = ttft.track({ url });
    const source = new EventSource(url);
    t.after(() => source.close());
    source.addEventListener("output", ({ data, type }) => {
      call.event(data, type);
      t.stage.append(data);
    });
    source.addEventListener("done", ({ data, type }) => {
      call.event(data, type);
      source.close();
      call.end();
    });
    const record = await only(t, records);
    checkAnswered(t, record);
    t.equal([record.id, record.request.dialect], [call.id, "replicate"]);
    t.equal([record.stream.chunks, record.stream.events], [events.length, events.length]);
  },

  async "a WebSocket's binary messages are read, and a Blob is told once with the fix"(t) {
    const errors = [];
    const ttft = await start(t, { errors, dialects: [ACME] });
    const records = collect(ttft);
    const call = ttft.track({ url: new URL("wss://example.com/chat/123?key=secret") });
    const encode = (value) => new TextEncoder().encode(JSON.stringify(value));
    await play(
      t,
      [...PIECES.map((token) => ({ kind: "part", payload: { token } })), { kind: "bye" }],
      (value) => {
        call.event(new Blob([encode(value)]));
        call.event(encode(value).buffer);
      },
      (value) => value.payload?.token ?? "",
    );
    call.end();
    const record = await only(t, records);
    checkAnswered(t, record);
    t.equal([record.request.origin, record.request.path, record.request.dialect], ["wss://example.com", "/chat/:id", "acme"]);
    t.equal(record.stream.events, PIECES.length + 1);
    await t.until(() => errors.length > 0);
    await ttft.flush();
    t.equal(errors.map(({ type }) => type), ["track"]);
    t.ok(errors[0].message.includes('socket.binaryType = "arraybuffer"'), errors[0].message);
  },

  async "what a library has parsed already is told as it is, and what JSON cannot hold harms nobody"(t) {
    const errors = [];
    const ttft = await start(t, { errors });
    const records = collect(ttft);
    const call = ttft.track({ url: "/socket.io", dialect: ACME });
    const circular = {};
    circular.self = circular;
    for (const wrong of [circular, undefined, 1n, Symbol("no"), () => {}]) call.event(wrong);
    await play(t, PIECES, (token) => call.event({ payload: { token } }));
    call.event({ kind: "bye" });
    call.end();
    checkAnswered(t, await only(t, records));
    await ttft.flush();
    t.equal(errors.map(({ type }) => type), ["track"]);
  },

  async "chunk takes a body as it comes, cut anywhere, by its type or by its beginning"(t) {
    const ttft = await start(t);
    const whole = PIECES.map(chat.text).join("") + chat.finish() + chat.done();
    const bytes = new TextEncoder().encode(whole);
    const cut = (data, size) => Array.from({ length: Math.ceil(data.length / size) }, (_, i) => data.slice(i * size, (i + 1) * size));
    for (const [options, pieces] of [
      [{}, cut(whole, 150)],
      [{ contentType: "text/event-stream" }, cut(bytes, 150)],
      [{}, cut(bytes, 150).map((piece) => piece.buffer)],
    ]) {
      const records = collect(ttft);
      const call = ttft.track({ url: "/native/bridge", ...options });
      let shown = 0;
      await play(t, pieces, (piece) => call.chunk(piece), () => PIECES[shown++] ?? "");
      call.end();
      const record = await only(t, records);
      t.equal([record.outcome, record.request.dialect], ["complete", "openai-chat"]);
      t.equal([record.stream.bytes, record.stream.chunks], [bytes.length, pieces.length]);
      t.stage.textContent = "";
    }
  },

  async "token takes text that is decoded already, whatever it looks like"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const call = ttft.track({ url: "/in-page/model" });
    await play(t, ['{"not": "json", ', ...PIECES, "}"], (piece) => call.token(piece));
    call.end();
    const record = await only(t, records);
    checkAnswered(t, record);
    t.equal([record.request.dialect, record.stream.events], ["plain-text", PIECES.length + 2]);
  },

  async "rendered, set and discard are there as for a call of fetch, and events tell its way"(t) {
    const ttft = await start(t);
    const seen = [];
    for (const event of ["first_token", "first_answer_paint", "record"]) ttft.on(event, ({ id }) => seen.push([event, id]));
    const records = collect(ttft);
    const gone = ttft.track({ url: "/in-page/model" });
    gone.token(TEXT);
    gone.discard();
    gone.end();
    const call = ttft.track({ url: "/in-page/model" });
    call.set({ model: "ours", labels: { canvas: "yes" } });
    const error = await t.rejects(async () => call.set({ modl: "typo" }));
    t.ok(error instanceof TypeError, "set refuses what it does not know");
    await pause(20);
    call.token(TEXT);
    t.stage.textContent = "▮▮▮";
    call.rendered();
    await pause(50);
    call.end();
    const { request, paint, labels } = await only(t, records);
    t.equal([request.model, paint.found, labels], ["ours", "app", { canvas: "yes" }]);
    t.equal(seen, ["first_token", "first_answer_paint", "record"].map((event) => [event, call.id]));
  },

  async "its end is its outcome: whole, cut short, failed or given up; later words count for nothing"(t) {
    const ttft = await start(t);
    const piece = JSON.parse(chat.text(TEXT).slice("data: ".length));
    const ends = [
      [["[DONE]"], undefined, "complete", undefined],
      [[], undefined, "truncated", undefined],
      [["[DONE]"], null, "complete", undefined],
      [[], new TypeError("secret"), "error", { stage: "stream", type: "TypeError" }],
      [[], new CloseEvent("close", { code: 1011, reason: "secret" }), "error", { stage: "stream", type: "1011" }],
      [[], new Event("error"), "error", { stage: "stream" }],
      [[], "secret", "error", { stage: "stream" }],
      [[], new DOMException("secret", "AbortError"), "aborted", undefined],
    ];
    for (const [events, why, outcome, error] of ends) {
      const records = collect(ttft);
      const call = ttft.track({ url: "/chat" });
      await play(t, [piece, ...events], (event) => call.event(event), () => TEXT);
      call.end(why);
      call.end(new Error("again"));
      call.event(piece);
      const record = await only(t, records);
      t.equal([record.outcome, record.error], [outcome, error], `of ${why}`);
      t.ok(!JSON.stringify(record).includes("secret"), "no message in the record");
      t.equal(record.stream.events, 1 + events.length);
      t.stage.textContent = "";
    }
  },

  async "a busy page is blamed for a message that it kept waiting, and nobody for not reading"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const id = await posted({
      steps: [{ text: chat.role() }, ...PIECES.map((text, at) => ({ after_ms: at ? 20 : 150, text: chat.text(text) })), { text: chat.done() }].map(
        ({ text, ...step }) => ({ ...step, text: text.slice("data: ".length).trim() }),
      ),
    });
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/${id}`);
    t.after(() => socket.close());
    await new Promise((resolve) => (socket.onopen = resolve));
    const call = ttft.track({ url: socket.url });
    socket.send("?");
    let words = 0;
    socket.onmessage = ({ data }) => {
      call.event(data);
      if (data === "[DONE]") return call.end();
      const { content } = JSON.parse(data).choices[0].delta;
      t.stage.append(content);
      // Behind the role comes a task in which the first words arrive.
      if (words++ === 0) {
        setTimeout(() => {
          for (const until = performance.now() + 400; performance.now() < until; );
        }, 20);
      }
    };
    const record = await only(t, records);
    t.note(`arrival ${JSON.stringify(record.arrival)} deliver ${record.segments.deliver}`);
    checkAnswered(t, record);
    t.equal(record.arrival.deliver_cause, "busy");
    t.ok(record.stream.chunks === PIECES.length + 2, "each message was told");
  },

  async "messages told before the module is there are decoded all the same"(t) {
    const ttft = await start(t, { lateWasm: 1500 });
    const records = collect(ttft);
    const call = ttft.track({ url: "/chat", dialect: ACME });
    await play(t, PIECES, (token) => call.event({ payload: { token } }));
    call.event({ kind: "bye" }, "message");
    call.end();
    const record = await only(t, records);
    checkAnswered(t, record);
    t.equal([record.id, record.flags], [call.id, undefined]);
  },

  async "panes and turns track as well"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const place = t.stage.appendChild(document.createElement("section"));
    place.id = "column";
    const turn = ttft.with({ target: "#column", labels: { pane: "left" } }).turn();
    for (const text of [TEXT, TEXT.toUpperCase()]) {
      const call = turn.track({ url: "/chat" });
      call.token(text);
      place.textContent = text;
      await pause(100);
      call.end();
    }
    turn.end();
    turn.track({ url: "/chat" }).end();
    await t.until(() => records.length === 3);
    // A record comes when nothing more is to be seen of its answer: not in the
    // order of the calls.
    records.sort((a, b) => a.t0 - b.t0);
    t.equal(records.map((record) => record.turn?.seq), [1, 2, undefined]);
    t.equal(records.map(({ labels }) => labels.pane), ["left", "left", "left"]);
    t.equal(records.map(({ outcome }) => outcome), ["complete", "complete", "no-output"]);
  },

  async "wrong options are refused with the fix, and after close all of it is inert"(t) {
    const ttft = await start(t);
    for (const [wrong, ...words] of [
      [undefined, "an object of options"],
      [{}, '"url"', "missing", "socket.url"],
      [{ url: "http://" }, '"url"', "socket.url"],
      [{ url: "/chat", dialect: "acme" }, '"dialect"', "payload/token"],
      [{ url: "/chat", dialect: { name: "acme" } }, "track dialect", '"answer"'],
      [{ url: "/chat", contentType: 1 }, '"contentType"', "application/x-ndjson"],
      [{ url: "/chat", label: "a" }, '"label"', "url, contentType, dialect"],
    ]) {
      const { name, message } = await t.rejects(async () => ttft.track(wrong));
      t.equal(name, "TypeError");
      for (const word of ["ttft track", ...words]) t.ok(message.includes(word), `${word} in: ${message}`);
    }
    const records = collect(ttft);
    await ttft.close();
    const call = ttft.track({ url: "/chat" });
    call.event(answer(PIECES));
    call.chunk("data: {}\n\n");
    call.token("a");
    call.rendered();
    call.end();
    call.discard();
    t.equal([call.id, records.length], ["", 0]);
  },
});

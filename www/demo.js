// The demo: a chat whose answers ttft measures.
//
//   question + switches → scenario.js → replay server → completion.js
//   → conversation.js (the page) ; ttft → record-view.js, history.js
//
// Tests and pictures drive it by `window.demo`.

import { init } from "/pkg/index.js";
import { SUGGESTIONS, answerTo } from "./answers.js";
import { complete as stream } from "./completion.js";
import { Conversation } from "./conversation.js";
import { element } from "./elements.js";
import { busyAt, readingLate, throttle } from "./handicaps.js";
import { History } from "./history.js";
import { RecordView } from "./record-view.js";
import { compose } from "./scenario.js";
import { GROUPS, SWITCHES, complete } from "./switches.js";

const byId = (id) => document.getElementById(id);
const collector = collectorAddress();
const ttft = init({ ...(collector && { endpoint: `${collector}/v1/beacon` }), route: "/demo", release: "demo" });

const conversation = new Conversation(byId("log"));
const view = new RecordView(byId("record"), byId("details"));
const history = new History(byId("history"), (record, before) => view.show(record, "record", before));
/** Id of a call → the run that it belongs to. */
const runs = new Map();
/** The newest run; it takes the next call that is not another's. */
let current;
/** Stops the stream that is coming. */
let running;

/** `ready` resolves when questions can be asked; the WebAssembly part may come
 * later. `records`: the final ones, in their order. */
const demo = { ask, records: [], ttft, ready: Promise.resolve() };

for (const event of ["first_token", "first_answer_paint", "record"]) {
  ttft.on(event, (record) => {
    if (!runs.has(record.id)) runs.set(record.id, current);
    runs.get(record.id)(event, record);
  });
}
ttft.on("error", ({ type, message }) => {
  notice(`ttft: ${type}: ${message}`);
  if (type === "wasm") for (const run of [...runs.values(), current]) run?.("none");
});

/**
 * Asks; resolves with the final record, also of an answer that failed or was
 * stopped. `wanted`: the switches that are on, such as `{ slowServer: true }`;
 * without it, those of the page.
 */
async function ask(question, wanted) {
  if (running) throw new Error("an answer is still coming; wait for it, or stop it");
  if (wanted) setSwitches(complete(wanted));
  const switches = currentSwitches();
  running = new AbortController();
  byId("ask").classList.add("running");
  byId("send").textContent = "Stop";
  const answer = conversation.ask(question);
  view.wait();
  let final;
  try {
    const { scenario, answerMs } = compose(answerTo(question), switches);
    const url = await post(scenario, running.signal);
    final = follow(switches);
    await show(answer, url, question, switches, answerMs, running.signal);
  } catch (error) {
    answer.fail(error.name === "AbortError" ? "Stopped." : `No answer: ${error.message}`);
  } finally {
    answer.end();
    running = undefined;
    byId("ask").classList.remove("running");
    byId("send").textContent = "Ask";
  }
  return final;
}

/** The part that an app has anyway: the stream, into the page. */
async function show(answer, url, question, switches, answerMs, signal) {
  const release = switches.slowPage ? busyAt(answerMs) : () => {};
  const ready = switches.readsLate ? readingLate(answerMs) : undefined;
  const text = switches.throttled ? throttle((held) => answer.write(held)) : answer;
  try {
    for await (const delta of stream(ttft.fetch, url, question, { signal, ready })) {
      if (delta.reasoning) answer.reason(delta.reasoning);
      if (delta.text) text.write(delta.text);
    }
  } finally {
    text.flush?.();
    release();
  }
}

/** The final record of the call that begins next. */
function follow(switches) {
  return new Promise((resolve) => {
    current = (event, record) => {
      if (event === "none") return resolve(undefined);
      // Drawing the panel before the answer is on screen would make it late.
      if (event === "first_token") return view.wait(record);
      view.show(record, event, history.newest);
      // A page that is hidden meanwhile gives one that is still open.
      if (event !== "record" || record.outcome === "open") return;
      history.add(record, switches);
      demo.records.push(record);
      resolve(record);
    };
  });
}

/** Gives the server the answer to play; not through ttft, so not measured. */
async function post(scenario, signal) {
  const response = await fetch("/scenarios", { method: "POST", body: JSON.stringify(scenario), signal });
  if (!response.ok) throw new Error(await response.text());
  const { url } = await response.json();
  return `${url}?run=demo-${crypto.randomUUID()}`;
}

function currentSwitches() {
  return Object.fromEntries(SWITCHES.map(({ id }) => [id, byId(id).checked]));
}

function setSwitches(switches) {
  for (const { id } of SWITCHES) byId(id).checked = switches[id];
}

function notice(text) {
  byId("notice").textContent = text;
  byId("notice").hidden = false;
}

/** From `?collector=`, else from the page's `<meta>`; undefined without. */
function collectorAddress() {
  const given = new URLSearchParams(location.search).get("collector") || document.querySelector('meta[name="collector"]')?.content;
  if (!given || !/^https?:\/\//.test(given)) return undefined;
  return new URL(given).origin;
}

function setUp() {
  byId("switches").replaceChildren(...Object.entries(GROUPS).map(([group, title]) =>
    element(`fieldset.${group}`, {},
      element("legend", {}, title),
      SWITCHES.filter((one) => one.group === group).flatMap(({ id, label, segment, effect, about }) => {
        const description = `${id}-about`;
        return [
          element("label.switch", { title: about },
            element("input", { type: "checkbox", id, role: "switch", "aria-describedby": description }),
            element("span.knob", { "aria-hidden": "true" }),
            element("span", {}, label),
            element("small", { "aria-hidden": "true" }, segment ? [element(`i.swatch.${segment}`), segment] : effect)),
          element("span.hidden", { id: description }, segment ? `${about} Moves ${segment}.` : about),
        ];
      }))));
  const reset = element("button.reset", { type: "button" }, "All off");
  reset.addEventListener("click", () => setSwitches(complete()));
  byId("switches").lastChild.append(reset);

  byId("suggestions").replaceChildren(...SUGGESTIONS.map((question) => {
    const chip = element("button", { type: "button" }, question);
    chip.addEventListener("click", () => submit(question));
    return element("li", {}, chip);
  }));

  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return running.abort();
    const input = byId("question");
    const question = input.value.trim();
    if (!question) return input.focus();
    input.value = "";
    submit(question);
  });

  if (collector) {
    byId("dashboard").href = collector;
    byId("dashboard").hidden = false;
  } else {
    notice("No collector is named, so records stay in this page. `cargo xtask demo` starts one.");
  }
}

function submit(question) {
  if (running) return;
  ask(question);
}

setUp();
window.demo = demo;

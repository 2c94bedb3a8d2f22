// The panel: one record, from the headline to its raw JSON.

import { element, ms, number, range } from "./elements.js";
import { SEGMENTS } from "./segments.js";
import { shares, waterfall } from "./waterfall.js";
import { arrivalMethod, paintMethod, reasons, sentence } from "./verdict.js";

const STATES = {
  first_answer_paint: "the network's part follows",
  record: "",
};

export class RecordView {
  #root;
  #details;
  #open = new Set();

  /** `details`: where what only some want to see goes. */
  constructor(root, details) {
    this.#root = root;
    this.#details = details;
    this.#root.replaceChildren(element("p.status"), legend());
  }

  /** A question was asked, or its first token came: what is shown is still
   * the answer before, and fades. */
  wait(record) {
    this.#root.dataset.state = "waiting";
    const status = this.#root.querySelector(".status");
    const first = record?.marks.first_token;
    if (status) status.textContent = first === undefined ? "Waiting for the first token" : `First token after ${ms(first)} ms`;
  }

  /** `ghost`: the record that it is compared with. */
  show(record, state, ghost) {
    this.#root.dataset.state = state;
    const parts = [
      headline(record, state),
      element("section.card", { "aria-label": "Waterfall" },
        element("h3", {}, "Where the time went", element("span.note", {},
          element("span", {}, element("i.swatch.bound"), "may be"), ghost && element("span", {}, element("i.ghost-key"), "the answer before"))),
        waterfall(record, ghost)),
      record.shares && element("section.card", { "aria-label": "Shares" },
        element("h3", {}, "Whose it was", element("span.note", {}, "at least – at most")), shares(record)),
    ];
    this.#root.replaceChildren(...parts.filter(Boolean));
    this.#details.replaceChildren(
      this.#fold("marks", "Marks", `${Object.keys(record.marks).length} moments`, marksTable(record)),
      this.#fold("stream", "Stream", streamSummary(record), facts(streamFacts(record))),
      this.#fold("evidence", "How it is known", record.flags?.join(", "), facts(evidence(record))),
      this.#fold("json", "Record", "as the collector gets it", element("pre", { tabIndex: 0 }, element("code", {}, JSON.stringify(record, null, 2)))),
    );
  }

  /** A `details` that stays open from one record to the next. */
  #fold(name, title, note, content) {
    const fold = element("details.card", { open: this.#open.has(name) },
      element("summary", {}, element("h3", {}, title), note && element("span.note", {}, note)), content);
    fold.addEventListener("toggle", () => {
      if (fold.open) this.#open.add(name);
      else this.#open.delete(name);
    });
    return fold;
  }
}

function headline(record, state) {
  const { marks, segments, paint, verdict } = record;
  const total = marks.first_answer_paint;
  const error = paint?.error_ms?.some((one) => Math.abs(one) >= 0.05) ? range([total + paint.error_ms[0], total, total + paint.error_ms[1]]) : "";
  const side = (party, name, about, interval) =>
    element(`div.side.${party}`, {},
      element("dt", {}, name),
      element("dd", {}, element("b", {}, interval ? ms(interval[1]) : "–"), interval ? " ms" : "",
        element("small", {}, interval ? range(interval) || "exact" : "", interval ? "" : "not known")),
      element("p", {}, about));
  return element("section.card.headline", { "aria-label": "Time until the answer was on screen" },
    element("p.status", {}, STATES[state]),
    element("h3", {}, "The answer was on screen after", element("code", {}, "first_answer_paint")),
    element("p.big", {}, element("b", {}, total === undefined ? "–" : ms(total)), element("span", {}, " ms"), error && element("small", {}, error)),
    element("dl.sides", {},
      side("backend", "backend", "request to arrival", segments.backend),
      side("frontend", "frontend", "arrival to paint", segments.frontend)),
    element(`p.verdict.${total === undefined ? "none" : (verdict ?? "unclear")}`, {}, sentence(record)),
    ...reasons(record).map((reason) => element("p.because", {}, reason)));
}

function marksTable({ marks }) {
  const rows = Object.entries(marks).sort(([, a], [, b]) => a - b);
  return element("table.marks", {},
    element("caption.hidden", {}, "Marks, in milliseconds from the request"),
    element("tbody", {}, rows.map(([name, at], index) =>
      element("tr", {},
        element("th", { scope: "row" }, element("code", {}, name)),
        element("td.amount", {}, element("b", {}, ms(at))),
        element("td.step", {}, index > 0 ? `+${ms(at - rows[index - 1][1])}` : "")))));
}

function streamSummary({ stream, tokens, marks }) {
  const rate = tokensPerSecond(tokens, marks);
  if (rate !== undefined) return `${number(rate)} tokens/s`;
  return stream ? `${stream.events} events` : "";
}

function tokensPerSecond(tokens, { first_token: first, last_token: last }) {
  // Between n tokens there are n − 1 gaps.
  return tokens?.output > 1 && last > first ? ((tokens.output - 1) / (last - first)) * 1000 : undefined;
}

function streamFacts({ stream = {}, tokens, marks, main_thread: mainThread }) {
  const rate = tokensPerSecond(tokens, marks);
  const spread = (value) => value && `${ms(value.p50)} / ${ms(value.p95)} / ${ms(value.max)} ms`;
  const causes = { "main-thread": "main thread busy", app: "the app held it back" };
  return [
    ["tokens out", tokens?.output !== undefined && `${tokens.output}${tokens.reasoning ? `, ${tokens.reasoning} of them reasoning` : ""}${tokens.estimated ? ", estimated" : ""}`],
    ["tokens per second", rate !== undefined && number(rate)],
    ["gaps, p50 / p95 / max", spread(stream.gap_ms)],
    ["lag to the screen, p50 / p95 / max", spread(stream.lag_ms)],
    ["longest freeze", stream.freeze_ms !== undefined && `${ms(stream.freeze_ms)} ms${stream.freeze_cause ? `, ${causes[stream.freeze_cause]}` : ""}`],
    ["chunks, events", stream.chunks !== undefined && `${stream.chunks}, ${stream.events}, ${stream.coalesced} of them coalesced`],
    ["burst", stream.burst !== undefined && String(stream.burst)],
    ["bytes", stream.bytes],
    ["main thread busy", mainThread && `${ms(mainThread.busy_ms)} ms before the paint`],
  ];
}

function evidence(record) {
  const { paint, page, request, flags, network_missing: missing, server, outcome } = record;
  const found = { text: "by its text", target: "by the target", app: "by the app's word", none: "not found" };
  return [
    ["arrival", arrivalMethod(record)],
    ["paint", paintMethod(record)],
    ["answer in the page", paint && `${found[paint.found]}${paint.on_screen === false ? ", outside of the viewport" : ""}`],
    ["the server says", server && Object.entries(server).filter(([key]) => key !== "source").map(([key, value]) => `${key} ${ms(value)}`).join(", ")],
    ["network parts missing", missing],
    ["flags", flags?.length > 0 && flags.join(", ")],
    ["outcome", outcome],
    ["stream", [request.dialect, request.model, request.protocol].filter(Boolean).join(", ")],
    ["browser", [page.engine, `clock step ${page.resolution_ms} ms`].filter(Boolean).join(", ")],
  ];
}

function facts(rows) {
  return element("dl.facts", {}, rows
    .filter(([, value]) => value !== undefined && value !== false && value !== "" && value !== null)
    .map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))));
}

/** Before the first answer: what the panel will show. */
function legend() {
  const parties = { network: "network", either: "network or server", server: "server", page: "page" };
  return element("section.card.legend", { "aria-label": "What will be shown" },
    element("h3", {}, "Ask something"),
    element("p", {}, "The time until its answer is on screen appears here, split among seven segments:"),
    element("dl", {}, SEGMENTS.map(({ name, party, about }) =>
      element("div", {},
        element("dt", {}, element(`i.swatch.${name}`), name),
        element("dd", {}, about, element("small", {}, parties[party]))))),
    element("p", {}, element("i.swatch.bound"), "Solid is certain. Where a boundary is not known exactly, the hatching shows where it may lie."));
}

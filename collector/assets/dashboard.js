// The list: asks for the newest records every other second, and touches only
// what changed, so that neither selection nor scroll position is ever lost.

import { count, element, idIn, ms, setVariables, time } from "./dom.js";
import { detail } from "./detail.js";
import { reach, scale, timeline } from "./pieces.js";
import { axis, bar } from "./waterfall.js";

const POLL_MS = 2000;
const LIMIT = 200;

const byId = (id) => document.getElementById(id);
const rows = byId("rows");

/** By record id: `{ kept, line, reach, row, text }`. */
const entries = new Map();
let selected = idIn(location.hash);
let shown = "";
let etag = "";
let paused = false;
let known = false;

// --- rows

function makeRow(id) {
  const row = element("div", { role: "option", className: "row", id: `r-${id}` });
  row.onclick = () => select(id === selected ? "" : id);
  return row;
}

function fill(entry) {
  const { at, record } = entry.kept;
  const { marks = {}, request = {}, page = {} } = record;
  const failed = record.error?.status ?? record.error?.type ?? "";
  const flags = record.flags ?? [];
  // A flag is worth more than the word "complete".
  const outcome = record.outcome === "complete" && flags.length > 0 ? flags.join(" ") : `${record.outcome} ${failed}`.trim();
  entry.row.replaceChildren(
    element("span", { className: "time", textContent: time(at), title: new Date(at).toISOString() }),
    element("span", { className: "route", title: `${page.route ?? ""}\n${request.origin ?? ""}${request.path ?? ""}`.trim() },
      element("bdi", { textContent: page.route ?? request.path ?? "" }),
      page.route ? element("bdi", { className: "path", textContent: request.path ?? "" }) : null),
    element("span", { className: "model", textContent: request.model ?? "" }),
    element("span", { className: `verdict ${record.verdict ?? ""}`, textContent: record.verdict ?? "" }),
    element("span", { className: `outcome ${record.outcome}`, textContent: outcome, title: [record.outcome, failed, ...flags].join(" ").trim() }),
    element("span", { className: "number dim", textContent: marks.first_token === undefined ? "–" : ms(marks.first_token) }),
    element("span", { className: "number headline", textContent: entry.line.paint === undefined ? "–" : ms(entry.line.paint) }),
    bar(entry.line),
  );
  // For one bar alone: its own length with a little air.
  entry.row.lastChild.style.setProperty("--own", String(Math.max(entry.reach * 1.02, 1)));
  entry.text = [page.route, request.origin, request.path, request.model, request.provider, request.dialect, page.engine,
    page.release, record.verdict, record.outcome, failed, record.network_missing, ...flags,
    ...Object.entries(record.labels ?? {}).flat()].join("\n").toLowerCase();
}

function take(records) {
  const first = entries.size === 0;
  const now = new Set();
  for (const kept of records) {
    const id = String(kept.record.id);
    now.add(id);
    const entry = entries.get(id) ?? { row: makeRow(id) };
    if (entry.kept?.received === kept.received && entry.kept.record.rev === kept.record.rev) continue;
    const fresh = !entry.kept;
    entry.kept = kept;
    entry.line = timeline(kept.record);
    entry.reach = reach(entry.line);
    fill(entry);
    if (fresh && !first) entry.row.classList.add("fresh");
    entries.set(id, entry);
  }
  for (const [id, entry] of entries) {
    // The one being read stays, however many come after it.
    if (!now.has(id) && id !== selected) {
      entry.row.remove();
      entries.delete(id);
    }
  }
  known = true;
  arrange();
}

/** Newest request first; moves a row only if it is not where it belongs. */
function arrange() {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const visible = [...entries.values()]
    .filter((entry) => words.every((word) => entry.text.includes(word)))
    .sort((a, b) => b.kept.at - a.kept.at);
  const wanted = new Set(visible.map((entry) => entry.row));
  for (const row of [...rows.children]) if (!wanted.has(row)) row.remove();
  visible.forEach((entry, index) => {
    if (rows.children[index] !== entry.row) rows.insertBefore(entry.row, rows.children[index] ?? null);
  });

  const scaled = scale(visible.map((entry) => entry.reach));
  setVariables(byId("list"), { max: scaled.max, tick: scaled.tick });
  axis(byId("axis"), scaled);
  for (const entry of visible) entry.row.classList.toggle("over", entry.reach > scaled.max);

  byId("empty").hidden = !known || entries.size > 0;
  byId("nothing").hidden = entries.size === 0 || visible.length > 0;
  byId("list").classList.toggle("vacant", entries.size === 0);
  summarise(visible);
  select(selected);
}

// --- above the rows

function summarise(visible) {
  const paints = visible.map((entry) => entry.line.paint).filter((paint) => paint !== undefined).sort((a, b) => a - b);
  const summary = byId("summary");
  if (paints.length === 0) return summary.replaceChildren();
  // Nearest rank: a number that was measured, also of few.
  const quantile = (q) => ms(paints[Math.max(0, Math.ceil(q * paints.length) - 1)]);
  const parts = [element("span", { className: "dim", textContent: `answer on screen, newest ${count(paints.length)}` })];
  for (const [name, q] of [["p50", 0.5], ["p75", 0.75], ["p95", 0.95]]) {
    parts.push(element("span", {}, element("small", { textContent: name }), element("b", { textContent: quantile(q) }), element("small", { textContent: "ms" })));
  }
  const verdicts = ["server", "network", "page", "unclear"]
    .map((name) => [name, visible.filter((entry) => entry.kept.record.verdict === name).length])
    .filter(([, number]) => number > 0);
  parts.push(element("span", { className: "verdicts" },
    verdicts.map(([name, number]) => element("span", { className: `verdict ${name}`, textContent: `${name} ${count(number)}` }))));
  summary.replaceChildren(...parts);
}

function intake(health) {
  const sum = (counts) => Object.values(counts).reduce((total, number) => total + number, 0);
  const reasons = (counts) => Object.entries(counts).map(([reason, number]) => `${reason} ${count(number)}`).join(", ");
  const { records, beacons, pages } = health;
  const rejected = sum(records.rejected);
  const parts = [
    `since ${time(health.since)}: received ${count(records.received)} = stored ${count(records.stored)} + duplicate ${count(records.duplicate)} + replaced ${count(records.replaced)} + `,
    element("span", {
      className: rejected ? "bad" : "",
      textContent: `rejected ${count(rejected)}${rejected ? ` (${reasons(records.rejected)})` : ""}`,
    }),
    ` · kept ${count(health.held)}`,
  ];
  if (sum(beacons.refused)) parts.push(element("span", { className: "bad", textContent: ` · beacons refused: ${reasons(beacons.refused)}` }));
  if (pages.dropped) parts.push(element("span", { className: "bad", textContent: ` · dropped by pages ${count(pages.dropped)}` }));
  if (pages.unrecognised) parts.push(` · streams not recognised ${count(pages.unrecognised)}`);
  const last = [health.last_rejected, health.last_refused].filter(Boolean).sort((a, b) => b.received - a.received)[0];
  if (last) parts.push(element("span", { className: "why", textContent: ` · last, ${time(last.received)}: ${last.why}` }));
  byId("intake").title = last?.why ?? "";
  byId("intake").replaceChildren(...parts);
  for (const node of document.querySelectorAll(".endpoint")) node.textContent = location.origin + health.beacon_path;
}

// --- selection

function select(id) {
  const entry = entries.get(id);
  for (const row of rows.querySelectorAll("[aria-selected=true]")) if (row !== entry?.row) row.setAttribute("aria-selected", "false");
  // Not forgotten while it has not been loaded yet.
  selected = entry || !known ? id : "";
  const panel = byId("detail");
  panel.hidden = !entry;
  document.body.classList.toggle("with-detail", Boolean(entry));
  if (!entry) {
    shown = "";
    panel.replaceChildren();
    rows.removeAttribute("aria-activedescendant");
    if (known) history.replaceState(null, "", location.pathname);
    return;
  }
  entry.row.setAttribute("aria-selected", "true");
  rows.setAttribute("aria-activedescendant", entry.row.id);
  const version = `${id} ${entry.kept.record.rev} ${entry.kept.received}`;
  if (version === shown) return;
  const sameRecord = shown.startsWith(`${id} `);
  shown = version;
  const { scrollTop } = panel;
  panel.replaceChildren(...detail(entry.kept, () => select("")).filter(Boolean));
  panel.scrollTop = sameRecord ? scrollTop : 0;
  history.replaceState(null, "", `#${encodeURIComponent(id)}`);
}

function step(by) {
  const all = [...rows.children];
  const index = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = all[index < 0 ? 0 : Math.min(Math.max(index + by, 0), all.length - 1)];
  if (!next) return;
  select(next.id.slice(2));
  next.scrollIntoView({ block: "nearest" });
}

// --- polling

async function poll() {
  const link = byId("link");
  try {
    const [records, health] = await Promise.all([fetch(`/api/records?limit=${LIMIT}`), fetch("/api/health")]);
    if (!records.ok || !health.ok) throw new Error(`status ${records.ok ? health.status : records.status}`);
    // The browser revalidates; an unchanged list keeps its tag.
    const tag = records.headers.get("etag");
    if (!tag || tag !== etag) take((await records.json()).records);
    etag = tag;
    intake(await health.json());
    link.textContent = "live";
    link.className = "live";
  } catch (error) {
    link.textContent = `no answer from the collector (${error.message}), trying again`;
    link.className = "lost";
  }
}

async function loop() {
  for (;;) {
    if (!paused && document.visibilityState === "visible") await poll();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

byId("pause").onclick = ({ currentTarget }) => {
  paused = !paused;
  currentTarget.setAttribute("aria-pressed", String(paused));
  currentTarget.textContent = paused ? "Resume" : "Pause";
  byId("link").textContent = paused ? "paused" : "…";
  byId("link").className = paused ? "paused" : "";
  if (!paused) poll();
};
byId("filter").oninput = arrange;
byId("fit").onchange = ({ currentTarget }) => byId("list").classList.toggle("fit", currentTarget.checked);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !paused) poll();
});
document.addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const action = { ArrowDown: () => step(1), j: () => step(1), ArrowUp: () => step(-1), k: () => step(-1), Escape: () => select(""), "/": () => byId("filter").focus() }[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
for (const node of document.querySelectorAll(".origin")) node.textContent = location.origin;
for (const node of document.querySelectorAll(".endpoint")) node.textContent = `${location.origin}/v1/beacon`;
loop();

// The verdict in plain sentences.

import { ms, range } from "./elements.js";

const WHO = { server: "The server", network: "The network", page: "The page" };

/** One sentence: who took how much, or why nobody can be named. */
export function sentence(record) {
  const { marks, shares, verdict, outcome } = record;
  const total = marks.first_answer_paint;
  if (total === undefined) return withoutPaint(record);
  if (verdict === undefined) return "The clock stood still meanwhile, as in a machine that slept: nobody is named.";
  if (verdict === "unclear") {
    const [first, second] = Object.entries(shares).sort(([, a], [, b]) => b[2] - a[2]);
    return `Too close to call: of ${ms(total)} ms ${lower(first[0])} took ${between(first[1])}, ${lower(second[0])} ${between(second[1])}.`;
  }
  const share = shares[verdict];
  const most = share[0] > total / 2 ? "most of it" : "the largest part";
  const bounds = range(share) && ` (${range(share)})`;
  const suffix = { aborted: " It was stopped later.", truncated: " The stream broke off later.", error: " The stream failed later." }[outcome] ?? "";
  return `${WHO[verdict]} took ${most}: ${ms(share[1])} ms of ${ms(total)} ms${bounds}.${suffix}`;
}

function withoutPaint({ outcome, flags = [], marks, error, paint }) {
  if (flags.includes("hidden")) return "The page was hidden when the answer came, so nothing is said about the page.";
  if (outcome === "error") return `The call failed${error?.status ? ` with status ${error.status}` : ""} before the answer was on screen.`;
  if (outcome === "aborted") return `Stopped after ${ms(marks.end)} ms, before the answer was on screen.`;
  if (outcome === "no-output") return "The stream ended without any output.";
  if (paint?.found === "none") return "The answer was read, but never found in the page.";
  if (outcome === "open") return "The answer is not on screen yet.";
  return "The answer is in the page, but its paint was not seen.";
}

/** What is behind it, and what would make it more certain: sentences. */
export function reasons(record) {
  const { segments, arrival, flags = [], main_thread: mainThread } = record;
  const found = [];
  const [, deliver] = segments.deliver ?? [0, 0];
  if (arrival?.deliver_cause === "busy" && deliver > 5) {
    const script = mainThread?.scripts?.[0];
    const by = script ? `, most of it with ${[script.function, script.source && `in ${script.source}`].filter(Boolean).join(" ")}` : "";
    found.push(`The answer lay waiting while the main thread was busy${by}.`);
  }
  if (arrival?.deliver_cause === "not-reading") found.push("The answer had arrived, but the app had not asked for it yet.");
  if (segments.app > 100) found.push(`The app had the text and held it back for ${ms(segments.app)} ms.`);
  if (segments.reason?.[1] > 100) found.push(`${ms(segments.reason[1])} ms went into reasoning before the first word of the answer.`);
  if (flags.includes("held")) found.push("The server had written the answer long before it came: something between held it back.");
  if (record.verdict === "unclear" && arrival?.method !== "server-clock") {
    found.push("Stamps in the stream would narrow this: switch them on and ask again.");
  }
  return found;
}

/** How the arrival was found, for people. */
export function arrivalMethod({ arrival }) {
  if (!arrival) return undefined;
  const anchors = { headers: "the headers", "min-read": "the earliest read", "response-end": "the end of the response" };
  const methods = {
    "server-clock": `the server's stamp${arrival.anchor ? `, tied to ${anchors[arrival.anchor]}` : ""}`,
    "long-task": "somewhere in a long task",
    tick: "somewhere in a gap of the timer",
    "not-reading": "somewhere before the app asked",
    read: "the read itself; no evidence of a delay",
  };
  return methods[arrival.method] ?? arrival.method;
}

/** How the paint was found, for people. */
export function paintMethod({ paint }) {
  if (!paint) return undefined;
  const method = { "element-timing": "Element Timing of that frame", frame: "the task after the frame, an estimate" }[paint.method];
  const error = paint.error_ms && `, wrong by ${paint.error_ms.map(signed).join(" to ")} ms`;
  return method ? `${method}${error ?? ""}` : "not painted";
}

const signed = (value) => (value > 0 ? `+${value}` : String(value)).replace("-", "−");
const lower = (party) => WHO[party].toLowerCase();
const between = (share) => (range(share) ? `${range(share)} ms` : `${ms(share[1])} ms`);

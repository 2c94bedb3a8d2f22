// From an answer and the switches to what the replay server plays: a stream of
// OpenAI chat completion chunks, as replay/README.md describes scenarios.

const HEADERS_MS = 40;
/** From the headers to the first token: queue and prefill. */
const PREFILL_MS = 220;
const SLOW_SERVER_MS = 1000;
const PER_TOKEN_MS = 25;
/** By how much a step of the server's timetable is late: its timers have a
 * resolution of 1 ms and are never early. */
const LATE_MS = 1.5;
/** How much longer a proxy keeps what it has. */
const HELD_MS = 700;

/**
 * `{ scenario, answerMs }`: what to play, and when the answer's first word
 * leaves the server, in ms from the request.
 */
export function compose({ reasoning, text }, switches) {
  const step = (afterMs, label, event) => ({
    after_ms: afterMs,
    label,
    ...(switches.stamps && { stamp: true }),
    text: `data: ${event === DONE ? DONE : JSON.stringify(event)}\n\n`,
  });
  const thought = switches.reasoningFirst ? words(reasoning) : [];
  const answer = words(text);

  let wait = PREFILL_MS + (switches.slowServer ? SLOW_SERVER_MS : 0);
  let answerAfter = wait + thought.length * (PER_TOKEN_MS + LATE_MS);
  const steps = [];
  // The first stamp is the zero of the others, and leaves with the headers.
  if (switches.stamps) steps.push({ stamp: true, label: "stamp" });
  steps.push({ label: "role", text: `data: ${JSON.stringify(chunk({ role: "assistant", content: "" }))}\n\n` });
  for (const [label, key, pieces] of [["reasoning", "reasoning_content", thought], ["token", "content", answer]]) {
    for (const piece of pieces) {
      steps.push(step(wait, label, chunk({ [key]: piece })));
      wait = PER_TOKEN_MS;
    }
  }
  steps.push(step(0, "finish", chunk({}, "stop")));
  steps.push(step(0, "usage", usage(thought.length, answer.length)));
  steps.push(step(0, "done", DONE));

  const held = answerAfter + HELD_MS;
  if (switches.heldBody) answerAfter = held;
  return {
    answerMs: HEADERS_MS + answerAfter,
    scenario: {
      about: "Composed by the demo.",
      headers: { "content-type": "text/event-stream; charset=utf-8" },
      headers_after_ms: HEADERS_MS,
      server_timing: switches.serverTiming,
      ...(switches.heldBody && { hold_ms: held }),
      steps,
    },
  };
}

const DONE = "[DONE]";
const FRAME = { id: "chatcmpl-demo", object: "chat.completion.chunk", created: 1795000000, model: "canned-1" };

const chunk = (delta, finish = null) => ({ ...FRAME, choices: [{ index: 0, delta, finish_reason: finish }] });

const usage = (thought, answered) => ({
  ...FRAME,
  choices: [],
  usage: {
    prompt_tokens: 12,
    completion_tokens: thought + answered,
    total_tokens: 12 + thought + answered,
    completion_tokens_details: { reasoning_tokens: thought },
  },
});

/** Word by word, each with the space before it, as tokens come. */
const words = (text) => text.match(/\s*\S+/g) ?? [];

// Ways to show an answer, and the moment at which one is shown.

import { answer } from "./chat.mjs";
import { deltas } from "./chat-app.mjs";
import { recordOf, start } from "./measured.mjs";
import { scenario } from "./scenario.mjs";

export const TEXT = "The quick brown fox jumps over the lazy dog and then it sleeps until the morning";
export const PIECES = TEXT.split(/(?<= )/);

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An element in the case's stage. */
export function put(t, html = "", parent = t.stage) {
  const element = document.createElement("div");
  element.innerHTML = html;
  parent.append(element);
  return element;
}

/**
 * Asks for an answer and gives each piece to `render(text, delta)`; resolves
 * with the record.
 */
export async function stream(t, ttft, render, { definition = answer(PIECES), fetch = ttft.fetch, onResponse } = {}) {
  const { url } = await scenario(definition);
  const response = await fetch(url, { method: "POST", body: "{}" });
  const finished = recordOf(t, ttft, response);
  onResponse?.(ttft.of(response));
  let text = "";
  for await (const delta of deltas(response)) render((text += delta), delta);
  return finished;
}

/**
 * Wraps the task in which a renderer first shows the answer. `check` asserts
 * that the record's commit is in that task or right after it, in a microtask.
 */
export function moment() {
  let from, to;
  return {
    during(show) {
      if (from !== undefined) return show();
      from = performance.now();
      show();
      // Behind the mutation observer's microtask.
      queueMicrotask(() => queueMicrotask(() => (to = performance.now())));
    },
    check(t, { t0, page, marks, paint }, found = "text") {
      t.equal(paint.found, found);
      t.inOrder({
        "before showing": from - t0,
        first_answer_commit: marks.first_answer_commit,
        "after showing": to - t0,
      }, page.resolution_ms);
      t.inOrder({
        first_answer_token: marks.first_answer_token,
        first_answer_commit: marks.first_answer_commit,
        first_answer_paint: marks.first_answer_paint,
      });
    },
  };
}

/** A case in which the first call of `renderer(t)(text, delta)` shows the answer. */
export const shows = (renderer) => async (t) => {
  const ttft = await start(t);
  const shown = moment();
  const render = await renderer(t);
  const record = await stream(t, ttft, (...args) => shown.during(() => render(...args)));
  shown.check(t, record);
};

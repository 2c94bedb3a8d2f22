// What the examples have in common: a question, its answer and the record of
// it. The replay server stands for the one that answers.

import { init } from "/pkg/index.js";
import { answerTo } from "../answers.js";

/** `?collector=` in the address is where records go. */
const collector = new URLSearchParams(location.search).get("collector");

/**
 * `prepare(text)` resolves with `ask(lane, question, element)`. Tests drive
 * the page by `window.example`.
 */
export async function run(prepare) {
  const ttft = init({ ...(collector && { endpoint: `${collector}/v1/beacon` }), route: location.pathname });
  const [form, answer, record] = ["ask", "answer", "record"].map((id) => document.getElementById(id));
  ttft.on("record", (latest) => {
    record.textContent = JSON.stringify(latest, null, 2);
  });
  const [text] = answerTo(form.elements.question.value).text.split("\n");
  const ask = await prepare(text);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // The wait begins with the person's act, not with the request.
    const turn = ttft.turn(event);
    answer.textContent = "";
    try {
      await ask(turn, form.elements.question.value, answer);
    } catch (error) {
      answer.append(` (${error.message})`);
    }
    turn.end();
  });
  form.elements.send.disabled = false;
  window.example = { ttft, text };
}

/** Gives the replay server an answer to play; resolves with its path. */
export async function play(scenario) {
  const response = await fetch("/scenarios", { method: "POST", body: JSON.stringify(scenario) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).id;
}

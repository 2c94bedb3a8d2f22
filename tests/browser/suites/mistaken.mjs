// What stood there before the answer, looks like it or is another's is not taken for
// it.

import { answer, chat } from "../lib/chat.mjs";
import { parts } from "../lib/chat-app.mjs";
import { recordOf, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { PIECES, TEXT, moment, put, shows, stream } from "../lib/showing.mjs";
import { suite } from "../lib/suite.mjs";

suite("mistaken", { seconds: 30 }, {
  "a placeholder in the same node is not the answer": shows((t) => {
    const place = put(t, "Thinking…");
    return (text) => (place.firstChild.data = text);
  }),

  "a placeholder that is replaced is not the answer": shows((t) => {
    const place = put(t, "<i>Thinking…</i>");
    return (text) => place.replaceChildren(text);
  }),

  async "before the module is there, a placeholder that the answer replaces is not the answer"(t) {
    const list = ["1", ". **The", "** quick brown fox jumps over", " the lazy dog and then it sleeps"];
    const renderers = {
      "innerHTML set anew": [PIECES, (place, text) => (place.innerHTML = `<p>${text}</p>`)],
      "an element that grows": [PIECES, (place, text, first) => {
        if (first) place.replaceChildren(document.createElement("p"));
        place.firstChild.textContent = text;
      }],
      // The first piece is shown as it is, and begins in another way later.
      "a list": [list, (place, text, first) => {
        place.innerHTML = first ? `<p>${text}</p>` : `<ol><li>${text.slice(2).replaceAll("**", "")}</li></ol>`;
      }],
    };
    for (const [name, [pieces, render]] of Object.entries(renderers)) {
      const ttft = await start(t, { lateWasm: 1500 });
      const place = put(t);
      const { url } = await scenario(answer(pieces, { first_ms: 150, after_ms: 60 }));
      const response = await ttft.fetch(url, { method: "POST", body: "{}" });
      const finished = recordOf(t, ttft, response);
      const shown = moment();
      let text = "";
      for await (const { content } of parts(response)) {
        if (content) shown.during(() => render(place, text + content, !text));
        if (content && !text) t.equal(ttft.last()?.id, undefined, "nothing can be told yet");
        // The watch runs from the first read on.
        if (!content && !text) place.innerHTML = "<p>Thinking…</p>";
        text += content ?? "";
      }
      const { id } = ttft.of(response);
      const record = await finished;
      t.equal(record.id, id, name);
      t.note(`${name}: found by ${record.paint.found}, at ${record.marks.first_answer_commit}`);
      shown.check(t, record);
      await ttft.close();
    }
  },

  async "a text that appeared before the answer came is not the answer, even if it is the same"(t) {
    const ttft = await start(t);
    const shown = moment();
    put(t, TEXT);
    const place = put(t);
    const record = await stream(t, ttft, (text) => shown.during(() => (place.textContent = text)), {
      definition: answer(PIECES, { first_ms: 60 }),
      onResponse: () => put(t, TEXT),
    });
    shown.check(t, record);
  },

  async "a text that is taken out in the task that put it in was not shown"(t) {
    const ttft = await start(t);
    const shown = moment();
    const place = put(t);
    let pieces = 0;
    const record = await stream(t, ttft, (text) => {
      if (++pieces > 9) return shown.during(() => (place.textContent = text));
      const row = place.appendChild(document.createElement("p"));
      row.textContent = text;
      row.remove();
    });
    shown.check(t, record);
  },

  async "a number or a word behind a label is no short answer"(t) {
    const ttft = await start(t);
    // Behind labels only letters are looked for, and only once the module is there:
    // the first answer may come before it.
    for (const short of ["4", "Yes"]) {
      const place = put(t);
      const shown = moment();
      const record = await stream(t, ttft, (text) => {
        put(t, `Cached: ${text}`);
        setTimeout(() => shown.during(() => (place.textContent = text)), 60);
      }, { definition: answer([short]) });
      shown.check(t, record);
    }
  },

  async "reasoning that the app displays is the first text, and not the answer"(t) {
    const ttft = await start(t);
    const thoughts = "Let me think about what such a fox would do in the evening".split(/(?<= )/);
    const definition = answer(PIECES, { first_ms: 60 });
    definition.steps.splice(1, 0, ...thoughts.map((text) => ({ after_ms: 20, text: chat.reasoning(text) })));
    const place = put(t);
    const details = put(t);
    const { url } = await scenario(definition);
    const run = async (display) => {
      place.textContent = details.textContent = "";
      const response = await ttft.fetch(url, { method: "POST", body: "{}" });
      const finished = recordOf(t, ttft, response);
      let [thought, text] = ["", ""];
      for await (const { reasoning_content = "", content = "" } of parts(response)) {
        thought += reasoning_content;
        text += content;
        if (display && thought) details.textContent = thought;
        if (text) place.textContent = text;
      }
      return finished;
    };
    const { marks: displayed } = await run(true);
    t.inOrder({
      first_token: displayed.first_token,
      first_text_commit: displayed.first_text_commit,
      first_text_paint: displayed.first_text_paint,
      first_answer_token: displayed.first_answer_token,
      first_answer_commit: displayed.first_answer_commit,
      first_answer_paint: displayed.first_answer_paint,
    });
    const { marks: kept } = await run(false);
    t.equal(kept.first_text_commit, kept.first_answer_commit);
    t.inOrder({ token: kept.first_answer_token, commit: kept.first_answer_commit });
  },

  async "an answer that comes instead of the reasoning is found"(t) {
    const ttft = await start(t);
    // One that begins as the answer does, and one that does not.
    for (const thought of ["The user asks for a fox that jumps over a dog. ", "Let me think about such a fox. "]) {
      const place = put(t);
      const shown = moment();
      const definition = answer(PIECES, { first_ms: 60 });
      const thoughts = thought.split(/(?<= )/);
      definition.steps.splice(1, 0, ...thoughts.map((text) => ({ after_ms: 20, text: chat.reasoning(text) })));
      const { url } = await scenario(definition);
      const response = await ttft.fetch(url, { method: "POST", body: "{}" });
      const finished = recordOf(t, ttft, response);
      let [reasoning, text] = ["", ""];
      for await (const { reasoning_content = "", content = "" } of parts(response)) {
        reasoning += reasoning_content;
        text += content;
        if (text) shown.during(() => (place.innerHTML = `<p>${text}</p>`));
        else if (reasoning) place.innerHTML = `<em>${reasoning}</em>`;
      }
      shown.check(t, await finished);
    }
  },

  async "two streams at once each have their own paint"(t) {
    const ttft = await start(t);
    const other = "A completely different answer that shares no word with the first, as it happens";
    const answers = [TEXT, other].map(async (text) => {
      const shown = moment();
      const place = put(t);
      const record = await stream(t, ttft, (soFar) => shown.during(() => (place.textContent = soFar)), {
        definition: answer(text.split(/(?<= )/), { first_ms: text === other ? 40 : 0 }),
      });
      shown.check(t, record);
      return record;
    });
    const [a, b] = await Promise.all(answers);
    t.ok(a.id !== b.id, "two records");
  },

  async "two streams of the same words get no paint, unless each has its target"(t) {
    const ttft = await start(t);
    const both = (panes) => {
      // What is shown before the other answer was read can only be one's own.
      const read = new Set();
      return Promise.all(
        panes.map(({ place, fetch }) =>
          stream(
            t,
            ttft,
            (text) => {
              read.add(place);
              if (read.size === panes.length) place.textContent = text;
            },
            { fetch },
          ),
        ),
      );
    };
    const places = [put(t), put(t)];
    for (const record of await both(places.map((place) => ({ place })))) {
      t.equal(record.paint.found, "none");
      t.equal(record.marks.first_answer_paint, undefined);
    }
    const panes = [put(t), put(t)].map((place) => ({ place, fetch: ttft.with({ target: place }).fetch }));
    for (const record of await both(panes)) {
      t.equal(record.paint.found, "text");
      t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
    }
  },
});

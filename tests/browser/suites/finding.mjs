// The answer is found in the page however an app renders it, at the moment it
// entered the DOM, and nothing else is taken for it.

import { answer, chat } from "../lib/chat.mjs";
import { parts } from "../lib/chat-app.mjs";
import { recordOf, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { PIECES, TEXT, moment, put, stream, wait } from "../lib/showing.mjs";
import { suite } from "../lib/suite.mjs";

/** A case in which the first call of `renderer(t)(text, delta)` shows the answer. */
const shows = (renderer) => async (t) => {
  const ttft = await start(t);
  const shown = moment();
  const render = await renderer(t);
  const record = await stream(t, ttft, (...args) => shown.during(() => render(...args)));
  shown.check(t, record);
};

suite("finding", { seconds: 30 }, {
  "a text node that grows is found": shows((t) => {
    const node = put(t).appendChild(new Text());
    return (_, delta) => node.appendData(delta);
  }),

  "a placeholder in the same node is not the answer": shows((t) => {
    const place = put(t, "Thinking…");
    return (text) => (place.firstChild.data = text);
  }),

  "a cursor behind the text is no part of it": shows((t) => {
    const place = put(t, "▌");
    return (text) => (place.firstChild.data = `${text}▌`);
  }),

  async "work right after the frame is no part of its paint"(t) {
    const ttft = await start(t);
    const place = put(t);
    let worked;
    const record = await stream(t, ttft, (_, delta) => {
      place.append(delta);
      if (worked === undefined) {
        worked = 0;
        requestAnimationFrame(() => setTimeout(() => {
          worked = performance.now();
          while (performance.now() < worked + 300);
        }));
      }
    });
    const { t0, page, marks, paint } = record;
    t.equal(paint.found, "text");
    // A probe's paint is told by the browser: when it was on the screen.
    if (paint.method === "frame") {
      t.inOrder({
        first_answer_commit: marks.first_answer_commit,
        first_answer_paint: marks.first_answer_paint,
        "the work": worked - t0,
      }, page.resolution_ms);
    }
    t.equal(document.querySelector("[data-ttft]"), null);
  },

  "a placeholder that is replaced is not the answer": shows((t) => {
    const place = put(t, "<i>Thinking…</i>");
    return (text) => place.replaceChildren(text);
  }),

  "innerHTML that is set anew with each token is found": shows((t) => {
    const place = put(t);
    return (text) => (place.innerHTML = `<p><strong>${text.slice(0, 3)}</strong>${text.slice(3)}</p>`);
  }),

  async "an answer whose lines are elements that are filled anew is found, short as its first may be"(t) {
    const ttft = await start(t);
    for (const html of ["<div></div>", "<pre><code></code></pre>"]) {
      const place = put(t, html).querySelector(":empty");
      const shown = moment();
      const show = (text) => {
        for (const [at, line] of text.split("\n").entries()) {
          const row = place.children[at] ?? place.appendChild(document.createElement("div"));
          if (row.textContent !== line) row.innerHTML = `<span>${line}</span>`;
        }
      };
      const definition = answer(["Su", "re!\n", "Here it is:\n", "the fox, the ", "dog, and the morning after."]);
      const record = await stream(t, ttft, (text) => shown.during(() => show(text)), { definition });
      shown.check(t, record);
      place.remove();
    }
  },

  async "an answer whose blocks are put elsewhere once they are complete is found"(t) {
    const ttft = await start(t);
    const place = put(t, "<div></div>");
    const progress = place.firstChild;
    const shown = moment();
    const show = (text) => {
      const blocks = text.split("\n");
      for (let at = place.children.length - 1; at < blocks.length; at++) {
        if (progress.textContent !== blocks[at]) progress.innerHTML = `<p>${blocks[at]}</p>`;
        if (at < blocks.length - 1) place.insertBefore(progress.firstChild, progress);
      }
    };
    const definition = answer(["Su", "re!", "\n", "Here ", "is the ", "answer that you have ", "asked me for."]);
    const record = await stream(t, ttft, (text) => shown.during(() => show(text)), { definition });
    shown.check(t, record);
    t.equal(place.textContent, "Sure!Here is the answer that you have asked me for.");
  },

  "a span for each word that fades in is found": shows((t) => {
    const place = put(t);
    return (_, delta) => {
      const word = place.appendChild(document.createElement("span"));
      word.textContent = delta;
      word.animate([{ opacity: 0 }, { opacity: 1 }], 150);
    };
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

  async "an answer with formulas in its first words is found"(t) {
    const ttft = await start(t);
    const place = put(t);
    const shown = moment();
    // As KaTeX sets one: for readers, then for the eye.
    const signs = (source) => source.replace(/\\\w+|[{}^]/g, "");
    const formula = (source) =>
      `<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>${signs(source)}</mi></mrow>` +
      `<annotation encoding="application/x-tex">${source}</annotation></semantics></math></span>` +
      `<span class="katex-html" aria-hidden="true"><span class="mord">${[...signs(source)].join("</span><span>")}</span></span></span>`;
    const definition = answer(["The ", "slope ", "of ", "$\\frac{abc}{def}$ ", "is ", "$2x", "$, ", "and ", "that ", "of ", "$$x^3$$ ", "is ", "more."]);
    const record = await stream(
      t,
      ttft,
      (text) => shown.during(() => (place.innerHTML = `<p>${text.replace(/(\$\$?)([^$]+)\1/g, (_, mark, source) => formula(source))}</p>`)),
      { definition },
    );
    shown.check(t, record);
    const { last_token, last_commit } = record.marks;
    t.inOrder({ last_token, last_commit }, record.page.resolution_ms);
  },

  "a paragraph that came whole and whose text is set anew is found": shows((t) => {
    const place = put(t, "<p>Thinking…</p>");
    let paragraph;
    // As Vue does: `v-if` brings the element with its text, later only the text
    // is replaced.
    return (text) => {
      if (paragraph) return (paragraph.textContent = text);
      paragraph = document.createElement("p");
      paragraph.textContent = text;
      place.replaceChildren(paragraph);
    };
  }),

  "a paragraph whose text becomes one of several nodes is found": shows((t) => {
    const place = put(t);
    let pieces = 0;
    // As React does where a string becomes a list of children: the text is
    // cleared and put in again.
    return (text) => {
      if (pieces++ === 0) return place.append(Object.assign(document.createElement("p"), { textContent: text }));
      const paragraph = place.firstChild;
      if (pieces === 2) paragraph.textContent = "";
      const strong = paragraph.querySelector("strong") ?? document.createElement("strong");
      strong.textContent = text.slice(4);
      if (pieces === 2) paragraph.append(text.slice(0, 4), strong);
    };
  }),

  "an element of the answer that is made anew with all around it is found": shows((t) => {
    const list = put(t);
    return (text) => {
      const row = document.createElement("article");
      row.innerHTML = "<div><p></p></div>";
      row.querySelector("p").append(text);
      if (list.firstChild) list.firstChild.remove();
      list.append(row);
    };
  }),

  "a list that renders all its rows anew is found": shows((t) => {
    const list = put(t);
    return (text) => {
      const rows = ["What does the fox do?", text].map((row) => {
        const element = document.createElement("article");
        element.textContent = row;
        return element;
      });
      list.replaceChildren(...rows);
    };
  }),

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

  async "a typewriter's delay is the app's"(t) {
    const ttft = await start(t);
    const place = put(t);
    let whole = "";
    let at = 0;
    const typing = setInterval(() => (place.textContent = whole.slice(0, (at += 3))), 15);
    t.after(() => clearInterval(typing));
    const record = await stream(t, ttft, (text) => (whole = text));
    t.equal(record.paint.found, "text");
    t.inOrder({ first: record.marks.first_answer_paint, last: record.marks.last_paint });
    const { last_token, last_commit } = record.marks;
    t.inOrder({ last_token, last_commit }, record.page.resolution_ms);
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

  async "an answer in a shadow root is found where the target is in it"(t) {
    const ttft = await start(t);
    const shown = moment();
    const root = put(t).attachShadow({ mode: "closed" });
    const place = root.appendChild(document.createElement("p"));
    const record = await stream(t, ttft, (text) => shown.during(() => (place.textContent = text)), {
      fetch: ttft.with({ target: () => place }).fetch,
    });
    shown.check(t, record);
  },

  async "an answer in a component that makes its root with the first of it is found"(t) {
    const ttft = await start(t);
    const shown = moment();
    const host = put(t);
    let place;
    const record = await stream(
      t,
      ttft,
      (text) =>
        shown.during(() => {
          place ??= host.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
          place.textContent = text;
        }),
      { fetch: ttft.with({ target: () => host.firstElementChild }).fetch },
    );
    shown.check(t, record);
  },

  async "an answer in a component is found where a selector gives the component"(t) {
    const ttft = await start(t);
    const shown = moment();
    const host = put(t);
    host.id = "component";
    const place = host.attachShadow({ mode: "open" }).appendChild(document.createElement("p"));
    const record = await stream(t, ttft, (text) => shown.during(() => (place.textContent = text)), {
      fetch: ttft.with({ target: "#component" }).fetch,
    });
    shown.check(t, record);
  },

  async "an answer that no one can see in the DOM is painted when the app says so"(t) {
    const ttft = await start(t);
    const shown = moment();
    const canvas = t.stage.appendChild(document.createElement("canvas"));
    let call;
    const record = await stream(
      t,
      ttft,
      (text) =>
        shown.during(() => {
          canvas.getContext("2d").fillText(text, 0, 20);
          call.rendered();
        }),
      { onResponse: (it) => (call = it) },
    );
    shown.check(t, record, "app");
  },

  async "an answer in the very text node of the one before it is found"(t) {
    const ttft = await start(t);
    const node = put(t).appendChild(new Text());
    for (let turn = 0; turn < 2; turn++) {
      const shown = moment();
      node.data = "";
      shown.check(t, await stream(t, ttft, (_, delta) => shown.during(() => node.appendData(delta))));
    }
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

  async "an answer whose row is made anew, and filled once it is there, is found at its first"(t) {
    const ttft = await start(t);
    const list = put(t);
    const shown = moment();
    const record = await stream(t, ttft, (text) =>
      shown.during(() => {
        list.replaceChildren();
        const paragraph = put(t, "<p></p>", list).firstChild;
        paragraph.append("");
        paragraph.firstChild.data = text;
      }),
    );
    shown.check(t, record);
  },

  async "an answer is found where all of a long chat is made anew with each piece"(t) {
    const ttft = await start(t);
    const list = put(t);
    const before = "<p>What was said before.</p>".repeat(100);
    list.innerHTML = before;
    const shown = moment();
    const record = await stream(t, ttft, (text) =>
      shown.during(() => (list.innerHTML = `${before}<p>${text}</p>`)),
    );
    shown.check(t, record);
  },

  async "of more texts than are looked at, the answer may be the first"(t) {
    const ttft = await start(t);
    const list = put(t);
    const after = "<p>What was said before.</p>".repeat(100);
    const shown = moment();
    const record = await stream(t, ttft, (text) =>
      shown.during(() => (list.innerHTML = `<p>${text}</p>${after}`)),
    );
    shown.check(t, record);
  },

  async "an answer amid many texts that come with its first word is found at once"(t) {
    const ttft = await start(t);
    const rows = Array.from({ length: 40 }, (_, row) => `<p>Sheep number ${row}.</p>`).join("");
    let place;
    const shown = moment();
    const record = await stream(t, ttft, (text) =>
      shown.during(() => {
        if (place) return (place.textContent = text);
        place = put(t, `${rows}<p id="answer">${text}</p>${rows}`).querySelector("#answer");
      }),
    );
    shown.check(t, record);
  },

  "an answer behind a label in its very text node is found": shows((t) => {
    const place = put(t, "AI assistant: ");
    return (text) => (place.firstChild.data = `AI assistant: ${text}`);
  }),

  "so is one behind a picture, made anew with each piece": shows((t) => {
    const place = put(t);
    return (text) => (place.textContent = `🤖 ${text}`);
  }),

  async "a number behind a label is no short answer"(t) {
    const ttft = await start(t);
    const place = put(t);
    const shown = moment();
    const record = await stream(t, ttft, (text) => {
      put(t, `Tokens: ${text}`);
      setTimeout(() => shown.during(() => (place.textContent = text)), 60);
    }, { definition: answer(["4"]) });
    shown.check(t, record);
  },

  async "the same answer again is found in the text node of the first"(t) {
    const ttft = await start(t);
    const node = put(t).appendChild(new Text());
    for (let turn = 0; turn < 2; turn++) {
      const shown = moment();
      node.data = "";
      const record = await stream(t, ttft, (text) => shown.during(() => (node.data = text)), { definition: answer(["Yes."]) });
      shown.check(t, record);
    }
  },

  async "what is said before a server's tool is found, though the rest stands elsewhere"(t) {
    const ttft = await start(t);
    const message = put(t);
    const definition = answer(["Let me ", "check."]);
    const [, ...more] = answer(PIECES, { first_ms: 100 }).steps;
    definition.steps.splice(-2, 2, { after_ms: 30, text: chat.tool("search", "{}") }, ...more);
    const { url } = await scenario(definition);
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const finished = recordOf(t, ttft, response);
    const shown = moment();
    let place = put(t, "", message);
    for await (const { content, tool_calls } of parts(response)) {
      if (tool_calls) {
        for (const label of ["search", "Running", "query", "a fox", "result", "found"]) put(t, label, message);
        place = put(t, "", message);
      }
      if (content) shown.during(() => place.append(content));
    }
    shown.check(t, await finished);
  },

  async "an answer below the fold is painted, and not on screen"(t) {
    const ttft = await start(t);
    const place = put(t);
    place.style.marginTop = "5000px";
    const below = await stream(t, ttft, (text) => (place.textContent = text));
    t.equal([below.paint.found, below.paint.on_screen], ["text", false]);
    place.style.marginTop = "";
    place.textContent = "";
    const above = await stream(t, ttft, (text) => (place.textContent = text));
    t.equal([above.paint.found, above.paint.on_screen], ["text", true]);
  },

  async "an answer in a closed panel is off screen, and of one that was replaced nothing is said"(t) {
    const ttft = await start(t);
    const place = put(t);
    place.style.display = "none";
    const closed = await stream(t, ttft, (text) => (place.textContent = text));
    t.equal([closed.paint.found, closed.paint.on_screen], ["text", false]);
    const anew = put(t);
    const element = (textContent) => Object.assign(document.createElement("p"), { textContent });
    const replaced = await stream(t, ttft, (text) => {
      anew.replaceChildren(element(text));
      // Before any frame, and after the watch was told.
      setTimeout(() => anew.replaceChildren(element(text)));
    });
    t.equal(replaced.paint.found, "text");
    t.ok(replaced.paint.on_screen !== false, "an element that is gone says nothing of the next");
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

  async "an answer that a late renderer shows after the end is found"(t) {
    const ttft = await start(t);
    const shown = moment();
    const place = put(t);
    let whole;
    const finished = stream(t, ttft, (text) => (whole = text));
    await t.until(() => whole === TEXT);
    await wait(300);
    shown.during(() => (place.textContent = whole));
    const record = await finished;
    shown.check(t, record);
    t.ok(record.marks.first_answer_commit > record.marks.end, "after the end");
  },
});

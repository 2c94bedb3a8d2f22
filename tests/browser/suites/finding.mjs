// The answer is found in the page however an app renders it, at the moment it
// entered the DOM.

import { answer, chat } from "../lib/chat.mjs";
import { parts } from "../lib/chat-app.mjs";
import { recordOf, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { PIECES, TEXT, moment, put, shows, stream, wait } from "../lib/showing.mjs";
import { suite } from "../lib/suite.mjs";

suite("finding", { seconds: 30 }, {
  "a text node that grows is found": shows((t) => {
    const node = put(t).appendChild(new Text());
    return (_, delta) => node.appendData(delta);
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

  "an answer whose words have a box in a box each is found": shows((t) => {
    const place = put(t);
    return (_, delta) => put(t, "", put(t, "", place)).append(delta);
  }),

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

  async "so is one in a component within it, which may come with the first of it"(t) {
    const ttft = await start(t);
    for (const [at, isThere] of [true, false].entries()) {
      const shown = moment();
      const host = put(t);
      host.id = `outer${at}`;
      const root = host.attachShadow({ mode: "open" });
      let place;
      const make = () => {
        const inner = put(t, "", put(t, "", root)).attachShadow({ mode: "open" });
        place = inner.appendChild(document.createElement("p"));
      };
      if (isThere) make();
      const show = (text) => {
        if (!place) make();
        place.textContent = text;
      };
      const record = await stream(t, ttft, (text) => shown.during(() => show(text)), {
        fetch: ttft.with({ target: `#outer${at}` }).fetch,
      });
      shown.check(t, record);
    }
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

// An answer that was found is followed to its last letter, wherever it goes on,
// and nothing else is taken for it.

import { answer, chat } from "../lib/chat.mjs";
import { parts } from "../lib/chat-app.mjs";
import { recordOf, start } from "../lib/measured.mjs";
import { where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { PIECES, TEXT, moment, put, stream } from "../lib/showing.mjs";
import { suite } from "../lib/suite.mjs";

const MORE = "While they sleep seven sheep walk by, and none of them says a word about what it saw";
const piecesOf = (text) => text.split(/(?<= )/);

/** When `render` was called for the last time. */
function timed(render) {
  const last = (...args) => {
    last.from = performance.now();
    const result = render(...args);
    // Behind the mutation observer's microtask.
    queueMicrotask(() => queueMicrotask(() => (last.to = performance.now())));
    return result;
  };
  return last;
}

/** The last change that was followed is this one. */
function endsWith(t, { t0, page, marks }, last) {
  t.inOrder({
    "before the last": last.from - t0,
    last_commit: marks.last_commit,
    "after the last": last.to - t0,
  }, page.resolution_ms);
  t.inOrder({ last_commit: marks.last_commit, last_paint: marks.last_paint });
}

/** Two parts with a tool's between them; `render(part, text, delta)`. */
async function twoParts(t, ttft, render, { onTool = () => {}, second = MORE } = {}) {
  const definition = answer(PIECES);
  const [, ...more] = answer(piecesOf(second), { first_ms: 100 }).steps;
  definition.steps.splice(-2, 2, { after_ms: 30, text: chat.tool("search", "{}") }, ...more);
  const { url } = await scenario(definition);
  const response = await ttft.fetch(url, { method: "POST", body: "{}" });
  const finished = recordOf(t, ttft, response);
  const texts = ["", ""];
  let part = 0;
  for await (const { content, tool_calls } of parts(response)) {
    if (tool_calls) {
      onTool();
      part = 1;
    }
    if (content) render(part, (texts[part] += content), content);
  }
  t.equal(texts, [TEXT, second]);
  return finished;
}

const BLOCK_MS = 100;

/** Gives `check` the record of an answer whose pieces are each written in a task, then
 * in a frame's callbacks, with a long task of the page's right behind each frame; and
 * when the last of those began. */
async function beforeBlocks(t, check) {
  const ttft = await start(t);
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  let writes = 0;
  /** Number of the newest write → when the first task behind its frame began. */
  const behind = [];
  port1.onmessage = ({ data }) => {
    const from = performance.now();
    behind[data] ??= from;
    while (performance.now() < from + BLOCK_MS);
  };
  const block = () => port2.postMessage(writes);
  const ways = {
    task: (write) => (write(), requestAnimationFrame(block)),
    frame: (write) => requestAnimationFrame(() => (write(), block())),
  };
  for (const way of Object.values(ways)) {
    const place = put(t);
    const show = (text, delta) =>
      way(() => {
        writes++;
        place.append(delta);
      });
    check(await stream(t, ttft, show, { definition: answer(PIECES, { after_ms: 60 }) }), behind[writes]);
  }
}

/** In a task of its own. */
const later = (act) => setTimeout(act, 7);

suite("following", { seconds: 30 }, {
  async "what an app writes in a frame's callbacks is painted in that frame"(t) {
    const ttft = await start(t);
    const place = put(t);
    let next;
    const render = timed((text, delta) => place.append(delta));
    const show = (text, delta) =>
      requestAnimationFrame(() => {
        render(text, delta);
        // The task behind the frame may come behind the next one's callbacks, but
        // not what is seen of a change in the first of them.
        requestAnimationFrame(() => document.body.append(""));
        requestAnimationFrame(() => {
          next = performance.now();
          // Whatever is noted behind this frame is noted after it.
          while (performance.now() < next + 8);
        });
      });
    // Not in two frames in a row: what is asked for in one tells of both.
    const { marks, page, t0 } = await stream(t, ttft, show, { definition: answer(PIECES, { after_ms: 60 }) });
    t.inOrder({ written: render.from - t0, last_commit: marks.last_commit }, page.resolution_ms);
    t.inOrder({ last_paint: marks.last_paint, "the next frame": next - t0 }, page.resolution_ms);
  },

  async "what the page does behind a frame does not make the last paint late"(t) {
    if (where.engine !== "chromium") t.skip("no other engine tells when a frame ends");
    await beforeBlocks(t, ({ marks, page, t0 }, behind) => {
      t.inOrder({ last_paint: marks.last_paint, "the task behind": behind - t0 }, page.resolution_ms);
    });
  },

  async "what the page does behind a frame does not make the first paint less sure"(t) {
    if (where.engine === "chromium") t.skip("it tells of the first paint itself");
    if (where.engine === "webkit") t.skip("no task goes before those that the page has posted");
    await beforeBlocks(t, ({ paint }) => {
      t.ok(paint.error_ms[1] < BLOCK_MS, `an error of ${paint.error_ms} ms`);
    });
  },

  async "a typewriter that goes on for a second after the end is followed to its last letter"(t) {
    const ttft = await start(t);
    const place = put(t);
    let whole = "";
    let shown = 0;
    let typed;
    const typing = setInterval(() => {
      if (shown === TEXT.length || shown === whole.length) return;
      place.textContent = whole.slice(0, (shown += 1));
      typed = performance.now();
    }, 16);
    t.after(() => clearInterval(typing));
    // All in a third of a second.
    const { marks, page, t0 } = await stream(t, ttft, (text) => (whole = text));
    t.equal(place.textContent, TEXT);
    t.inOrder({ end: marks.end, typed: typed - t0, last_commit: marks.last_commit }, page.resolution_ms);
    t.inOrder({ last_commit: marks.last_commit, last_paint: marks.last_paint });
    t.note(`${(marks.last_commit - marks.end).toFixed(0)} ms after the end`);
  },

  async "so is one that types right behind each frame, as React's scheduler has it"(t) {
    const ttft = await start(t);
    const place = put(t);
    let whole = "";
    let shown = 0;
    const type = timed(() => (place.textContent = whole.slice(0, (shown += 2))));
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => shown < whole.length && type();
    t.after(() => port1.close());
    (function frame() {
      port2.postMessage(undefined);
      if (shown < TEXT.length) requestAnimationFrame(frame);
    })();
    const record = await stream(t, ttft, (text) => (whole = text));
    t.equal(place.textContent, TEXT);
    endsWith(t, record, type);
  },

  async "an answer goes on in what is around its first words, a text node for each of the others"(t) {
    const ttft = await start(t);
    const place = put(t, "<p><x-formula></x-formula></p>");
    const paragraph = place.firstChild;
    const show = timed((_, delta) => {
      const before = paragraph.textContent.split(" ").length;
      (before < 3 ? paragraph.firstChild : paragraph).append(delta);
    });
    const record = await stream(t, ttft, show);
    t.equal(place.textContent, TEXT);
    endsWith(t, record, show);
  },

  async "so it does where each of its words has a box in a box"(t) {
    const ttft = await start(t);
    const place = put(t);
    const render = timed((_, delta) => put(t, "", put(t, "", place)).append(delta));
    const record = await stream(t, ttft, render);
    endsWith(t, record, render);
  },

  async "one that types slowly behind the end marker is followed, also where the body stays open"(t) {
    const ttft = await start(t);
    const place = put(t);
    const { url } = await scenario(answer(PIECES, { end: "stall" }));
    const abort = new AbortController();
    t.after(() => abort.abort());
    const response = await ttft.fetch(url, { method: "POST", body: "{}", signal: abort.signal });
    const finished = recordOf(t, ttft, response);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (let text = ""; !text.includes("[DONE]"); ) {
      text += decoder.decode((await reader.read()).value, { stream: true });
      if (text.includes(PIECES[5])) place.textContent = PIECES.slice(0, 6).join("");
    }
    // Fewer changes than are told at once, and each within a second of the last. A
    // second after the marker it is judged for the first time, without an entry.
    let typed;
    for (const count of [8, PIECES.length]) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      place.textContent = PIECES.slice(0, count).join("");
      typed = performance.now();
    }
    const { marks, page, t0 } = await finished;
    t.inOrder({ end: marks.end, typed: typed - t0, last_commit: marks.last_commit }, page.resolution_ms);
    t.inOrder({ last_commit: marks.last_commit, last_paint: marks.last_paint });
  },

  async "an answer whose last words are marked up, and shown late, is followed to its end"(t) {
    const ttft = await start(t);
    const place = put(t);
    const pieces = [...PIECES, "[as told](https://example.com/", "fox)."];
    let late;
    const { marks, page, t0 } = await stream(
      t,
      ttft,
      (text) => {
        if (text.length <= TEXT.length) return (place.textContent = text);
        late ??= setTimeout(() => {
          place.innerHTML = `<p>${TEXT}<a href="https://example.com/fox">as told</a>.</p>`;
          late = performance.now();
        }, 700);
      },
      { definition: answer(pieces) },
    );
    t.inOrder({ end: marks.end, late: late - t0, last_commit: marks.last_commit }, page.resolution_ms + 1);
    t.inOrder({ last_commit: marks.last_commit, last_paint: marks.last_paint });
  },

  async "an answer is followed into the next of its parts"(t) {
    const ttft = await start(t);
    const message = put(t);
    const places = [put(t, "", message)];
    const append = timed((part, _, delta) => {
      // An element is there before its text is, as where a framework fills it.
      places[part] ??= put(t, "", message);
      places[part].append(delta);
    });
    endsWith(t, await twoParts(t, ttft, append, { onTool: () => put(t, "Searched the web", message) }), append);
  },

  async "an answer is followed into a part whose markup is made anew with each token"(t) {
    const ttft = await start(t);
    const message = put(t);
    const places = [put(t, "", message), put(t, "", message)];
    const set = timed((part, text) => (places[part].innerHTML = `<section><p>${text}</p></section>`));
    endsWith(t, await twoParts(t, ttft, set), set);
  },

  async "an answer is followed into the element that takes the place of its own"(t) {
    const ttft = await start(t);
    const list = put(t);
    let row = put(t, "<p></p>", list);
    let pieces = 0;
    const render = timed((text) => {
      // As where a message gets the key that the server gave it.
      if (++pieces % 6 === 0) {
        list.replaceChildren();
        row = put(t, "<p></p>", list);
      }
      row.firstChild.textContent = text;
    });
    endsWith(t, await stream(t, ttft, render), render);
  },

  async "an answer is followed in a list that shows its messages in ever the same rows"(t) {
    const ttft = await start(t);
    // As where the list of chats shows the last message of each, from some time on.
    const preview = put(t);
    preview.className = "preview";
    const list = put(t);
    const rows = [0, 1, 2].map(() => put(t, "", list));
    const before = Array.from({ length: 7 }, (_, place) => `Message ${place} of those that were said long before`);
    let first = before.length - 2;
    let whole = "";
    let pieces = 0;
    const shown = moment();
    const show = () => {
      const messages = [...before, whole];
      if (pieces > 8) preview.textContent = whole;
      rows.forEach((row, place) => (row.textContent = messages[first + place] ?? ""));
    };
    show();
    const last = timed(show);
    const record = await stream(t, ttft, (text) => {
      whole = text;
      pieces++;
      // Scrolled away, and back to where the answer is in another row.
      if (pieces === 8) first = 1;
      if (pieces === 12) first = before.length - 1;
      shown.during(last);
    });
    t.equal(rows.map((row) => row.textContent === TEXT), [false, true, false]);
    shown.check(t, record);
    endsWith(t, record, last);
  },

  async "what changes behind an answer is no part of it, be it another copy"(t) {
    const ttft = await start(t);
    const message = put(t);
    const places = [put(t, "", message)];
    const clock = put(t);
    const copy = put(t);
    let ticks = 0;
    const ticking = setInterval(() => {
      clock.textContent = `${++ticks} seconds of the quick brown fox`;
      // A preview, say, that stands still from some time on.
      const [first, second = ""] = places.map((place) => place.textContent);
      if (second.length < 60) copy.innerHTML = `<p>${first}</p><p>${second}</p>`;
    }, 40);
    t.after(() => clearInterval(ticking));
    const append = timed((part, _, delta) => {
      places[part] ??= put(t, "", message);
      places[part].append(delta);
    });
    endsWith(t, await twoParts(t, ttft, append), append);
    t.ok(copy.textContent.length > TEXT.length, "there was a copy");
    t.ok(ticks > 10, `${ticks} ticks`);
  },

  async "a title above an answer that has a label is no part of it"(t) {
    const ttft = await start(t);
    const title = put(t);
    const message = put(t, "<b>The assistant</b> ");
    let whole = "";
    let titles = 0;
    const naming = setInterval(() => {
      // Before the answer's last piece, and long after.
      title.textContent = `${whole.slice(0, 40 + (++titles % 3))}…`;
    }, 30);
    t.after(() => clearInterval(naming));
    const show = timed((delta) => message.append(delta));
    const record = await stream(t, ttft, (text, delta) => {
      whole = text;
      show(delta);
    });
    t.equal(record.paint.found, "text");
    endsWith(t, record, show);
    t.ok(titles > 3, `${titles} titles`);
  },

  async "an answer is followed into a part that was blank, or told of the work before"(t) {
    const ttft = await start(t);
    const kinds = {
      "blank text nodes": (place) => place.append(" ", "\n", " ", "\n"),
      "a word letter by letter": (place) => {
        place.innerHTML = [..."Searching"].map((letter) => `<span>${letter}</span>`).join("");
        later(() => place.replaceChildren());
      },
    };
    for (const [name, prepare] of Object.entries(kinds)) {
      const message = put(t);
      const places = [put(t, "", message)];
      const onTool = () => prepare((places[1] = put(t, "", message)));
      const append = timed((part, _, delta) => places[part].append(delta));
      const record = await twoParts(t, ttft, append, { onTool });
      t.note(name);
      endsWith(t, record, append);
      message.remove();
    }
  },

  async "an answer is followed into a part that begins as the first did, and into a short one"(t) {
    const ttft = await start(t);
    for (const second of [`${TEXT.slice(0, 60)} until noon, and then they all have lunch`, "All done now."]) {
      const message = put(t);
      const places = [];
      const set = timed((part, text) => ((places[part] ??= put(t, "", message)).textContent = text));
      endsWith(t, await twoParts(t, ttft, set, { second }), set);
      message.remove();
    }
  },

  async "an answer is followed into an element that stood beside the one it takes the place of"(t) {
    const ttft = await start(t);
    const list = put(t);
    let row = put(t, "", list);
    let pieces = 0;
    let both;
    const append = timed((text, delta) => {
      if (++pieces === 9) {
        const before = row;
        row = put(t, "", list);
        row.append(text.slice(0, -delta.length));
        both = -performance.now();
        setTimeout(() => {
          before.remove();
          both += performance.now();
        }, 300);
      }
      row.append(delta);
    });
    const record = await stream(t, ttft, append, { definition: answer(PIECES, { after_ms: 60 }) });
    endsWith(t, record, append);
    // Its paints count from when it was there.
    t.ok(record.stream.freeze_ms < both, `a freeze of ${record.stream.freeze_ms} of ${both} ms`);
  },

  async "an answer that another element shows anew with its last words is followed there"(t) {
    const ttft = await start(t);
    const pieces = [...PIECES.slice(0, 8), PIECES.slice(8).join("")];
    // Before the end marker, and after it.
    for (const ms of [0, 60]) {
      const list = put(t);
      const row = put(t, "", list);
      const show = timed((text, delta) => {
        if (text !== TEXT) return row.append(delta);
        put(t, "", list).append(text);
        setTimeout(() => row.remove(), ms);
      });
      endsWith(t, await stream(t, ttft, show, { definition: answer(pieces) }), show);
      list.remove();
    }
  },

  async "an answer is followed where a preview of it stands before it"(t) {
    const ttft = await start(t);
    const pieces = [TEXT.slice(0, 40), ...piecesOf(`${TEXT.slice(40)}. ${MORE}`)];
    for (const isLate of [false, true]) {
      const entry = put(t);
      const place = put(t);
      const set = timed((text) => (place.textContent = text));
      const record = await stream(t, ttft, (text) => {
        entry.textContent ||= text;
        isLate ? setTimeout(() => set(text), 60) : set(text);
      }, { definition: answer(pieces) });
      endsWith(t, record, set);
      entry.remove();
      place.remove();
    }
  },

  async "a quotation behind an answer is no part of it, wherever it is from"(t) {
    const ttft = await start(t);
    const place = put(t);
    const pane = put(t);
    const composer = put(t);
    let pieces = 0;
    const set = timed((text) => {
      place.textContent = text;
      // The preview of some code, and what the person selected.
      later(() => (pane.textContent = text.slice(20, 70)));
      if (++pieces === 12) later(() => (composer.textContent = text.slice(10, 50)));
    });
    endsWith(t, await stream(t, ttft, set), set);
  },

  async "another call's answer is not how one goes on"(t) {
    const ttft = await start(t);
    const panes = [put(t), put(t)];
    const sets = panes.map((pane) => timed((text) => (pane.textContent = text)));
    const finished = panes.map((pane, index) =>
      stream(t, ttft, (text) => pane.isConnected && sets[index](text), {
        fetch: ttft.with({ target: pane }).fetch,
        definition: answer(PIECES, { after_ms: 20 + 40 * index }),
      }),
    );
    await t.until(() => panes[0].textContent.length > 50);
    panes[0].remove();
    const [first, second] = await Promise.all(finished);
    endsWith(t, first, sets[0]);
    endsWith(t, second, sets[1]);
  },
});

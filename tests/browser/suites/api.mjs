// What index.d.ts promises of `init`, `with`, `of`, `on`, `last` and `close`.

import { show } from "../lib/chat-app.mjs";
import { answer } from "../lib/chat.mjs";
import { ask, collect, nextRecord, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const PIECES = "The quick brown fox jumps over the lazy dog and then it sleeps".split(" ").map((word) => `${word} `);
const TEXT = PIECES.join("");

/** An element of the case's stage, for the selector `#id`. */
function place(t, id) {
  const element = document.createElement("section");
  element.id = id;
  return t.stage.appendChild(element);
}

const post = { method: "POST", body: "{}" };

suite("api", {}, {
  async "a second init returns what the first one made"(t) {
    const ttft = await start(t, { route: "/first" });
    const { init } = await import("/pkg/index.js");
    t.ok(init({ route: "/second" }) === ttft, "the second is the first");
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(record.page.route, "/first");
  },

  async "a pane's labels are added to those of init, and the same key replaces"(t) {
    const ttft = await start(t, { labels: { experiment: "a", plan: "free" } });
    const pane = ttft.with({ labels: { experiment: "b", pane: "left" } });
    const { record } = await ask(t, ttft, answer(PIECES), { fetch: pane.fetch });
    t.equal(record.labels, { experiment: "b", plan: "free", pane: "left" });
    const { record: outside } = await ask(t, ttft, answer(PIECES));
    t.equal(outside.labels, { experiment: "a", plan: "free" });
    // There is room for ten.
    const nine = Object.fromEntries([..."abcdefghi"].map((letter) => [letter, letter]));
    const full = ttft.with({ labels: { ...nine, plan: "paid" } });
    const { record: of } = await ask(t, ttft, answer(PIECES), { fetch: full.fetch });
    t.equal(of.labels, { ...nine, plan: "paid" });
  },

  async "a record of more than 4 KB loses its labels, and says so"(t) {
    const value = "ラ".repeat(64);
    const labels = Object.fromEntries([..."abcdefghij"].map((key) => [value.slice(1) + key, value]));
    const ttft = await start(t, { labels });
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(record.flags, ["truncated-record"]);
    t.equal(record.labels, undefined);
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
  },

  async "a target narrows where the answer is looked for: the same text elsewhere is not it"(t) {
    const ttft = await start(t);
    const decoy = place(t, "decoy");
    const column = place(t, "column");
    for (const target of ["#column", column, () => document.querySelector("#column")]) {
      decoy.textContent = column.textContent = "";
      const pane = ttft.with({ target });
      const { url } = await scenario(answer(PIECES));
      const finished = nextRecord(ttft);
      const response = await pane.fetch(url, post);
      const text = await show(response, decoy);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const shown = performance.now();
      column.textContent = text;
      const record = await finished;
      t.equal(record.paint.found, "text");
      // The mutation is seen right after it was made.
      const { marks, page } = record;
      t.inOrder({ shown: shown - record.t0, commit: marks.first_answer_commit, paint: marks.first_answer_paint }, page.resolution_ms);
    }
  },

  async "two panes that stream the same text at once each get their own paint"(t) {
    const ttft = await start(t);
    const records = collect(ttft);
    const throttle = { left: 0, right: 400 };
    const texts = await Promise.all(
      Object.entries(throttle).map(async ([id, everyMs]) => {
        const element = place(t, id);
        const pane = ttft.with({ target: `#${id}`, labels: { pane: id } });
        const { url } = await scenario(answer(PIECES, { first_ms: 60 }));
        return show(await pane.fetch(url, post), element, { everyMs });
      }),
    );
    t.equal(texts, [TEXT, TEXT]);
    await t.until(() => records.length === 2);
    const [left, right] = ["left", "right"].map((id) => records.find(({ labels }) => labels.pane === id));
    for (const { marks, paint } of [left, right]) {
      t.equal(paint.found, "text");
      t.ok(marks.first_answer_paint > 0, "first_answer_paint");
    }
    t.ok(right.segments.app > left.segments.app, `app ${right.segments.app} of the throttled pane is above ${left.segments.app}`);
  },

  async "of more panes than there are bits for targets each finds its answers, the second one too"(t) {
    const ttft = await start(t);
    const panes = Array.from({ length: 33 }, (_, n) => {
      const element = place(t, `message${n}`);
      return { element, ...ttft.with({ target: element }) };
    });
    for (const { track } of panes) track({ url: "/v1/chat" }).discard();
    const { element, fetch } = panes.at(-1);
    for (let calls = 0; calls < 2; calls++) {
      element.textContent = "";
      const { record } = await ask(t, ttft, answer(PIECES), { fetch, element });
      t.equal(record.paint.found, "text");
    }
  },

  async "a target that gives no element is told of once, and the page hears of no error"(t) {
    const errors = [];
    const ttft = await start(t, { errors });
    const thrown = [];
    const heard = ({ message }) => thrown.push(message);
    addEventListener("error", heard);
    t.after(() => removeEventListener("error", heard));
    const element = place(t, "column");
    const { fetch } = ttft.with({ target: () => ({ current: element }) });
    const { record } = await ask(t, ttft, answer(PIECES), { fetch, element });
    t.equal([record.outcome, record.paint.found, thrown], ["complete", "none", []]);
    t.equal(errors.map(({ type }) => type), ["listener"]);
  },

  async "of gives the call of a response, and nothing for one that is not measured"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES));
    t.equal(ttft.of(await fetch(url, post)), undefined);
    let id;
    const { record } = await ask(t, ttft, answer(PIECES), {
      onResponse: (response) => {
        id = ttft.of(response).id;
      },
    });
    t.equal(id, record.id);
  },

  async "rendered() is the answer's commit, for text that cannot be found; its first call counts"(t) {
    const ttft = await start(t);
    const { url } = await scenario(answer(PIECES));
    const finished = nextRecord(ttft);
    const painted = new Promise((resolve) => ttft.on("first_answer_paint", resolve));
    const response = await ttft.fetch(url, post);
    const call = ttft.of(response);
    // A placeholder before there is any answer is none.
    call.rendered();
    const disguise = place(t, "disguise");
    let before, after;
    await show(response, document.createElement("p"), {
      onToken: () => {
        disguise.textContent = "▮▮▮";
        before = performance.now();
        call.rendered();
        after = performance.now();
      },
    });
    call.rendered();
    const record = await finished;
    const { t0, marks, paint, page } = record;
    t.equal(paint.found, "app");
    t.inOrder(
      {
        token: marks.first_answer_token,
        before: before - t0,
        commit: marks.first_answer_commit,
        after: after - t0,
      },
      page.resolution_ms,
    );
    t.inOrder({ commit: marks.first_answer_commit, paint: marks.first_answer_paint });
    t.equal((await painted).id, record.id);
  },

  async "set() replaces what the stream said"(t) {
    const ttft = await start(t, { region: "eu", labels: { plan: "free" } });
    const { record } = await ask(t, ttft, answer(PIECES), {
      onResponse: (response) => {
        const call = ttft.of(response);
        call.set({ model: "ours", provider: "us", labels: { plan: "pro" } });
        call.set({ region: "us" });
        const error = t.rejects(async () => call.set({ modl: "typo" }));
        t.after(async () => t.ok(/ttft set.*"modl".*model, provider, region, labels/.test((await error).message), "the fix"));
      },
    });
    const { model, provider, region, source } = record.request;
    t.equal({ model, provider, region, source }, { model: "ours", provider: "us", region: "us", source: "app" });
    t.equal(record.labels, { plan: "pro" });
  },

  async "discard() forgets the call: no event, no record, and the stream is whole"(t) {
    const ttft = await start(t);
    const events = [];
    for (const event of ["first_token", "first_answer_paint", "record"]) {
      ttft.on(event, ({ id }) => events.push([event, id]));
    }
    const { url } = await scenario(answer(PIECES));
    const response = await ttft.fetch(url, post);
    ttft.of(response).discard();
    t.equal(await show(response, place(t, "a")), TEXT);
    // A later call's record shows that there was time for the first one's.
    const { record } = await ask(t, ttft, answer(PIECES));
    t.equal(events, ["first_token", "first_answer_paint", "record"].map((event) => [event, record.id]));
  },

  async "events come in order and each in a task of its own, with the module late as well"(t) {
    for (const lateWasm of [undefined, 800]) {
      const ttft = await start(t, { lateWasm });
      const seen = [];
      let busy = false;
      for (const event of ["record", "first_answer_paint", "first_token"]) {
        ttft.on(event, (record) => {
          seen.push([event, record.outcome, busy]);
          // Microtasks run when a task's stack is empty, not before.
          busy = true;
          Promise.resolve().then(() => {
            busy = false;
          });
        });
      }
      let called = false;
      ttft.on("record", () => {
        called = true;
      })();
      await ask(t, ttft, answer(PIECES));
      t.equal(seen.map(([event]) => event), ["first_token", "first_answer_paint", "record"]);
      t.equal(seen.map(([, , busy]) => busy), [false, false, false], "another event in the same task");
      t.equal(seen[2][1], "complete");
      t.equal(called, false, "a listener that was taken off");
      await ttft.close();
    }
  },

  async "a listener that throws is told once as an error, and the others still hear"(t) {
    const errors = [];
    const ttft = await start(t, { errors });
    let heard = 0;
    ttft.on("record", () => {
      throw new RangeError("mine");
    });
    ttft.on("record", () => heard++);
    ttft.on("error", () => {
      throw new RangeError("an error listener's own");
    });
    await ask(t, ttft, answer(PIECES));
    await t.until(() => errors.length > 0);
    t.equal(heard, 1);
    await ttft.flush();
    t.equal(errors, [{ type: "listener", message: "RangeError: mine" }]);
  },

  async "an error that nobody listens for is a warning in the console"(t) {
    const { warn } = console;
    const warnings = [];
    console.warn = (...values) => warnings.push(values);
    t.after(() => {
      console.warn = warn;
    });
    const { init } = await import("/pkg/index.js");
    const ttft = init({
      match() {
        throw new RangeError("mine");
      },
    });
    t.after(() => ttft.close());
    const { url } = await scenario(answer(PIECES));
    t.equal((await ttft.fetch(url)).status, 200);
    await t.until(() => warnings.length > 0);
    t.equal(warnings, [["ttft: RangeError: mine"]]);
  },

  async "last() is the newest record, also while it streams"(t) {
    const ttft = await start(t);
    t.equal(ttft.last(), undefined);
    let during;
    const { record } = await ask(t, ttft, answer(PIECES), {
      onToken: () => {
        during = ttft.last();
      },
    });
    if (during) t.equal([during.id, during.outcome, during.marks.end], [record.id, "open", undefined]);
    else t.note("the module came after the first token");
    t.equal(ttft.last(), record);
    const { record: next } = await ask(t, ttft, answer(PIECES), {
      onToken: () => {
        during = ttft.last();
      },
    });
    t.equal([during.id, during.outcome], [next.id, "open"]);
    t.ok(during.marks.first_token > 0, "first_token");
  },

  async "match says which calls give a record, with the URL and the method"(t) {
    const asked = [];
    const ttft = await start(t, {
      match(url, method) {
        asked.push([url instanceof URL, url.pathname, method]);
        return method === "GET";
      },
    });
    const records = collect(ttft);
    const plain = { headers: { "content-type": "application/json" }, steps: [{ text: "{}" }] };
    const { url } = await scenario(plain);
    const relative = url.slice(location.origin.length);
    await (await ttft.fetch(relative, post)).text();
    const response = await ttft.fetch(new Request(url));
    const reader = response.body.getReader();
    while (!(await reader.read()).done);
    await t.until(() => records.length > 0);
    const { pathname } = new URL(url);
    t.equal(asked, [[true, pathname, "POST"], [true, pathname, "GET"]]);
    t.equal(records.map(({ outcome }) => outcome), ["no-output"]);
  },

  async "a match that throws is told, and the call passes"(t) {
    const errors = [];
    const ttft = await start(t, {
      errors,
      match() {
        throw new RangeError("mine");
      },
    });
    const { url } = await scenario(answer(PIECES));
    t.equal(await show(await ttft.fetch(url, post), place(t, "a")), TEXT);
    await t.until(() => errors.length > 0);
    t.equal(errors, [{ type: "listener", message: "RangeError: mine" }]);
  },

  async "route and region may be functions, asked at each call; one that throws is told"(t) {
    const errors = [];
    const routes = [() => "/first", () => "/second", () => undefined, () => { throw new RangeError("mine"); }];
    let region = "eu";
    const ttft = await start(t, { errors, route: () => routes.shift()(), region: () => region });
    const seen = [];
    for (region of ["eu", "us", "ap", undefined]) {
      const { record } = await ask(t, ttft, answer(PIECES.slice(0, 8)));
      seen.push([record.page.route, record.request.region]);
    }
    t.equal(seen, [["/first", "eu"], ["/second", "us"], [undefined, "ap"], [undefined, undefined]]);
    t.equal(errors, [{ type: "listener", message: "RangeError: mine" }]);
  },

  async "paint: the probe is the only thing added to a page, for a moment; \"frame\" adds nothing"(t) {
    const probes = { added: 0, removed: 0 };
    const isProbe = (node) => node.dataset?.ttft !== undefined;
    const observer = new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) {
        probes.added += [...addedNodes].filter(isProbe).length;
        probes.removed += [...removedNodes].filter(isProbe).length;
      }
    });
    observer.observe(document, { childList: true, subtree: true });
    t.after(() => observer.disconnect());
    const hasElementTiming = PerformanceObserver.supportedEntryTypes.includes("element");

    const framed = await start(t, { paint: "frame" });
    const { record: frame } = await ask(t, framed, answer(PIECES));
    t.equal(frame.paint.method, "frame");
    t.inOrder({ commit: frame.marks.first_answer_commit, paint: frame.marks.first_answer_paint });
    t.equal(probes, { added: 0, removed: 0 });
    await framed.close();

    const probed = await start(t, { paint: "probe" });
    const { record: probe } = await ask(t, probed, answer(PIECES));
    t.equal(probe.paint.method, hasElementTiming ? "element-timing" : "frame");
    await t.until(() => probes.added > 0 && probes.added === probes.removed);
  },

  async "styles of the page's own hide no probe"(t) {
    const style = t.stage.appendChild(document.createElement("style"));
    style.textContent = `
      [aria-hidden="true"] { display: none !important }
      html > span { visibility: hidden !important; opacity: 0 !important; clip-path: inset(50%) !important }
      html { color: transparent }`;
    const ttft = await start(t);
    const { record } = await ask(t, ttft, answer(PIECES));
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
    t.equal(document.querySelectorAll("[data-ttft]").length, 0, "probes that are left");
  },

  async "paint: false looks for no commit and no paint"(t) {
    const ttft = await start(t, { paint: false });
    const events = [];
    ttft.on("first_answer_paint", () => events.push("paint"));
    const { record } = await ask(t, ttft, answer(PIECES), {
      onResponse: (response) => ttft.of(response).rendered(),
    });
    t.equal(record.outcome, "complete");
    t.ok(record.marks.first_answer_token > 0, "first_answer_token");
    const shown = Object.keys(record.marks).filter((mark) => /commit|paint/.test(mark));
    t.equal([shown, record.paint, record.verdict, record.shares, events], [[], undefined, undefined, undefined, []]);
    t.equal(["app", "render", "frontend"].filter((name) => name in record.segments), []);
  },

  async "after close nothing is measured, streams go on, and init starts anew"(t) {
    const { fetch: native } = globalThis;
    const first = await start(t, { route: "/first" });
    first.install();
    const { url } = await scenario(answer(PIECES, { after_ms: 60 }));
    const response = await first.fetch(url, post);
    const records = collect(first);
    const shown = show(response, place(t, "a"));
    await t.until(() => first.last()?.marks.first_token);
    const closed = first.close();
    t.ok(globalThis.fetch === native, "the native fetch is back at once");

    // Not waited for: as when a framework takes a component off and puts it on.
    const second = await start(t, { route: "/second" });
    t.ok(second !== first, "another one");
    t.ok(first.close() === closed, "closing twice is closing once");
    const { record } = await ask(t, second, answer(PIECES));
    t.equal(record.page.route, "/second");
    t.ok(record.marks.first_answer_paint > 0, "first_answer_paint");
    await closed;
    t.equal(await shown, TEXT);

    const played = await scenario(answer(PIECES));
    t.equal(await show(await first.fetch(played.url, post), place(t, "b")), TEXT);
    const { record: next } = await ask(t, second, answer(PIECES));
    t.equal(next.page.route, "/second", "the first one's end did not stop the second");
    t.equal(records.map(({ outcome, page }) => [outcome, page.route]), [["open", "/first"]], "as it stood");
  },
});

// Answers that a renderer changes on their way into the page are found in it,
// at the moment their first text entered it.

import { Marked } from "/modules/marked/lib/marked.esm.js";
import { answer } from "../lib/chat.mjs";
import { nextRecord, start } from "../lib/measured.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const plain = new Marked();

/** Code blocks as chat apps show them: a bar with language and button. */
const decorated = new Marked({
  renderer: {
    code({ text, lang }) {
      const code = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
      return `<div class="block"><div class="bar"><span>${lang || "text"}</span><button>Copy code</button></div><pre><code>${code}</code></pre></div>`;
    },
  },
});

const REST = " And this sentence makes the answer long enough to be sure of it.";

const SOURCES = {
  "a heading": `## The answer in short\n\nIt is forty-two.${REST}`,
  "bold text": `**Yes**, that *is* so.${REST}`,
  "a code block with a language": `\`\`\`js\nconst answer = 42;\nconsole.log(answer, "is the answer");\n\`\`\`\n${REST}`,
  "a short text before a code block": `Sure:\n\n\`\`\`python\nprint(sum(range(1, 101)))\nprint("that is it")\n\`\`\`\n${REST}`,
  "a link whose address is hidden": `[The guide](https://docs.example.com/guide/with/a/very/long/path?and=query#hash) says so.${REST}`,
  "an image": `![a chart of it](https://example.com/chart.png)\n\nThe chart says it all.${REST}`,
  "a numbered list": `1. Open the **settings**\n2. Choose the \`second\` tab\n3. Press the button\n\n${REST}`,
  "tasks": `- [x] write the tests\n- [ ] run them all\n- [ ] read what they say\n\n${REST}`,
  "a table": `| Name | Value |\n| --- | --- |\n| one | first of all |\n| two | second of all |\n\n${REST}`,
  "entities and HTML": `Salt &amp; pepper<br>and &lt;sugar&gt;.${REST}`,
};

/**
 * Shows the stream by `render(text so far)`. Notes when the first letter was
 * shown, and when the task was over that showed it: whatever else is rendered
 * in it, observers are told of all at once, in WebKit after its last promise.
 * `[x]` is none of the answer's: a task's mark, shown so while half of it is
 * there.
 */
async function show(response, render) {
  const first = {};
  const later = new MessageChannel();
  later.port1.onmessage = () => (first.over = performance.now());
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let held = "";
  for (let chunk; !(chunk = await reader.read()).done; ) {
    const lines = (held + chunk.value).split("\n");
    held = lines.pop();
    for (const line of lines) {
      if (!line.startsWith("data: {")) continue;
      text += JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "";
      const at = performance.now();
      if (text && /[a-z]/i.test(render(text).replace("[x]", "")) && !first.shown) {
        first.shown = at;
        later.port2.postMessage("");
      }
    }
  }
  return first;
}

/** Asks for `source` in small pieces, shows it and checks what was found. */
async function found(t, source, render) {
  const ttft = await start(t);
  const pieces = source.match(/[^]{1,5}/g);
  const played = await scenario(answer(pieces, { first_ms: 40, after_ms: 12 }));
  const finished = nextRecord(ttft);
  const response = await ttft.fetch(played.url, { method: "POST", body: "{}" });
  const first = await show(response, render);
  const { marks, paint, page, t0 } = await finished;
  t.equal(paint.found, "text");

  t.inOrder(
    { shown: first.shown, commit: t0 + marks.first_answer_commit, over: first.over },
    page.resolution_ms + 1,
  );
  t.inOrder({ commit: marks.first_answer_commit, paint: marks.first_answer_paint });
}

const into = (stage, html) => {
  stage.innerHTML = html;
  return stage.textContent;
};

const cases = {};
for (const [what, source] of Object.entries(SOURCES)) {
  cases[`an answer that begins with ${what} is found`] = (t) =>
    found(t, source, (text) => into(t.stage, plain.parse(text)));
}
for (const what of ["a code block with a language", "a short text before a code block"]) {
  cases[`so is one with ${what} that is labelled and has a button`] = (t) =>
    found(t, SOURCES[what], (text) => into(t.stage, decorated.parse(text)));
}
for (const what of ["a link whose address is hidden", "a code block with a language"]) {
  cases[`so is one with ${what} that is shown as it was sent`] = (t) =>
    found(t, SOURCES[what], (text) => {
      t.stage.textContent = text;
      return text;
    });
}

suite("markdown", {}, {
  ...cases,

  async "so is one that is rendered many times in a task"(t) {
    await found(t, SOURCES["a table"], (text) => {
      for (let time = 0; time < 30; time++) into(t.stage, plain.parse(text));
      return t.stage.textContent;
    });
  },

  async "a button beside a growing text node does not matter"(t) {
    const node = t.stage.appendChild(document.createTextNode(""));
    t.stage.append(Object.assign(document.createElement("button"), { textContent: "Copy" }));
    let letters = 0;
    // A typewriter, so the decoder is far ahead of the page.
    await found(t, `Sure, you can do that.${REST}`, () => {
      node.data = `Sure, you can do that.${REST}`.slice(0, (letters += 3));
      return node.data;
    });
  },
});

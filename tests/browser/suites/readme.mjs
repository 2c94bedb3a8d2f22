// The README's example does what it says.

import { where } from "../lib/runner.mjs";
import { scenario } from "../lib/scenario.mjs";
import { suite } from "../lib/suite.mjs";

const ENDPOINT = "https://rum.example.com/v1/beacon";

suite("readme", {}, {
  async "the example streams an answer into the page and logs its marks"(t) {
    const readme = await (await fetch("/pkg/README.md")).text();
    const example = readme.match(/```js\n([^]*?)```/)[1];
    for (const part of ['from "ttft"', ENDPOINT, '"/api/chat"']) {
      t.ok(example.includes(part), `${part} in the example`);
    }
    const answer = "Time to first token is what a person waits for.";
    const { url } = await scenario({
      headers: { "content-type": "text/plain; charset=utf-8" },
      headers_after_ms: 20,
      steps: answer.split(/(?<= )/).map((text) => ({ after_ms: 20, text })),
    });
    const runnable = example
      .replace('"ttft"', JSON.stringify(`${location.origin}/pkg/index.js`))
      .replace(ENDPOINT, `${where.collector}/v1/beacon`)
      .replace('"/api/chat"', JSON.stringify(url));

    t.stage.id = "answer";
    const logged = new Promise((resolve) => {
      const { log } = console;
      console.log = (...values) => resolve(values);
      t.after(() => {
        console.log = log;
      });
    });
    const module = URL.createObjectURL(new Blob([runnable], { type: "text/javascript" }));
    await import(module);
    t.equal(t.stage.textContent, answer);
    const [marks, segments] = await logged;
    t.ok(marks.first_answer_paint > 0, "first_answer_paint");
    t.equal(segments.frontend.length, 3);
  },
});

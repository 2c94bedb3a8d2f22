// The demo: moving one of its switches moves the right segment.

import { record as stored } from "../lib/collector.mjs";
import { where } from "../lib/runner.mjs";
import { suite } from "../lib/suite.mjs";

const est = ({ segments }, name) => [segments[name]].flat().at(name === "app" ? 0 : 1);

/** The demo in a frame of the case's page, and its own `demo` object. */
async function open(t) {
  const frame = document.createElement("iframe");
  frame.width = 1000;
  frame.height = 700;
  frame.src = `/www/index.html?collector=${encodeURIComponent(where.collector)}`;
  t.stage.append(frame);
  await new Promise((resolve) => frame.addEventListener("load", resolve));
  const demo = await t.until(() => frame.contentWindow.demo);
  await demo.ready;
  return { demo, page: frame.contentDocument };
}

suite("demo", { seconds: 40 }, {
  async "it answers, and the collector lists the record that the panel shows"(t) {
    const { demo } = await open(t);
    const record = await demo.ask("What is time to first token?", {});
    t.equal(record.outcome, "complete");
    t.equal(record.paint.found, "text");
    await demo.ttft.flush(5000);
    t.equal(await stored(record.id), JSON.parse(JSON.stringify(record)));
  },

  async "a slow server moves generate, throttled rendering moves app"(t) {
    const { demo } = await open(t);
    const quick = await demo.ask("What is time to first token?", {});
    const slow = await demo.ask("What is time to first token?", { slowServer: true });
    const throttled = await demo.ask("What is time to first token?", { throttled: true });
    t.note(
      [quick, slow, throttled]
        .map((record) => `generate ${est(record, "generate")} app ${est(record, "app")}`)
        .join("; "),
    );
    const growth = (record, name) => est(record, name) - est(quick, name);
    t.ok(growth(slow, "generate") > growth(slow, "app"), "slow server: generate grew most");
    t.ok(growth(throttled, "app") > growth(throttled, "generate"), "throttled: app grew most");
  },
});

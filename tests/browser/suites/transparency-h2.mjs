// The same over HTTP/2, and through the patched global `fetch`.

import { where } from "../lib/runner.mjs";
import { suite } from "../lib/suite.mjs";
import { transparencyCases } from "../lib/transparency.mjs";

suite(
  "transparency-h2",
  { at: "page_h2", seconds: 60 },
  transparencyCases({
    origins: ["page_h2", "cross_h2"],
    lanes: 2,
    without: where.engine === "webkit" && {
      outcome: "cut",
      because: "natively, WebKitGTK 2.50 never tells of a reset HTTP/2 stream: reads stay pending",
    },
    measured: (t, ttft) => {
      t.after(ttft.install());
      return (...args) => fetch(...args);
    },
  }),
);

// The page cannot tell that ttft is there: everything that can be done with a
// response, natively and measured, over HTTP/1.1 and through `ttft.fetch`.

import { suite } from "../lib/suite.mjs";
import { transparencyCases } from "../lib/transparency.mjs";

suite(
  "transparency",
  { seconds: 60 },
  transparencyCases({
    // Two cells at a time, each played twice: a page has six connections to
    // an origin.
    origins: ["page", "cross"],
    lanes: 2,
    measured: (t, ttft) => ttft.fetch,
  }),
);

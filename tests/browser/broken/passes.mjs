// The control: a red run must be the other suites' doing.
import { suite } from "../lib/suite.mjs";

suite("passes", {}, {
  async "a case that passes"(t) {
    t.ok(true);
  },
  async "a case that is skipped"(t) {
    t.skip("to see the reason printed");
  },
});

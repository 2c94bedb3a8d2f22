import { suite } from "../lib/suite.mjs";

suite("fails", {}, {
  async "one is two"(t) {
    t.equal(1, 2, "one");
  },
  async "a case after a failing one still runs"() {},
});

import { suite } from "../lib/suite.mjs";

suite("spins", { seconds: 1 }, {
  async "a case that blocks the page for good"() {
    for (;;);
  },
  async "a case that the blocked page never reaches"() {},
});

import { suite } from "../lib/suite.mjs";

suite("hangs", { seconds: 1 }, {
  async "a case that never ends"() {
    await new Promise(() => {});
  },
  async "a case after a hanging one still runs"() {},
});

import { tell } from "../lib/runner.mjs";
import { suite } from "../lib/suite.mjs";

suite("leaves-early", {}, {
  async "a case that ends the whole suite"() {
    await tell("done");
    await new Promise(() => {});
  },
  async "a case that was declared and never ran"() {},
});

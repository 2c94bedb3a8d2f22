import { suite } from "../lib/suite.mjs";

suite("throws", {}, {
  async "a case that throws what is no Error"() {
    throw "a string";
  },
});

import { suite } from "../lib/suite.mjs";

suite("throws-unseen", {}, {
  async "a rejection that nobody awaits"() {
    Promise.reject(new Error("nobody looked"));
  },
});

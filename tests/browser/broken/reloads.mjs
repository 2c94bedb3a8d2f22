import { suite } from "../lib/suite.mjs";

suite("reloads", {}, {
  async "a case whose page is loaded anew by accident"() {
    location.reload();
    await new Promise(() => {});
  },
});

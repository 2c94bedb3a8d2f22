// Where there is nothing to measure: servers, pages outside the sample. The
// same names, the same errors for wrong use, and nothing else.

import { checkListener, checkPaneOptions } from "./options.js";

export function createInert() {
  const fetch = function fetch(_input) {
    return globalThis.fetch.apply(globalThis, arguments);
  };
  const inert = {
    closing: undefined,
    fetch,
    install: () => () => {},
    with(options) {
      checkPaneOptions(options);
      return { fetch };
    },
    of: () => undefined,
    on(event, listener) {
      checkListener(event, listener);
      return () => {};
    },
    last: () => undefined,
    flush: async () => true,
    close: () => (inert.closing = Promise.resolve()),
  };
  return inert;
}

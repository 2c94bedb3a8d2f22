// Where there is nothing to measure: servers, pages outside the sample. The
// same names, the same errors for wrong use, and nothing else.

import { checkEvent, checkFacts, checkListener, checkPaneOptions, checkTrackOptions } from "./options.js";

const nothing = () => {};

/** A call that nobody follows. */
export const inertTrack = () => ({
  id: "",
  event: nothing,
  chunk: nothing,
  token: nothing,
  rendered: nothing,
  set: checkFacts,
  discard: nothing,
  end: nothing,
});

export function createInert() {
  const fetch = function fetch(_input) {
    return globalThis.fetch.apply(globalThis, arguments);
  };
  const track = (options) => {
    checkTrackOptions(options);
    return inertTrack();
  };
  const turn = (event) => {
    checkEvent(event);
    return { id: "", fetch, track, end: nothing };
  };
  const pane = { fetch, track, turn };
  const inert = {
    ...pane,
    closing: undefined,
    install: () => nothing,
    with(options) {
      checkPaneOptions(options);
      return { ...pane };
    },
    of: nothing,
    on(event, listener) {
      checkListener(event, listener);
      return nothing;
    },
    last: nothing,
    flush: async () => true,
    close: () => (inert.closing = Promise.resolve()),
  };
  return inert;
}

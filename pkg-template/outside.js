// Angular's zone.js takes timers and observers that are made while the app runs
// for the app's: it checks the whole app for changes after each of their
// callbacks, and never calls it stable while a timer waits.
// https://angular.dev/best-practices/zone-pollution

/** zone.js' root, if there is one. */
let root;

/**
 * Runs `act` where what it makes is nobody's. `again`: with the root that was
 * there the last time. To ask for it takes a quarter of a microsecond where it
 * is not there, since then it may still be the id of an element.
 */
export function outside(act, again) {
  if (!again) root = globalThis.Zone?.root;
  return typeof root?.run === "function" ? root.run(act) : act();
}

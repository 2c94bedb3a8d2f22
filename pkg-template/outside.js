// Angular's zone.js takes timers and observers that are made while the app runs
// for the app's: it checks the whole app for changes after each of their
// callbacks, and never calls it stable while a timer waits.
// https://angular.dev/best-practices/zone-pollution

/** Runs `act` where what it makes is nobody's. */
export function outside(act) {
  const root = globalThis.Zone?.root;
  return typeof root?.run === "function" ? root.run(act) : act();
}

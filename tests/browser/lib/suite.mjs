// What a suite's file calls. A file in suites/ is one suite:
//
//   import { suite } from "../lib/suite.mjs";
//   suite("name-of-the-file", {}, {
//     async "a sentence that is true when the case passes"(t) {
//       t.equal(await answer(), 42);
//     },
//   });

let registered = null;

/**
 * Declares the file's suite. Options, each may be left out:
 *
 * - `engines`: the only engines it makes sense in; elsewhere its cases are
 *   skipped, with `because` as the reason.
 * - `at`: `"isolated"` runs it on a cross-origin isolated page, `"page_h2"`,
 *   `"cross"` or `"cross_h2"` on another origin of the replay server.
 * - `csp`: the Content-Security-Policy of its page.
 * - `seconds`: what one case may take; 20.
 */
export function suite(name, options, cases) {
  if (registered) throw new TypeError("one suite a file: suite() was called twice");
  const { engines, because, at, csp, seconds = 20, ...unknown } = options;
  const [wrong] = Object.keys(unknown);
  if (wrong) {
    throw new TypeError(`suite() has no option ${wrong}: engines, because, at, csp, seconds`);
  }
  if (engines && !because) throw new TypeError("suite() needs `because` beside `engines`");
  registered = { name, engines, because, at, csp, seconds, cases: Object.entries(cases) };
}

/** The suite that the imported file declared. */
export const declared = () => registered;

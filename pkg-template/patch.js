// The patch of the global `fetch`, for code that takes no `fetch` of its own.

/**
 * Patches once. `wrap(native)` gives the function that measures; `failed(error)`
 * hears where the page does not let it.
 *
 * Others may have patched before or may patch after, and undo theirs in any
 * order. So a patch is never taken out of the middle of a chain: what was
 * undone only passes on, and the next installation is a patch of its own, on
 * top of whatever is there then.
 */
export function patchFetch(wrap, failed) {
  const native = globalThis.fetch;
  const measured = wrap(() => native);
  const patch = {
    live: true,
    undo() {
      patch.live = false;
      try {
        if (globalThis.fetch === patched) globalThis.fetch = native;
      } catch {
        // Made read-only since. What is there only passes on.
      }
    },
  };
  const patched = function fetch(_input) {
    return (patch.live ? measured : native).apply(this, arguments);
  };
  try {
    globalThis.fetch = patched;
  } catch (error) {
    // A frozen global: nothing is measured, nothing breaks.
    failed(error);
  }
  return patch;
}

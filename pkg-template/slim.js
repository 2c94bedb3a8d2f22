import { createTtft } from "./facade.js";
import { load } from "./load.js";
import { checkSlimOptions } from "./options.js";

export function init(options) {
  checkSlimOptions(options);
  const { wasm } = options;
  return createTtft(options, (unmeasured) =>
    load(async () => {
      const source = await (typeof wasm === "function" ? unmeasured(wasm) : wasm);
      // The bindings would fetch what is at an address as if the page did.
      const isAddress = typeof source === "string" || source instanceof URL || source instanceof Request;
      return isAddress ? unmeasured(() => fetch(source)) : source;
    }),
  );
}

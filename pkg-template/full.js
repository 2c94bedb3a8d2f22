import { createTtft } from "./facade.js";
import { load } from "./load.js";
import { checkOptions } from "./options.js";

export function init(options = {}) {
  checkOptions(options);
  return createTtft(options, () =>
    load(
      async () => (await import("./inlined-full.js")).wasm(),
      () => import("./bindings-full.js"),
    ),
  );
}

import { createTtft } from "./facade.js";
import { load } from "./load.js";
import { checkSlimOptions } from "./options.js";

export function init(options) {
  checkSlimOptions(options);
  const { wasm } = options;
  return createTtft(options, () => load(typeof wasm === "function" ? wasm : () => wasm));
}

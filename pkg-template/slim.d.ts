/** As the main entry, without the WebAssembly bytes: the app brings them. */
import type { Options as BaseOptions, Ttft } from "./index.js";
export type * from "./index.js";

export interface Options extends BaseOptions {
  /**
   * The bytes of `ttft/ttft_bg.wasm`, or where to find them. A function is
   * called when the page is idle, or with its first call.
   */
  wasm: Source | Promise<Source> | (() => Source | Promise<Source>);
}

type Source = string | URL | Response | BufferSource | WebAssembly.Module;

export function init(options: Options): Ttft;

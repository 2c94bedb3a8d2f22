/** Resolves to the module's URL or bytes, as the bundler is set up. */
declare const wasm: string | URL | WebAssembly.Module;
export default wasm;

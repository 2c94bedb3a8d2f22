// Instantiates the WebAssembly part, when it is first wanted.

/** `source()` gives its bytes, or anything that the bindings accept. */
export async function load(source) {
  const [bindings, module_or_path] = await Promise.all([import("./bindings.js"), source()]);
  await bindings.default({ module_or_path });
  return bindings;
}

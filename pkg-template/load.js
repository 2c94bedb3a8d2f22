// Instantiates the WebAssembly part, when it is first wanted.

/** `source()` gives its bytes, or anything that the bindings accept. */
export async function load(source, glue = () => import("./bindings.js")) {
  const [bindings, module_or_path] = await Promise.all([glue(), source()]);
  await bindings.default({ module_or_path });
  return bindings;
}

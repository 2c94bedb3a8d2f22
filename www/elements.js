// Elements and numbers. Text only ever enters as text: nothing here, and
// nothing that uses it, parses HTML.

/** `element("p.note", { title: "…" }, "text", child)`. */
export function element(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length > 0) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (key === "vars") setVariables(node, value);
    else if (key.startsWith("aria-") || key === "role" || key === "scope") node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return node;
}

/** Through the CSSOM, which a policy without inline styles allows. */
export function setVariables(node, variables) {
  for (const [name, value] of Object.entries(variables)) node.style.setProperty(`--${name}`, String(value));
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Milliseconds as a number: tenths below 100, where they say something. */
export function ms(value) {
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) < 99.95 ? tenths.format(value) : whole.format(value);
}

/** `lo–hi` of an interval; nothing where both read the same. */
export function range([lo, , hi]) {
  return ms(lo) === ms(hi) ? "" : `${ms(lo)}–${ms(hi)}`;
}

export const number = (value) => tenths.format(value).replace(/\.0$/, "");

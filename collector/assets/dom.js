// Elements and numbers. Text only ever enters as text: records carry strings of
// pages that anybody can open.

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "vars") setVariables(node, value);
    else if (name.startsWith("aria-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
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

/** Milliseconds to compare down a column: tenths below 100, where they say something. */
export function ms(value) {
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) < 99.95 ? tenths.format(value) : whole.format(value);
}

/** Milliseconds to the tenth, the finest clock of a page that is not isolated. */
export const exact = (value) => (Number.isFinite(value) ? tenths.format(value) : "–");

/** `lo – hi`; nothing where there is no width. */
export function range([lo, , hi]) {
  return hi - lo < 0.05 ? "" : `${exact(lo)} – ${exact(hi)}`;
}

export const count = (value) => whole.format(value);

export function time(epoch, now = Date.now()) {
  const at = new Date(epoch);
  const clock = at.toLocaleTimeString("en-GB");
  if (Math.abs(now - epoch) < 20 * 3600e3) return clock;
  const two = (number) => String(number).padStart(2, "0");
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock.slice(0, 5)}`;
}

/** The record that the address names; none where it was cut or typed wrong, as `#%`. */
export function idIn(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

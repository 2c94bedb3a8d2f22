/**
 * An element of ttft's own, which readers of the page are not told of. Each part
 * of `style` ends in a semicolon; it goes before the page's own styles, which may
 * hide what is hidden from readers, or color all text as its background.
 */
export function createProbe(style) {
  const probe = document.createElement("span");
  probe.dataset.ttft = "";
  probe.ariaHidden = "true";
  // Through CSSOM, which a strict style-src allows.
  probe.style.cssText = `all:initial;${style}`.replaceAll(";", "!important;");
  return probe;
}

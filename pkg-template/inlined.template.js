// The module's bytes as text, the one form that every bundler ships as it is
// and that a `connect-src` cannot forbid.
//
// Not base64 of deflated bytes: a server compresses this file anyway, and
// brotli does better on the bytes themselves. So each byte that is common in a
// module is one character, printable so that no tool escapes it, and any other
// is two. See `xtask/src/text.rs`.

const TEXT = "__TEXT__";

export function wasm() {
  const bytes = new Uint8Array(TEXT.length);
  let length = 0;
  let high = 0;
  for (let i = 0; i < TEXT.length; i++) {
    const code = TEXT.charCodeAt(i);
    // "!" stands in for the backslash.
    const digit = code === 33 ? 57 : code - 35;
    if (digit > 85) high = (digit - 85) * 86;
    else {
      bytes[length++] = high + digit;
      high = 0;
    }
  }
  return bytes.subarray(0, length);
}

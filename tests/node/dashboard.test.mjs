// What of the collector's dashboard needs no page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

// By its text: Node warns of a module named .js whose package.json does not say so.
const source = await readFile(new URL("../../collector/assets/dom.js", import.meta.url), "utf8");
const { idIn } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

test("an address names a record, or none where it is no encoding", () => {
  assert.equal(idIn("#0199c0de-0000-7000-8000-000000000001"), "0199c0de-0000-7000-8000-000000000001");
  assert.equal(idIn("#a%20b"), "a b");
  for (const hash of ["", "#", "#%", "#%E0%A4%A", "#a%2"]) assert.equal(idIn(hash), "", hash);
});

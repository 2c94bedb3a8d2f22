// The declarations are sound, and say what is meant.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { project, tsc } from "./consumer.mjs";

const settings = (moduleResolution) => ({
  compilerOptions: {
    strict: true,
    noEmit: true,
    // Of the declarations, too: they are what is tested.
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    module: moduleResolution === "bundler" ? "ESNext" : "NodeNext",
    moduleResolution,
    types: [],
  },
  include: ["*.ts"],
});

for (const moduleResolution of ["bundler", "nodenext"]) {
  test(`an app that uses every member type-checks, and wrong uses don't (${moduleResolution})`, async () => {
    const { folder, remove } = project(["types/consumer.ts", "types/slim.ts"]);
    try {
      writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(settings(moduleResolution)));
      const { status, output } = await tsc(folder);
      assert.equal(output, "");
      assert.equal(status, 0);
    } finally {
      remove();
    }
  });
}

test("a declaration that is wrong would be noticed", async () => {
  const { folder, remove } = project(["types/consumer.ts"]);
  try {
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(settings("bundler")));
    writeFileSync(path.join(folder, "wrong.ts"), 'import { init } from "ttft";\ninit({ endpint: "/v1/beacon" });\n');
    const { status, output } = await tsc(folder);
    assert.notEqual(status, 0);
    assert.match(output, /^wrong\.ts\(2,8\): error TS\d+: .*'endpint'/);
  } finally {
    remove();
  }
});

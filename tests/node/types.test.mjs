// The declarations are sound, and say what is meant.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pkg, project, tsc } from "./consumer.mjs";

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

test("what docs/apps.md shows type-checks", async () => {
  const { folder, remove } = project();
  try {
    const text = readFileSync(path.join(pkg, "apps.md"), "utf8");
    const blocks = [...text.matchAll(/^```(jsx?|tsx?)\n([^]*?)^```/gm)].map(([, , code]) => code);
    assert.equal(blocks.length, 11);
    // What the page says in between: one instance, in a module of its own.
    writeFileSync(path.join(folder, "measure.ts"), blocks[0]);
    const ambient = ["react", "@ai-sdk/react", "ai"].map((name) => `declare module "${name}";`);
    ambient.push(
      "declare namespace JSX { interface IntrinsicElements { [name: string]: any } }",
      "declare const zone: { run(task: () => void): void };",
      "declare const records: { next(record: unknown): void };",
      "declare const endpoint: string;",
      "declare const useChat: any, transport: any, answered: () => void;",
      "declare const lastAssistantMessageIsCompleteWithToolCalls: unknown;",
      'declare const init: typeof import("ttft").init;',
    );
    writeFileSync(path.join(folder, "ambient.d.ts"), ambient.join("\n"));
    for (const [place, code] of blocks.entries()) {
      const own = /import .*(ttft|measure)|export const ttft/.test(code) ? code : `import { ttft } from "./measure";\n${code}`;
      writeFileSync(path.join(folder, `block-${place}.tsx`), `${own}\nexport {};\n`);
    }
    const { compilerOptions } = settings("bundler");
    // The blocks are JavaScript: their parameters have no types.
    Object.assign(compilerOptions, { jsx: "preserve", noImplicitAny: false });
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts", "*.tsx"] }));
    const { output } = await tsc(folder);
    assert.equal(output, "");
  } finally {
    remove();
  }
});

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

// The apps of apps/, each with its renderer in one file. All of it goes into
// target/renderers/.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const folder = path.join(here, "../../target/renderers");

/** Which package's version says what an app was rendered with. */
const RENDERERS = {
  "growing-text": [],
  placeholder: [],
  "fade-in": [],
  "boxed-words": [],
  marked: ["marked"],
  react: ["react", "ai", "@ai-sdk/react"],
  "react-throttled": ["react", "ai", "@ai-sdk/react"],
  "react-markdown": ["react", "ai", "react-markdown"],
  streamdown: ["react", "ai", "streamdown"],
  "streamdown-animated": ["react", "ai", "streamdown"],
  flowtoken: ["react", "ai", "flowtoken"],
  "assistant-ui": ["react", "ai", "@assistant-ui/react", "@assistant-ui/react-markdown"],
  vue: ["vue"],
  svelte: ["svelte"],
  lit: ["lit"],
  codemirror: ["codemirror"],
};

export const apps = Object.keys(RENDERERS);
export const bundles = path.join(folder, "bundles");

/** Installs the renderers if need be, and bundles these apps. */
export async function bundle(chosen) {
  install();
  const entries = readdirSync(path.join(here, "apps"));
  await build({
    entryPoints: chosen.map((app) =>
      path.join(here, "apps", entries.find((name) => path.parse(name).name === app)),
    ),
    outdir: bundles,
    bundle: true,
    format: "esm",
    // The app's folder is not where they are installed.
    nodePaths: [path.join(folder, "node_modules")],
    alias: {
      // With the compiler for templates.
      vue: path.join(folder, "node_modules/vue/dist/vue.esm-bundler.js"),
      // Not the one of the repository's own tools.
      marked: path.join(folder, "node_modules/marked/lib/marked.esm.js"),
    },
    conditions: ["svelte", "browser"],
    jsx: "automatic",
    loader: { ".css": "text" },
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    plugins: [svelte()],
    logLevel: "error",
  });
}

/** `react 19.3.1, ai 7.0.173`; empty for plain DOM. */
export function versions(app) {
  return RENDERERS[app].map((name) => `${name} ${manifest(name).version}`).join(", ");
}

function manifest(name) {
  return JSON.parse(readFileSync(path.join(folder, "node_modules", name, "package.json"), "utf8"));
}

function svelte() {
  const require = createRequire(path.join(folder, "package.json"));
  const { compile } = require("svelte/compiler");
  return {
    name: "svelte",
    setup({ onLoad }) {
      onLoad({ filter: /\.svelte$/ }, ({ path: filename }) => ({
        contents: compile(readFileSync(filename, "utf8"), { filename, generate: "client" }).js.code,
        resolveDir: path.dirname(filename),
      }));
    },
  };
}

function install() {
  const locked = readFileSync(path.join(here, "package-lock.json"));
  // Written last: an interrupted install leaves none.
  const stamp = path.join(folder, "node_modules/.installed-from.json");
  if (existsSync(stamp) && readFileSync(stamp).equals(locked)) return;
  console.log("npm ci: installing the renderers into target/renderers/");
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    cpSync(path.join(here, name), path.join(folder, name));
  }
  // No scripts: none of these needs any.
  const ci = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", ci, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    throw new Error(`npm ci in target/renderers/ failed (${error?.message ?? status}): is npm there, and a registry?`);
  }
  writeFileSync(stamp, locked);
}

// The clients as their users get them: installed from npm at the versions of
// package-lock.json, and bundled for pages, each into one module.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as esbuild from "esbuild";

const here = import.meta.dirname;

/** What pages import as /npm/NAME.mjs. */
const MODULES = {
  "ag-ui": `export { HttpAgent } from "@ag-ui/client";`,
  // One React for the hook and for the page.
  "ai-sdk-react": `
    export { useChat } from "@ai-sdk/react";
    export { DefaultChatTransport } from "ai";
    export { createElement, useEffect, useRef } from "react";
    export { createRoot } from "react-dom/client";`,
  "anthropic": `export { default } from "@anthropic-ai/sdk";`,
  "axios": `export { default } from "axios";`,
  "fetch-event-source": `export { fetchEventSource } from "@microsoft/fetch-event-source";`,
  "google-genai": `export { GoogleGenAI } from "@google/genai";`,
  "interceptors": `export { FetchInterceptor } from "@mswjs/interceptors/fetch";`,
  "ky": `export { default } from "ky";`,
  "langgraph-sdk": `export { Client } from "@langchain/langgraph-sdk";`,
  "ollama": `export { Ollama } from "ollama/browser";`,
  "openai": `export { default } from "openai";`,
  "opentelemetry": `
    export * from "@opentelemetry/api";
    export { FetchInstrumentation } from "@opentelemetry/instrumentation-fetch";
    export { InMemorySpanExporter, SimpleSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";`,
  "sentry": `export * from "@sentry/browser";`,
};

/** Installs and bundles into `folder` what is not there yet; returns the bundles' folder. */
export async function bundle(folder) {
  install(folder);
  const bundles = path.join(folder, "npm");
  mkdirSync(bundles, { recursive: true });
  for (const [name, contents] of Object.entries(MODULES)) {
    await esbuild.build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      format: "esm",
      platform: "browser",
      // Some look at the environment, which pages don't have.
      define: { "process.env.NODE_ENV": '"production"' },
      outfile: path.join(bundles, `${name}.mjs`),
      logLevel: "error",
    });
  }
  return bundles;
}

/** The version of an installed package. */
export function versionOf(folder, name) {
  return JSON.parse(readFileSync(path.join(folder, "node_modules", name, "package.json"), "utf8")).version;
}

function install(folder) {
  mkdirSync(folder, { recursive: true });
  const lock = readFileSync(path.join(here, "package-lock.json"), "utf8");
  // Written last: an interrupted installation leaves none.
  const stamp = path.join(folder, "installed-from.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  rmSync(stamp, { force: true });
  for (const file of ["package.json", "package-lock.json"]) {
    copyFileSync(path.join(here, file), path.join(folder, file));
  }
  console.log("npm ci: installing the clients into target/clients/");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} in ${folder}: ${error ?? `ended with ${status}`}`);
  writeFileSync(stamp, lock);
}

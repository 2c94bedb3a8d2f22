// The servers of docs/server-stamps.md, made to run: the document's code, and
// beside it what it leaves out, the provider and the package files.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A token every 20 ms, the first after 300 ms: 30 of them. */
const FIRST_MS = 300, AFTER_MS = 20, TOKENS = 30;
const chunk = (place) => ({
  model: "test-model",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content: `word${place} ` } }],
});
const CHUNKS = Array.from({ length: TOKENS }, (_, place) => chunk(place));

const NODE_MODEL = `
const chunks = ${JSON.stringify(CHUNKS)};
export async function* complete() {
  for (const [place, chunk] of chunks.entries()) {
    await new Promise((resolve) => setTimeout(resolve, place === 0 ? ${FIRST_MS} : ${AFTER_MS}));
    yield chunk;
  }
}
export function events() {
  return ReadableStream.from((async function* () {
    const bytes = new TextEncoder();
    for await (const chunk of complete()) yield bytes.encode(\`data: \${JSON.stringify(chunk)}\\n\\n\`);
    yield bytes.encode("data: [DONE]\\n\\n");
  })());
}
`;

/** Without Express, with all headers at once, as many helpers write them, and
 * with the standard's other line end. */
const NODE_SERVER = `
import { createServer } from "node:http";
import { complete } from "./model.mjs";
import { stamps } from "./stamps.mjs";

createServer((req, res) =>
  stamps(req, res, async () => {
    res.writeHead(200, "OK", { "Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform" });
    for await (const chunk of complete()) res.write(\`data: \${JSON.stringify(chunk)}\\r\\n\\r\\n\`);
    res.end("data: [DONE]\\r\\n\\r\\n");
  }),
).listen(process.env.PORT, "127.0.0.1");
`;

/** FastAPI's users take it for events; its lines end in CR LF. */
const SSE_STARLETTE = `
import json

from fastapi import FastAPI
from sse_starlette import EventSourceResponse

from model import complete
from stamps import Stamps

app = FastAPI()
app.add_middleware(Stamps)


@app.post("/chat")
async def chat():
    async def events():
        async for chunk in complete():
            yield {"data": json.dumps(chunk)}
        yield {"data": "[DONE]"}

    return EventSourceResponse(events())
`;

const PYTHON_MODEL = `
import asyncio, json

async def complete():
    for place, chunk in enumerate(json.loads(${JSON.stringify(JSON.stringify(CHUNKS))})):
        await asyncio.sleep(${FIRST_MS / 1000} if place == 0 else ${AFTER_MS / 1000})
        yield chunk
`;

const RUST_MODEL = `
use std::time::Duration;
use futures_util::{Stream, stream};

pub fn complete() -> impl Stream<Item = String> {
    stream::unfold(0, |place| async move {
        let wait = if place == 0 { ${FIRST_MS} } else { ${AFTER_MS} };
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let json = match place {
            ${TOKENS} => "[DONE]".to_owned(),
            _ => ${JSON.stringify(JSON.stringify(chunk("PLACE")))}.replace("PLACE", &place.to_string()),
        };
        (place <= ${TOKENS}).then_some((json, place + 1))
    })
}
`;

const CARGO = `[package]
name = "stamped"
edition = "2024"

[dependencies]
axum = { version = "0.8", default-features = false, features = ["http1", "tokio"] }
futures-util = { version = "0.3", default-features = false, features = ["alloc"] }
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread", "time"] }

[workspace]
`;

const package_json = (dependencies) => JSON.stringify({ private: true, dependencies });
const QUIET = ["--quiet", "--disable-pip-version-check"];
const UVICORN = 'exec .venv/bin/uvicorn server:app --port "$PORT" --log-level warning';
const npm = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"];

/** By name: whose code in the document it runs if not its own, further files,
 * commands that install, the command that serves. */
export const SERVERS = {
  express: {
    files: { "model.mjs": NODE_MODEL, "package.json": package_json({ express: "^5" }) },
    install: [npm],
    serve: [process.execPath, "server.mjs"],
  },
  node: {
    of: "express",
    files: { "model.mjs": NODE_MODEL, "server.mjs": NODE_SERVER },
    install: [],
    serve: [process.execPath, "server.mjs"],
  },
  fastapi: {
    files: { "model.py": PYTHON_MODEL },
    install: [
      ["python3", "-m", "venv", ".venv"],
      [".venv/bin/pip", "install", ...QUIET, "fastapi", "uvicorn"],
    ],
    serve: ["sh", "-c", UVICORN],
  },
  "sse-starlette": {
    of: "fastapi",
    files: { "model.py": PYTHON_MODEL, "server.py": SSE_STARLETTE },
    install: [
      ["python3", "-m", "venv", ".venv"],
      [".venv/bin/pip", "install", ...QUIET, "fastapi", "sse-starlette", "uvicorn"],
    ],
    serve: ["sh", "-c", UVICORN],
  },
  axum: {
    files: { "src/model.rs": RUST_MODEL, "Cargo.toml": CARGO },
    install: [["cargo", "build", "--quiet"]],
    serve: ["target/debug/stamped"],
  },
  next: {
    files: {
      "model.mjs": NODE_MODEL,
      "package.json": package_json({ next: "^16", react: "^19", "react-dom": "^19" }),
    },
    install: [npm, ["node_modules/.bin/next", "build"]],
    serve: ["sh", "-c", 'exec node_modules/.bin/next start --hostname 127.0.0.1 --port "$PORT"'],
  },
};

/** Writes a server's files into a folder of its own and installs what it needs. */
export function prepare(name, root) {
  const folder = path.join(root, "target/stamps", name);
  const { of = name, files, install } = SERVERS[name];
  const all = { ...blocks(root, of), ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const bin = path.dirname(process.execPath);
  // NEXT_TELEMETRY_DISABLED: a test tells nobody that it ran.
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: "1" };
  delete env.CARGO_TARGET_DIR;
  for (const [program, ...args] of install) {
    const { status, error } = spawnSync(program, args, { cwd: folder, env, stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`${name}: ${program} ${args.join(" ")}: ${error ?? status}`);
  }
  return { folder, env };
}

/** The document's code blocks that name a file of this server. */
function blocks(root, name) {
  const document = readFileSync(path.join(root, "docs/server-stamps.md"), "utf8");
  const found = {};
  for (const [, file, code] of document.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm)) {
    if (file.startsWith(`${name}/`)) found[file.slice(name.length + 1)] = code;
  }
  if (Object.keys(found).length < 2) throw new Error(`docs/server-stamps.md has no code for ${name}`);
  return found;
}

// Where pages report to, and ask for what only a driver can do. A page posts
// JSON as text/plain to /{run}/{kind}, which needs no CORS preflight; each run
// (one suite in one engine) has a handler. /collector/… is the collector.

import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";

/**
 * Opens the inbox; `handlers` maps a run to its functions by kind. With `pem`
 * (certificate and key) it opens over TLS too: WebKit lets no https page talk
 * to an http origin, not even on loopback.
 */
export async function openInbox({ collector, pem }) {
  const handlers = new Map();
  const answer = (request, response) => serve(request, response, handlers, collector);
  const plain = await listen(createServer(answer));
  const tls = pem && (await listen(createTlsServer({ cert: pem, key: pem }, answer)));
  return {
    handlers,
    origins: {
      inbox: `http://127.0.0.1:${plain}`,
      ...(tls && { inbox_tls: `https://127.0.0.1:${tls}` }),
    },
  };
}

function listen(server) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

async function serve(request, response, handlers, collector) {
  response.setHeader("access-control-allow-origin", "*");
  try {
    if (request.url.startsWith("/collector/")) {
      await forward(request, response, collector + request.url.slice("/collector".length));
    } else {
      const answer = await deliver(handlers, request.url, await bodyOf(request));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer ?? null));
    }
  } catch (error) {
    response.statusCode = 500;
    response.end(error.message);
  }
}

/** Its own API has no CORS; and it speaks no TLS, which https pages insist on. */
async function forward(request, response, url) {
  const { method, headers } = request;
  const kept = Object.entries(headers).filter(([name]) => /^(content-type|origin)$/.test(name));
  const body = method === "GET" || method === "HEAD" ? undefined : await bodyOf(request);
  const answer = await fetch(url, { method, headers: Object.fromEntries(kept), body });
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (/^(content-type|retry-after|access-control-.*)$/.test(name)) response.setHeader(name, value);
  }
  response.end(await answer.text());
}

async function deliver(handlers, path, body) {
  const [, run, kind] = path.split("/");
  const handler = handlers.get(run)?.[kind];
  // A page that outlived its run, or a mistake in lib/runner.mjs.
  if (!handler) throw new Error(`nothing is listening for ${path}`);
  return handler(body === "" ? {} : JSON.parse(body));
}

async function bodyOf(request) {
  let body = "";
  for await (const piece of request.setEncoding("utf8")) body += piece;
  return body;
}

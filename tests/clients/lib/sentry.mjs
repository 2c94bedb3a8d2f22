// Sentry in a page, with its tracing and its breadcrumbs. Nothing leaves it.

let copies = 0;

/** `integrations(sentry)` are those beside the usual. */
export async function sentry(integrations) {
  // A copy that has patched nothing yet: one patches for good.
  const sentry = await import(`/npm/sentry.mjs?copy=${++copies}`);
  const found = globalThis.fetch;
  const told = [];
  const client = sentry.init({
    dsn: "http://key@127.0.0.1:9/1",
    tracesSampleRate: 1,
    integrations: [sentry.browserTracingIntegration({ instrumentPageLoad: false }), ...integrations(sentry)],
    transport: (options) => sentry.createTransport(options, async () => ({ statusCode: 200 })),
    beforeBreadcrumb({ category, level, data: { __span, ...data } }) {
      told.push(`breadcrumb ${category} ${level} ${JSON.stringify(data)}`);
      return null;
    },
  });
  client.on("spanEnd", (span) => {
    // Without ids and times.
    const { name, status, attributes } = sentry.spanToJSON(span);
    const kept = Object.entries(attributes).filter(([, value]) => typeof value === "string");
    told.push(`span ${name} ${status} ${JSON.stringify(Object.fromEntries(kept))}`);
  });
  return {
    wrapped: globalThis.fetch,
    keeps: false,
    around: (act) => sentry.startSpan({ name: "question" }, act),
    lines: (run) => told.filter((line) => line.includes(run)).map((line) => `tool: ${line}`).sort(),
    // It has no way to; apps put back what they found.
    undo() {
      client.close();
      globalThis.fetch = found;
    },
  };
}

// OpenTelemetry's instrumentation of fetch, as its documentation sets it up. It
// clones each response and reads the clone to its end.

import { beside } from "../lib/beside.mjs";

let copies = 0;

async function install() {
  // A copy that has patched nothing yet.
  const otel = await import(`/npm/opentelemetry.mjs?copy=${++copies}`);
  const exporter = new otel.InMemorySpanExporter();
  const provider = new otel.WebTracerProvider({ spanProcessors: [new otel.SimpleSpanProcessor(exporter)] });
  provider.register();
  const instrumentation = new otel.FetchInstrumentation();
  instrumentation.setTracerProvider(provider);
  instrumentation.enable();
  return {
    wrapped: globalThis.fetch,
    // Its wrapper only passes on then.
    keeps: true,
    around: (act) => act(),
    lines: (run) =>
      exporter
        .getFinishedSpans()
        .filter(({ attributes }) => attributes["url.full"]?.includes(run))
        .map(({ name, kind, status, attributes, events }) =>
          `tool: ${name} ${kind} ${JSON.stringify(status)} ${JSON.stringify(attributes)} ${events.map(({ name }) => name)}`),
    undo() {
      instrumentation.disable();
      for (const api of [otel.trace, otel.context, otel.propagation]) api.disable();
    },
  };
}

beside("beside-opentelemetry", { install });

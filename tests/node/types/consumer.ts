// An app in TypeScript that uses everything that index.d.ts declares.

import { init, type Call, type Interval, type Marks, type Options, type Pane, type Record, type Track, type Ttft, type TtftError, type Turn } from "ttft";

const options: Options = {
  endpoint: new URL("https://rum.example.com/v1/beacon"),
  enabled: true,
  sampleRate: 0.1,
  match: (url, method) => url.pathname.startsWith("/v1/") && method === "POST",
  route: () => "/chat/:id",
  release: "1.2.3",
  region: "eu",
  target: () => document.querySelector("#answer"),
  labels: { experiment: "b" },
  dialects: [
    { name: "acme", answer: "payload/token", reasoning: "payload/why", tool: "payload/call", end: "kind=bye", model: "meta/engine" },
  ],
  beforeSend(record) {
    if (record.outcome === "aborted") return false;
    record.labels = { ...record.labels, plan: "free" };
    return record;
  },
  paint: "frame",
  transport: (body, { closing }) => !closing || navigator.sendBeacon("/v1/beacon", body),
};
const ttft: Ttft = init(options);
init();
init({ endpoint: "/v1/beacon", paint: false, beforeSend() {} });
init({ beforeSend: (record) => (record.outcome === "aborted" ? null : record) });

// As SDKs want it.
const sdk: { fetch: typeof globalThis.fetch } = { fetch: ttft.fetch };
const uninstall: () => void = ttft.install();
uninstall();

const pane: Pane = ttft.with({ target: document.body, labels: { column: "left" } });
const response: Response = await pane.fetch("/v1/chat", { method: "POST", body: "{}" });
await sdk.fetch(new Request("/v1/chat"));

const call: Call | undefined = ttft.of(response);
if (call) {
  const id: string = call.id;
  call.rendered();
  call.set({ model: "m", provider: "p", region: "eu", labels: { id } });
  call.discard();
}

const turn: Turn = pane.turn(new PointerEvent("click"));
ttft.turn();
ttft.turn(null);
// As React's synthetic events are.
ttft.turn({ isTrusted: true, timeStamp: 12.5 });
await turn.fetch("/v1/chat", { method: "POST" });
const told: Track = turn.track({
  url: new URL("wss://example.com/chat"),
  contentType: "application/x-ndjson",
  dialect: { name: "acme", answer: "payload/token" },
});
const source = new EventSource("/v1/chat");
source.onmessage = ({ data, type }: MessageEvent) => told.event(data, type);
source.onerror = told.end;
told.chunk(new Uint8Array(8));
told.chunk(new ArrayBuffer(8));
told.chunk("data: {}");
told.token("Hi");
told.rendered();
told.set({ model: told.id });
told.discard();
told.end();
turn.end();
const asCall: Call = told;

const off: () => void = ttft.on("first_token", (record: Record) => void record.marks.first_token);
ttft.on("first_answer_paint", ({ marks, segments, verdict }) => {
  const paint: number | undefined = marks.first_answer_paint;
  const backend: Interval | undefined = segments.backend;
  const app: number | undefined = segments.app;
  const known: "page" | "network" | "server" | "unclear" | undefined = verdict;
  return [paint, backend?.[1], app, known];
});
ttft.on("record", ({ id, rev, t0, outcome, page, request, stream, tokens, server, flags }) =>
  [id, rev, t0, outcome, page.sample_rate, request.path, stream?.gap_ms?.p95, tokens?.output, server?.queue_ms, flags?.includes("hidden")],
);
ttft.on("error", ({ type, message }: TtftError) => console.warn(type === "wasm" ? message : type));
off();

const marks: Marks | undefined = ttft.last()?.marks;
const delivered: boolean = await ttft.flush(500);
await ttft.flush();
await ttft.close();
export { asCall, delivered, marks };

// @ts-expect-error: the address is needed
ttft.track({ dialect: { name: "acme", answer: "token" } });
// @ts-expect-error: built-in formats need no mention
ttft.track({ url: "/chat", dialect: "openai-chat" });
// @ts-expect-error: text, not what JSON holds
told.token({ text: "Hi" });
// @ts-expect-error: a turn has no other in it
turn.turn();
// @ts-expect-error: no event
ttft.turn("click");
// @ts-expect-error: there is no such option
init({ endpint: "/v1/beacon" });
// @ts-expect-error: a number from 0 to 1
init({ sampleRate: "0.1" });
// @ts-expect-error: nothing else switches the paint off
init({ paint: true });
// @ts-expect-error: a dialect needs a name
init({ dialects: [{ answer: "token" }] });
// @ts-expect-error: may not be async, since a promise is no record
init({ beforeSend: async (record) => record });
// @ts-expect-error: there is no such event
ttft.on("first_tokn", () => {});
// @ts-expect-error: the detail is an error, not a record
ttft.on("error", ({ marks }) => marks);
// @ts-expect-error: of init, not of one pane
ttft.with({ route: "/chat" });
// @ts-expect-error: the bytes are for ttft/slim
init({ wasm: "/ttft_bg.wasm" });
// @ts-expect-error: may be undefined
ttft.of(response).rendered();
// @ts-expect-error: labels are strings
call?.set({ labels: { attempt: 2 } });
// @ts-expect-error: absent unless observed
export const paint: number = ttft.last()!.marks.first_answer_paint;

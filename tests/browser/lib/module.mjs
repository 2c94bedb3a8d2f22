// The module by its exports, called as bridge.js and fetch.js call them.

const ID = "01900000-0000-7000-8000-000000000000";

/** Starts `ttft`, the bindings of a module that is there, for calls like an
 * app's. */
export function driveModule(ttft) {
  ttft.start({
    pageId: ID,
    scope: "window",
    origin: "https://app.example.com",
    userAgent: globalThis.navigator?.userAgent ?? "",
    tellsLongTasks: PerformanceObserver.supportedEntryTypes.includes("longtask"),
    sampleRate: 1,
    paint: true,
    hidden: false,
    wake() {},
    found() {},
    tail() {},
    over() {},
    failed() {},
  });
  const context = { route: "/chat", region: undefined, labels: {} };
  let calls = 0;
  return {
    /** A call whose answer is of this content type; its chunks are next. */
    open(type) {
      const call = ++calls;
      ttft.open(call, ID, 90, 91, 1795000000000, 1, "https://api.example.com/v1/chat", 100, 0, context);
      ttft.response(call, 99, 200, new Headers({ "content-type": type }), true);
      return call;
    },
    /** Without a record. */
    over(call) {
      ttft.discard(call);
      while (ttft.take());
    },
  };
}

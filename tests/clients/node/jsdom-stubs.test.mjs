// jsdom with what apps' set-up files add to it, because it has none. It takes
// no signal but its own.

import { imitation } from "./imitation.mjs";
import { imitateByJsdom } from "./jsdom.mjs";

imitation(
  "jsdom-stubs",
  async (url) => {
    await imitateByJsdom(url);
    globalThis.IntersectionObserver = class {
      observe() {}
      unobserve() {}
      disconnect() {}
    };
  },
  /^ttft measures nothing: .*signal/,
);

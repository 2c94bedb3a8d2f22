// jsdom with what apps' set-up files add to it, because it has none. Its window's
// listeners are none of the window that it was copied to.

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
  /^ttft measures nothing: .*addEventListener/,
);

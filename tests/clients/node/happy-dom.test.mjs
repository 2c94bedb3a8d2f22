// happy-dom, with its own fetch, which is no native one.

import { imitation, installed } from "./imitation.mjs";

imitation("happy-dom", async (url) => {
  const { GlobalRegistrator } = await installed("@happy-dom/global-registrator");
  GlobalRegistrator.register({ url });
});

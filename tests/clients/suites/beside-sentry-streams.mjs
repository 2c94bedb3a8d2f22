// Sentry with its spans for streams: it clones each response and reads the
// clone to its end.

import { beside } from "../lib/beside.mjs";
import { sentry } from "../lib/sentry.mjs";

beside("beside-sentry-streams", {
  install: () => sentry(({ fetchStreamPerformanceIntegration }) => [fetchStreamPerformanceIntegration()]),
});

// Sentry's tracing of fetch. It leaves the body alone.

import { beside } from "../lib/beside.mjs";
import { sentry } from "../lib/sentry.mjs";

beside("beside-sentry", { install: () => sentry(() => []) });

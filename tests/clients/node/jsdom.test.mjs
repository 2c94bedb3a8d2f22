// jsdom, whose window becomes the global one as test runners do it; fetch stays
// Node's.

import { imitation } from "./imitation.mjs";
import { imitateByJsdom } from "./jsdom.mjs";

imitation("jsdom", imitateByJsdom);

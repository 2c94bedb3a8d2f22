import "../lib/suite.mjs";

throw new Error("thrown while the module was loaded");

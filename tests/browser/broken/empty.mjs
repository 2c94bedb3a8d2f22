import { suite } from "../lib/suite.mjs";

suite("empty", {}, {});

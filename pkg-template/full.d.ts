/**
 * As the main entry, and it reads the binary formats that browsers seldom meet
 * as well: AWS event streams (Bedrock called from the page) and AG-UI's
 * length-prefixed protobuf.
 */
export type * from "./index.js";
export { init } from "./index.js";

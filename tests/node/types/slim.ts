// As consumer.ts, for the entry without the module's bytes.

import { init, type Options, type Record } from "ttft/slim";
import wasm from "ttft/ttft_bg.wasm";

const options: Options = { wasm, endpoint: "/v1/beacon" };
init(options).on("record", (record: Record) => record.id);
init({ wasm: () => fetch("/ttft_bg.wasm") });
init({ wasm: new URL("/ttft_bg.wasm", location.href) });
init({ wasm: new Uint8Array(8) });

// @ts-expect-error: the bytes are needed
init({ endpoint: "/v1/beacon" });

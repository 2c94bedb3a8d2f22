//! The module's allocator. Streams run for hours, so it must give memory back
//! to itself and not only grow; the standard one does that, too, and is three
//! times as large.

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

//! Ways in for the fuzzers in `fuzz/`, which else see only the public part.

pub use crate::framing::fuzz as framing;
pub use crate::json::found::{Found, SCALARS, SHORT, TEXTS, scan};

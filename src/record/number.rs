//! Whole numbers as JavaScript has them.

use serde::Serializer;

/// A whole number as JavaScript has it.
///
/// A `u64` may be above what a `Number` holds; that JavaScript's serializer can
/// say so brings all of formatting into the module, 1.4 KB of download.
pub(super) fn number<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    #[cfg(target_arch = "wasm32")]
    return serializer.serialize_f64(*number as f64);
    #[cfg(not(target_arch = "wasm32"))]
    serializer.serialize_u64(*number)
}

pub(super) fn optional_number<S: Serializer>(
    value: &Option<u64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => number(value, serializer),
        None => serializer.serialize_none(),
    }
}

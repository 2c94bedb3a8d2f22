//! Time to first token, measured in the browser: from the request to the
//! frame that shows the answer.

pub mod answer;
pub mod call;
mod candidates;
mod decimal;
pub mod decoder;
pub mod dialect;
mod find;
mod framing;
#[cfg(fuzzing)]
pub mod fuzzing;
#[cfg(feature = "inspect")]
pub mod inspect;
mod json;
pub mod labels;
pub mod millis;
pub mod outbox;
pub mod page;
pub mod path;
pub mod record;
pub mod server_timing;
pub mod statistics;
pub mod surroundings;
pub mod timeline;

#[cfg(target_arch = "wasm32")]
pub mod web;

//! Everything in Rust that touches the browser, one adapter per file.

mod allocator;
mod beacon;
mod engine;
pub mod exports;
pub mod fields;
mod json;
mod main_thread;
mod network;
mod observer;
pub mod settings;

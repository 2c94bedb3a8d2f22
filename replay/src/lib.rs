//! Streams scenarios on a timetable and logs on a monotonic clock what it
//! wrote when.
//!
//! The ground truth of ttft's tests, benches and demo: a page measures an
//! answer, and the log says when the server really wrote it. The scenario
//! format and the routes are described in `replay/README.md`.
//!
//! The way of a request: `server` accepts it, `connection` or `http2`
//! reads it, `play` finds the scenario, `timetable` waits for the time of
//! each part and hands it over the `stage` to the `played` body and so to
//! the HTTP stack; the `wire` under the stack sees the bytes leave and the
//! `ledger` notes that in the `exchange`, which the `log` keeps.
//! A `socket` plays the same scenarios as messages, without a log.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use ttft_replay::{Config, Replay};
//!
//! let replay = Replay::start(Config::default()).await?;
//! println!("POST scenarios to {}/scenarios", replay.addresses().page);
//! # Ok(())
//! # }
//! ```

mod clock;
mod connection;
mod cors;
mod definition;
mod exchange;
mod frames;
mod http2;
mod ledger;
mod library;
mod log;
mod mounts;
mod outgoing;
mod play;
mod played;
mod routes;
mod scenario;
mod server;
mod socket;
mod stage;
mod timetable;
mod tls;
mod wire;

pub use mounts::Mount;
pub use server::{Addresses, Config, Replay};

//! Receives ttft's beacons, keeps them in one file and shows who was slow.
//!
//! A beacon's way through: [`router`] → [`ingest`] (may it come in, is it
//! whole) → [`batch`] and [`bounds`] (envelope to rows) → [`writer`] (new,
//! duplicate or replaced; one commit for all that wait) → [`store`]. What is
//! asked goes the other way, through [`api`] and [`page`].

pub mod api;
pub mod batch;
pub mod bounds;
pub mod clock;
pub mod counters;
pub mod host;
pub mod ids;
pub mod ingest;
pub mod options;
pub mod origin;
pub mod page;
pub mod refusal;
pub mod router;
pub mod server;
pub mod store;
pub mod writer;

//! The collector over real sockets.

mod beacon;
mod client;
mod crash;
mod disk;
mod fixture;
mod page;
mod revisions;

//! JSON read in one pass, for the few values somebody asked for.
//!
//! [`Paths`] holds the places of interest, [`Scanner`] walks over the bytes as
//! they come and tells a [`Visitor`] what lies at those places. There is no
//! document tree and no buffering of lines: whatever the input, a scanner
//! holds the stack of *interesting* containers, one short key or scalar, and
//! nothing else. Everything uninteresting is only counted and skipped.

#[cfg(any(test, fuzzing))]
pub(crate) mod found;
#[cfg(test)]
mod oracle;
mod paths;
mod scanner;
mod short;
mod visitor;

pub(crate) use paths::{Node, Paths, PathsError, Wants};
pub(crate) use scanner::Scanner;
pub(crate) use short::Short;
pub(crate) use visitor::{Place, Scalar, Visitor};

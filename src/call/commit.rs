//! The answer's first text in the page.

use super::Painted;
use crate::millis::Millis;
use crate::record::Found;

/// Text in the DOM, and the frame that showed it.
#[derive(Clone, Copy, Debug)]
pub struct Commit {
    /// The watch's number for it.
    pub handle: u32,
    /// When it was in the DOM.
    pub at: Millis,
    /// The frame that showed it.
    pub painted: Option<Painted>,
    /// Who found it.
    pub found: Found,
}

//! What the scanner tells, and whom.

use super::paths::{Node, Wants};

/// Where in the document something was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The path it lies at.
    pub(crate) node: Node,
    /// Serial number of the object around it, so that siblings can be told.
    pub(crate) object: u16,
    /// Its index in the outermost array: which choice or candidate.
    pub(crate) slot: u16,
}

/// What kind of scalar was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    String,
    Number,
    True,
    False,
    Null,
}

/// Who is told what was found. Nothing is final before the document has ended
/// and [`Scanner::is_complete`](super::Scanner::is_complete): keys come in any order.
pub(crate) trait Visitor {
    /// An object or array begins at a place of interest.
    fn container(&mut self, place: Place);
    /// A scalar at a place that wants [`Wants::VALUE`]. Of a string above 128
    /// bytes only the beginning is given, and `cut` is set.
    fn scalar(&mut self, place: Place, scalar: Scalar, text: &[u8], cut: bool);
    /// A string begins at a place that wants [`Wants::TEXT`].
    fn text_start(&mut self, node: Node, wants: Wants);
    /// A piece of it, escapes decoded. May end within a character.
    fn text(&mut self, bytes: &[u8]);
    /// That string is over.
    fn text_end(&mut self, place: Place);
    /// A piece of a container at a place that wants [`Wants::RAW`], as sent;
    /// before its first piece an empty one that is `first`.
    #[cfg(feature = "inspect")]
    fn raw(&mut self, bytes: &[u8], first: bool);
}

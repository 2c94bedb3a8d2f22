//! What one document said beside its strings.

use super::rule::{Class, NAMES, NUMBERS};
use super::table::DialectId;
use super::text::Span;

/// Facts that need no judgement. Absent numbers are negative.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) marks: u64,
    /// The class of typed output, and who says so.
    pub(crate) typed: Option<(Class, DialectId)>,
    /// The first dialect whose sign was seen.
    pub(crate) seen: DialectId,
    pub(crate) numbers: [i64; NUMBERS],
    pub(crate) names: [Span; NAMES],
    /// Any of `numbers`, a finding of the page's own dialects, and one of
    /// [`What::THOUGHT`]: mostly there is none.
    pub(crate) has_numbers: bool,
    pub(crate) has_user: bool,
    pub(crate) has_thoughts: bool,
    pub(crate) provider_is: Option<u8>,
    /// Tokens told one by one.
    pub(crate) tokens: u32,
    /// The rule that counted them: others count the same ones.
    pub(super) token_rule: u16,
    /// Indices that choices give themselves, or 255; those beyond are not told
    /// apart.
    pub(crate) indices: [u8; 8],
    pub(crate) part_index: Option<u8>,
    pub(crate) part_start: Option<Class>,
}

impl Facts {
    pub(super) const NONE: Self = Self {
        marks: 0,
        typed: None,
        seen: 0,
        numbers: [-1; NUMBERS],
        names: [Span::NONE; NAMES],
        has_numbers: false,
        has_user: false,
        has_thoughts: false,
        provider_is: None,
        tokens: 0,
        token_rule: 0,
        indices: [u8::MAX; 8],
        part_index: None,
        part_start: None,
    };
}

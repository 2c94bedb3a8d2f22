//! assistant-ui's transport.

use super::rule::{Class, Dialect, Kind, rule};

/// What a `textDelta` is depends on the start of its part, events before.
pub(super) const ASSISTANT_UI: Dialect = Dialect {
    name: "assistant-ui",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=part-start", Kind::Seen),
        rule("part/type", Kind::PartStart(Class::Text)),
        rule("part/type=reasoning", Kind::PartStart(Class::Reasoning)),
        rule("part/type=tool-call", Kind::PartStart(Class::Tool)),
        rule("part/type=tool-call", Kind::Happened(Class::Tool)),
        rule("path/*", Kind::PartIndex),
        rule("textDelta", Kind::PartText),
    ],
};

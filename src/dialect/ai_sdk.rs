//! Vercel's AI SDK, as an app's own backend speaks it to the page.

use super::rule::{Class, Dialect, Kind, Mark, Number, rule};

/// UI message stream, versions 5 to 7; also the parts of `fullStream`, which apps
/// send as they are, and which Mastra wraps. Names like `start`, `finish` and
/// `file` are anybody's and prove nothing.
pub(super) const AI_SDK_UI: Dialect = Dialect {
    name: "ai-sdk-ui",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=text-start", Kind::Seen),
        rule("type=reasoning-start", Kind::Seen),
        rule("type=start-step", Kind::Seen),
        rule("type=text-delta", Kind::Names(Class::Text)),
        rule("type=reasoning-delta", Kind::Names(Class::Reasoning)),
        rule("type=tool-input-start", Kind::Happened(Class::Tool)),
        rule("type=tool-input-available", Kind::Happened(Class::Tool)),
        rule("type=tool-input-error", Kind::Happened(Class::Tool)),
        rule("inputTextDelta", Kind::Output(Class::Tool)),
        rule("text", Kind::Typed),
        rule("payload/text", Kind::Typed),
        rule("totalUsage", Kind::End),
        rule("type=tool-call", Kind::Happened(Class::Tool)),
        // The model is told, and goes on.
        rule("type=tool-error", Kind::Mark(Mark::ToolError)),
    ],
};

/// Data stream, version 1. The framing gives each part's code as its name.
pub(super) const AI_SDK_DATA: Dialect = Dialect {
    name: "ai-sdk-data",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule(".", Kind::Typed),
        rule("@event=v1:0", Kind::Names(Class::Text)),
        rule("@event=v1:g", Kind::Names(Class::Reasoning)),
        rule("@event=v1:i", Kind::Happened(Class::Reasoning)),
        rule("@event=v1:9", Kind::Happened(Class::Tool)),
        rule("@event=v1:b", Kind::Happened(Class::Tool)),
        rule("@event=v1:c", Kind::Happened(Class::Tool)),
        rule("@event=v1:3", Kind::Error),
        rule("@event=v1:f", Kind::Seen),
        rule("@event=v1:d", Kind::End),
        rule("usage/promptTokens", Kind::Count(Number::Input)),
        rule("usage/completionTokens", Kind::Count(Number::Output)),
    ],
};

//! Vercel's AI SDK, as an app's own backend speaks it to the page.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

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
        rule("type=text-start", Kind::Mark(Mark::Part)),
        rule("type=reasoning-start", Kind::Mark(Mark::Part)),
        rule("type=text-delta", Kind::Mark(Mark::Part)),
        rule("type=reasoning-delta", Kind::Mark(Mark::Part)),
        rule("type=text-end", Kind::Mark(Mark::Part)),
        rule("type=reasoning-end", Kind::Mark(Mark::Part)),
        rule("type=tool-input-start", Kind::Mark(Mark::Part)),
        rule("type=tool-input-delta", Kind::Mark(Mark::Part)),
        rule("type=tool-input-end", Kind::Mark(Mark::Part)),
        rule("type=start-step", Kind::Seen),
        rule("type=text-delta", Kind::Names(Class::Text)),
        rule("type=reasoning-delta", Kind::Names(Class::Reasoning)),
        rule("type=tool-input-start", Kind::Happened(Class::Tool)),
        rule("type=tool-input-delta", Kind::Names(Class::Tool)),
        rule("type=tool-input-available", Kind::Happened(Class::Tool)),
        rule("type=tool-input-error", Kind::Happened(Class::Tool)),
        rule("inputTextDelta", Kind::Output(Class::Tool)),
        rule("text", Kind::Typed),
        rule("payload/text", Kind::Typed),
        rule("totalUsage", Kind::End),
        rule("totalUsage", Kind::Usage),
        rule("totalUsage/inputTokens", Kind::Count(Number::Input)),
        rule("totalUsage/outputTokens", Kind::Count(Number::Output)),
        rule("totalUsage/cachedInputTokens", Kind::Count(Number::Cached)),
        rule("totalUsage/reasoningTokens", Kind::Count(Number::Reasoning)),
        rule("payload/output/usage", Kind::Usage),
        rule(
            "payload/output/usage/inputTokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "payload/output/usage/outputTokens",
            Kind::Count(Number::Output),
        ),
        rule("response/modelId", Kind::Name(Name::Model)),
        rule("type=tool-call", Kind::Happened(Class::Tool)),
        rule("type=tool-call-delta", Kind::Happened(Class::Tool)),
        rule(
            "type=tool-call-streaming-start",
            Kind::Happened(Class::Tool),
        ),
        rule(
            "type=tool-call-input-streaming-start",
            Kind::Happened(Class::Tool),
        ),
        // The model is told, and goes on.
        rule("type=tool-error", Kind::Mark(Mark::OtherError)),
    ],
};

/// Data stream, version 1, and what assistant-ui's servers add to it. The framing
/// gives each part's code as its name.
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
        rule("@event=v1:aui-text-delta", Kind::Names(Class::Text)),
        rule(
            "@event=v1:aui-reasoning-delta",
            Kind::Names(Class::Reasoning),
        ),
        rule("reasoningDelta", Kind::Typed),
        rule("@event=v1:3", Kind::Error),
        rule("@event=v1:f", Kind::Seen),
        rule("@event=v1:d", Kind::End),
        rule("usage/promptTokens", Kind::Count(Number::Input)),
        rule("usage/completionTokens", Kind::Count(Number::Output)),
    ],
};

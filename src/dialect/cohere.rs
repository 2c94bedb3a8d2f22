//! Cohere.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// Version 2. Billed units are not tokens; `usage.tokens` are.
pub(super) const COHERE_V2: Dialect = Dialect {
    name: "cohere-v2",
    operation: "chat",
    provider: "cohere",
    has_end_marker: true,
    rules: &[
        rule("type=message-start", Kind::Seen),
        rule("type=content-start", Kind::Seen),
        rule("type=content-delta", Kind::Seen),
        rule("delta/message/content/text", Kind::Output(Class::Text)),
        rule(
            "delta/message/content/thinking",
            Kind::Output(Class::Reasoning),
        ),
        rule("delta/message/tool_plan", Kind::Output(Class::Reasoning)),
        rule("type=tool-call-start", Kind::Happened(Class::Tool)),
        rule(
            "delta/message/tool_calls/function/arguments",
            Kind::Output(Class::Tool),
        ),
        rule("type=message-end", Kind::End),
        rule("delta/error", Kind::Error),
        rule("delta/usage", Kind::Usage),
        rule(
            "delta/usage/tokens/input_tokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "delta/usage/tokens/output_tokens",
            Kind::Count(Number::Output),
        ),
        rule("delta/usage/cached_tokens", Kind::Count(Number::Cached)),
    ],
};

/// Version 1, lines of JSON.
pub(super) const COHERE_V1: Dialect = Dialect {
    name: "cohere-v1",
    operation: "chat",
    provider: "cohere",
    has_end_marker: true,
    rules: &[
        rule("event_type=stream-start", Kind::Seen),
        rule(
            "event_type=text-generation",
            Kind::Mark(Mark::TextGeneration),
        ),
        rule("text", Kind::Output(Class::Text)).needs(Mark::TextGeneration),
        rule(
            "event_type=tool-calls-generation",
            Kind::Happened(Class::Tool),
        ),
        rule("event_type=tool-calls-chunk", Kind::Happened(Class::Tool)),
        rule("event_type=stream-end", Kind::End),
        rule("generation_id", Kind::Name(Name::Id)),
        rule(
            "response/meta/tokens/input_tokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "response/meta/tokens/output_tokens",
            Kind::Count(Number::Output),
        ),
    ],
};

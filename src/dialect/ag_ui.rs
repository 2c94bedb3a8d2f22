//! AG-UI, which agents speak to user interfaces.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// As JSON; the protobuf framing gives its events the same shape.
pub(super) const AG_UI: Dialect = Dialect {
    name: "ag-ui",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=RUN_STARTED", Kind::Seen),
        rule("type=TEXT_MESSAGE_START", Kind::Seen),
        rule("type=TEXT_MESSAGE_CONTENT", Kind::Names(Class::Text)),
        rule("type=TEXT_MESSAGE_CHUNK", Kind::Names(Class::Text)),
        rule(
            "type=REASONING_MESSAGE_CONTENT",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=REASONING_MESSAGE_CHUNK",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=THINKING_TEXT_MESSAGE_CONTENT",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=REASONING_ENCRYPTED_VALUE",
            Kind::Happened(Class::Reasoning),
        ),
        rule("type=TOOL_CALL_START", Kind::Happened(Class::Tool)),
        rule("type=TOOL_CALL_ARGS", Kind::Happened(Class::Tool)),
        rule("type=TOOL_CALL_CHUNK", Kind::Happened(Class::Tool)),
        // Other roles are echoed; theirs is no answer. Chunks have no start, and
        // the first one has the role.
        rule("type=TEXT_MESSAGE_START", Kind::Mark(Mark::MessageStart)),
        rule("type=TEXT_MESSAGE_END", Kind::Mark(Mark::MessageStart)),
        rule("type=TEXT_MESSAGE_CHUNK", Kind::Mark(Mark::MessageChunk)),
        rule("role", Kind::Mark(Mark::Role)),
        rule("role=user", Kind::Mark(Mark::OtherRole)),
        rule("role=system", Kind::Mark(Mark::OtherRole)),
        rule("role=developer", Kind::Mark(Mark::OtherRole)),
        rule("type=RUN_ERROR", Kind::Error),
        rule("type=RUN_FINISHED", Kind::End),
        rule("runId", Kind::Name(Name::Id)),
        rule("usage/*/model", Kind::Name(Name::Model)),
        rule("usage/*/inputTokens", Kind::Count(Number::Input)),
        rule("usage/*/outputTokens", Kind::Count(Number::Output)),
        rule("usage/*/reasoningTokens", Kind::Count(Number::Reasoning)),
        rule("usage/*/cachedInputTokens", Kind::Count(Number::Cached)),
    ],
};

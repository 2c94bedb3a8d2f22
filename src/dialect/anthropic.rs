//! Anthropic's Messages.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// Named events; the same documents come base64-coded from Bedrock.
pub(super) const ANTHROPIC: Dialect = Dialect {
    name: "anthropic",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=message_start", Kind::Seen),
        rule("type=content_block_start", Kind::Seen),
        rule("type=content_block_delta", Kind::Seen),
        rule("type=message_delta", Kind::Seen),
        rule("type=message_stop", Kind::End),
        // What was said before, in short.
        rule("delta/type=compaction_delta", Kind::Mark(Mark::Echo)),
        // `delta/text` is read for all.
        rule("content_block/text", Kind::Output(Class::Text)),
        rule("delta/thinking", Kind::Output(Class::Reasoning)),
        rule("content_block/thinking", Kind::Output(Class::Reasoning)),
        // Its text is encrypted or left out, but it was generated.
        rule(
            "content_block/type=redacted_thinking",
            Kind::Happened(Class::Reasoning),
        ),
        rule("delta/estimated_tokens", Kind::Happened(Class::Reasoning)),
        rule("delta/type=signature_delta", Kind::Mark(Mark::Signed)),
        rule(
            "delta/type=signature_delta",
            Kind::Happened(Class::Reasoning),
        ),
        rule("content_block/type=tool_use", Kind::Happened(Class::Tool)),
        rule(
            "content_block/type=server_tool_use",
            Kind::Happened(Class::Tool),
        ),
        rule(
            "content_block/type=mcp_tool_use",
            Kind::Happened(Class::Tool),
        ),
        rule("delta/partial_json", Kind::Output(Class::Tool)),
        rule("message/id", Kind::Name(Name::Id)),
        rule("message/model", Kind::Name(Name::Model)),
        // The `output_tokens` of `message_start` are a placeholder, from 1 to 8:
        // of a stream that is cancelled there would be no other.
        rule("message/usage", Kind::Usage),
        rule("message/usage/input_tokens", Kind::Count(Number::Input)),
        rule(
            "message/usage/cache_creation_input_tokens",
            Kind::Count(Number::InputWritten),
        ),
        rule(
            "message/usage/cache_read_input_tokens",
            Kind::Count(Number::InputCached),
        ),
        rule("usage/input_tokens", Kind::Count(Number::Input)),
        rule(
            "usage/cache_creation_input_tokens",
            Kind::Count(Number::InputWritten),
        ),
        rule(
            "usage/cache_read_input_tokens",
            Kind::Count(Number::InputCached),
        ),
        rule("usage/output_tokens", Kind::Count(Number::Output)),
        rule(
            "usage/output_tokens_details/thinking_tokens",
            Kind::Count(Number::Reasoning),
        ),
        // The same call without streaming.
        rule("type=message", Kind::Mark(Mark::WholeMessage)),
        rule("stop_reason", Kind::End).needs(Mark::WholeMessage),
        rule("content/*/text", Kind::Output(Class::Text)).needs(Mark::WholeMessage),
        rule("content/*/thinking", Kind::Output(Class::Reasoning)).needs(Mark::WholeMessage),
        rule("content/*/type=tool_use", Kind::Happened(Class::Tool)).needs(Mark::WholeMessage),
    ],
};

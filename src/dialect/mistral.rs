//! Mistral's Conversations API. Its chat completions are OpenAI's.

use super::rule::{Class, Dialect, Kind, rule};

/// Agents and conversations: `content` is text or one piece of content.
pub(super) const MISTRAL_CONVERSATIONS: Dialect = Dialect {
    name: "mistral-conversations",
    operation: "chat",
    provider: "mistral_ai",
    has_end_marker: true,
    rules: &[
        rule("type=conversation.response.started", Kind::Seen),
        rule("type=message.output.delta", Kind::Names(Class::Text)),
        rule("content", Kind::Typed),
        rule("content/text", Kind::Typed),
        rule("content/thinking/*/text", Kind::Output(Class::Reasoning)),
        rule("type=function.call.delta", Kind::Happened(Class::Tool)),
        rule("type=tool.execution.started", Kind::Happened(Class::Tool)),
        rule("type=tool.execution.delta", Kind::Happened(Class::Tool)),
        rule("type=conversation.response.error", Kind::Error),
        rule("type=conversation.response.done", Kind::End),
    ],
};

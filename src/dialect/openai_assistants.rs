//! OpenAI's Assistants API, the predecessor of Responses.

use super::rule::{Class, Dialect, Kind, Name, rule};

/// Runs of a thread.
pub(super) const OPENAI_ASSISTANTS: Dialect = Dialect {
    name: "openai-assistants",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("object=thread.run", Kind::Seen),
        rule("object=thread.message.delta", Kind::Seen),
        rule("object=thread.run.step.delta", Kind::Seen),
        rule("@event=thread.run.failed", Kind::Error),
        rule("@event=thread.run.expired", Kind::Error),
        rule("last_error/code", Kind::Name(Name::ErrorCode)),
        rule("delta/content/*/text/value", Kind::Output(Class::Text)),
        rule("delta/content/*/refusal", Kind::Output(Class::Refusal)),
        rule(
            "delta/step_details/tool_calls/*",
            Kind::Happened(Class::Tool),
        ),
    ],
};

//! Dify, whose apps are chats, agents and workflows.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// All its apps speak it. `agent_thought` tells whole thoughts once they are
/// over.
pub(super) const DIFY: Dialect = Dialect {
    name: "dify",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("event=workflow_started", Kind::Seen),
        rule("event=agent_thought", Kind::Seen),
        rule("event=message", Kind::Mark(Mark::AppText)),
        rule("event=agent_message", Kind::Mark(Mark::AppText)),
        rule("event=text_chunk", Kind::Mark(Mark::AppText)),
        rule("answer", Kind::Output(Class::Text)).needs(Mark::AppText),
        rule("data/text", Kind::Output(Class::Text)).needs(Mark::AppText),
        rule("event=message_end", Kind::End),
        rule("event=workflow_finished", Kind::End),
        rule("event=workflow_finished", Kind::Mark(Mark::Finished)),
        rule("data/status=failed", Kind::Error).needs(Mark::Finished),
        rule("event=error", Kind::Error),
        rule("message_id", Kind::Name(Name::Id)),
        rule("metadata/usage", Kind::Usage),
        rule(
            "metadata/usage/prompt_tokens",
            Kind::Count(Number::InputAll),
        ),
        rule(
            "metadata/usage/completion_tokens",
            Kind::Count(Number::Output),
        ),
    ],
};

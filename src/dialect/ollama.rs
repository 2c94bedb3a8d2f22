//! Ollama's own API.

use super::rule::{Class, Dialect, Kind, Mark, Number, rule};

/// `/api/chat` and `/api/generate`: lines that all carry `done`. Durations are
/// nanoseconds.
pub(super) const OLLAMA: Dialect = Dialect {
    name: "ollama",
    operation: "chat",
    provider: "ollama",
    has_end_marker: true,
    rules: &[
        rule("done", Kind::Mark(Mark::Done)),
        rule("created_at", Kind::Mark(Mark::CreatedAt)),
        rule("message/role", Kind::Seen).needs(Mark::Done),
        rule("message/content", Kind::Output(Class::Text)).needs(Mark::Done),
        rule("response", Kind::Output(Class::Text)).needs(Mark::Done),
        rule("message/thinking", Kind::Output(Class::Reasoning)).needs(Mark::Done),
        rule("thinking", Kind::Output(Class::Reasoning)).needs(Mark::Done),
        rule("message/tool_calls/*", Kind::Happened(Class::Tool)).needs(Mark::Done),
        rule("done=true", Kind::End).needs(Mark::CreatedAt),
        rule("prompt_eval_count", Kind::Count(Number::Input)),
        rule("eval_count", Kind::Count(Number::Output)),
        rule("prompt_eval_duration", Kind::Time(Number::Prefill, -3)),
        rule("eval_duration", Kind::Time(Number::Generate, -3)),
        rule("total_duration", Kind::Time(Number::Total, -3)),
        #[cfg(feature = "inspect")]
        rule("total_duration", Kind::UsagePart),
        #[cfg(feature = "inspect")]
        rule("load_duration", Kind::UsagePart),
        #[cfg(feature = "inspect")]
        rule("prompt_eval_count", Kind::UsagePart),
        #[cfg(feature = "inspect")]
        rule("prompt_eval_duration", Kind::UsagePart),
        #[cfg(feature = "inspect")]
        rule("eval_count", Kind::UsagePart),
        #[cfg(feature = "inspect")]
        rule("eval_duration", Kind::UsagePart),
    ],
};

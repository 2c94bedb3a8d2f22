//! Hosts with a format of their own.

#[cfg(feature = "rare-dialects")]
use super::rule::{Class, Name, Number};
use super::rule::{Dialect, Kind, Mark, rule};

/// Replicate: the data is the text itself.
pub(super) const REPLICATE: Dialect = Dialect {
    name: "replicate",
    operation: "text_completion",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("@event=output", Kind::Mark(Mark::RawText)),
        rule("@event=output", Kind::Seen),
    ],
};

/// Cloudflare's Workers AI, where it isn't OpenAI's.
#[cfg(feature = "rare-dialects")]
pub(super) const WORKERS_AI: Dialect = Dialect {
    name: "workers-ai",
    operation: "text_completion",
    provider: "cloudflare",
    has_end_marker: true,
    rules: &[
        rule("p", Kind::Mark(Mark::Padded)),
        rule("response", Kind::Output(Class::Text)).needs(Mark::Padded),
    ],
};

/// Alibaba's DashScope in its own format: all text so far, or, if it was asked to,
/// what is new.
#[cfg(feature = "rare-dialects")]
pub(super) const DASHSCOPE: Dialect = Dialect {
    name: "dashscope",
    operation: "chat",
    provider: "alibaba_cloud",
    has_end_marker: false,
    rules: &[
        rule("output/choices/*/message/content", Kind::Cumulative),
        rule(
            "output/choices/*/message/reasoning_content",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "output/choices/*/message/tool_calls/*",
            Kind::Happened(Class::Tool),
        ),
        rule("request_id", Kind::Name(Name::Id)),
    ],
};

/// IBM watsonx.ai. Counts are on every event; the prompt's only on the first.
#[cfg(feature = "rare-dialects")]
pub(super) const WATSONX: Dialect = Dialect {
    name: "watsonx",
    operation: "text_completion",
    provider: "ibm.watsonx.ai",
    has_end_marker: false,
    rules: &[
        rule("results/*/generated_text", Kind::Output(Class::Text)),
        rule(
            "results/*/generated_token_count",
            Kind::Count(Number::Output),
        ),
        rule("results/*/input_token_count", Kind::Count(Number::Input)),
        rule("model_id", Kind::Name(Name::Model)),
    ],
};

/// Tencent's Hunyuan: OpenAI's shape under names of its own.
#[cfg(feature = "rare-dialects")]
pub(super) const HUNYUAN: Dialect = Dialect {
    name: "hunyuan",
    operation: "chat",
    provider: "tencent.hunyuan",
    has_end_marker: true,
    rules: &[
        rule("Choices/*/Delta/Content", Kind::Output(Class::Text)),
        rule(
            "Choices/*/Delta/ReasoningContent",
            Kind::Output(Class::Reasoning),
        ),
        rule("Choices/*/Delta/ToolCalls/*", Kind::Happened(Class::Tool)),
        rule("Choices/*/FinishReason", Kind::End),
        rule("ErrorMsg", Kind::Error),
        rule("ErrorMsg/Code", Kind::Name(Name::ErrorCode)),
        rule("Id", Kind::Name(Name::Id)),
        rule("Usage", Kind::Usage),
        rule("Usage/PromptTokens", Kind::Count(Number::Input)),
        rule("Usage/CompletionTokens", Kind::Count(Number::Output)),
    ],
};

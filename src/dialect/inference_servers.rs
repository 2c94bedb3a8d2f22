//! The own APIs of servers that people run themselves. Their OpenAI-compatible
//! ones are `openai-chat`.

#[cfg(feature = "rare-dialects")]
use super::rule::Name;
use super::rule::{Class, Dialect, Kind, Mark, Number, Provider, rule};

/// llama.cpp's `/completion`.
pub(super) const LLAMA_CPP: Dialect = Dialect {
    name: "llama-cpp",
    operation: "text_completion",
    provider: "llama.cpp",
    has_end_marker: true,
    rules: &[
        rule("stop", Kind::Mark(Mark::Stop)),
        rule("tokens_predicted", Kind::Mark(Mark::TokensPredicted)),
        rule("content", Kind::Output(Class::Text)).needs(Mark::Stop),
        rule("stop=true", Kind::End).needs(Mark::TokensPredicted),
        rule("tokens/*", Kind::Token),
        rule("tokens_predicted", Kind::Count(Number::Output)),
        rule("tokens_evaluated", Kind::Count(Number::InputAll)),
        rule("timings", Kind::ProviderIs(Provider::LlamaCpp)),
    ],
};

/// Hugging Face's text-generation-inference, `/generate_stream`: one token per
/// event; the special ones are not shown.
#[cfg(feature = "rare-dialects")]
pub(super) const TGI: Dialect = Dialect {
    name: "tgi",
    operation: "text_completion",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("token/special", Kind::Seen),
        rule("token/special=false", Kind::Names(Class::Text)),
        rule("token/text", Kind::Typed),
        rule("token/id", Kind::Token),
        rule("generated_text", Kind::End),
        rule("details/generated_tokens", Kind::Count(Number::Output)),
        rule("error_type", Kind::Name(Name::ErrorType)),
    ],
};

/// SGLang's `/generate`: all of the text again in each event.
#[cfg(feature = "rare-dialects")]
pub(super) const SGLANG: Dialect = Dialect {
    name: "sglang",
    operation: "text_completion",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("meta_info", Kind::Seen),
        rule("meta_info", Kind::Mark(Mark::MetaInfo)),
        rule("text", Kind::Cumulative).needs(Mark::MetaInfo),
        // It comes with status 200.
        rule("meta_info/finish_reason/type=abort", Kind::Error),
        rule("meta_info/id", Kind::Name(Name::Id)),
        rule("meta_info/prompt_tokens", Kind::Count(Number::Input)),
        rule("meta_info/completion_tokens", Kind::Count(Number::Output)),
        rule("meta_info/cached_tokens", Kind::Count(Number::Cached)),
        rule("meta_info/e2e_latency", Kind::Time(Number::Total, 6)),
    ],
};

/// LM Studio's own API. Its text is in `content`, as Mistral's.
#[cfg(feature = "rare-dialects")]
pub(super) const LM_STUDIO: Dialect = Dialect {
    name: "lm-studio",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=message.delta", Kind::Names(Class::Text)),
        rule("type=reasoning.delta", Kind::Names(Class::Reasoning)),
        rule("type=tool_call.start", Kind::Happened(Class::Tool)),
        rule("type=chat.end", Kind::End),
        rule("model_instance_id", Kind::Name(Name::Model)),
        rule("result/stats/input_tokens", Kind::Count(Number::Input)),
        rule(
            "result/stats/total_output_tokens",
            Kind::Count(Number::Output),
        ),
        rule(
            "result/stats/reasoning_output_tokens",
            Kind::Count(Number::Reasoning),
        ),
        rule(
            "result/stats/time_to_first_token_seconds",
            Kind::Time(Number::FirstToken, 6),
        ),
    ],
};

/// FastChat's workers: JSON divided by NUL, all of the text again each time.
#[cfg(feature = "rare-dialects")]
pub(super) const FASTCHAT: Dialect = Dialect {
    name: "fastchat",
    operation: "text_completion",
    provider: "",
    has_end_marker: false,
    rules: &[
        rule("error_code", Kind::Mark(Mark::ErrorCode)),
        rule("error_code", Kind::Error),
        rule("text", Kind::Cumulative).needs(Mark::ErrorCode),
    ],
};

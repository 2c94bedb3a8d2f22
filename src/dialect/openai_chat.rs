//! OpenAI Chat Completions and legacy completions: the lingua franca, spoken by
//! vLLM, SGLang, llama.cpp, Ollama, Mistral, Groq, DeepSeek, OpenRouter,
//! Together, Perplexity, Azure and many more.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, Provider, rule};

/// `choices[].delta`; all fields that vendors have added.
pub(super) const OPENAI_CHAT: Dialect = Dialect {
    name: "openai-chat",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("choices/*/delta", Kind::Seen),
        rule("object=chat.completion.chunk", Kind::Seen),
        rule("choices/*/delta/content", Kind::Output(Class::Text)),
        // Mistral sends an array once there is reasoning.
        rule("choices/*/delta/content/*/text", Kind::Output(Class::Text)),
        rule("choices/*/delta/refusal", Kind::Output(Class::Refusal)),
        // DeepSeek, vLLM, llama.cpp, Z.ai, Qwen.
        rule(
            "choices/*/delta/reasoning_content",
            Kind::Output(Class::Reasoning),
        ),
        // Copilot; Perplexity's searches; Databricks.
        rule(
            "choices/*/delta/reasoning_text",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "choices/*/delta/reasoning_steps/*/thought",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "choices/*/delta/content/*/summary/*/text",
            Kind::Output(Class::Reasoning),
        ),
        // Gemini writes its thoughts where the answer will be.
        rule(
            "choices/*/delta/extra_content/google/thought=true",
            Kind::Mark(Mark::Thinking),
        ),
        // Groq, OpenRouter, Ollama, newer vLLM.
        rule("choices/*/delta/reasoning", Kind::Output(Class::Reasoning)),
        rule(
            "choices/*/delta/reasoning_details/*/text",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "choices/*/delta/reasoning_details/*/summary",
            Kind::Output(Class::Reasoning),
        ),
        // Encrypted.
        rule(
            "choices/*/delta/reasoning_details/*/data",
            Kind::Happened(Class::Reasoning),
        ),
        rule(
            "choices/*/delta/content/*/thinking/*/text",
            Kind::Output(Class::Reasoning),
        ),
        rule("choices/*/delta/tool_calls/*", Kind::Happened(Class::Tool)),
        // One of them is no list in older versions of TGI.
        rule(
            "choices/*/delta/tool_calls/function",
            Kind::Happened(Class::Tool),
        ),
        rule("choices/*/delta/function_call", Kind::Happened(Class::Tool)),
        // Groq's own.
        rule(
            "choices/*/delta/executed_tools/*",
            Kind::Happened(Class::Tool),
        ),
        rule(
            "choices/*/delta/audio/transcript",
            Kind::Output(Class::Text),
        ),
        rule("choices/*/index", Kind::Index),
        // Perplexity has no `[DONE]`.
        rule("object=chat.completion.done", Kind::End),
        // The same call without streaming, as servers fall back to it. Some call
        // each of their chunks so, and Perplexity's hold all so far as well.
        rule("choices/*/message", Kind::Mark(Mark::WholeChat)),
        rule("choices/*/delta/role", Kind::Mark(Mark::Delta)),
        rule("choices/*/delta/content", Kind::Mark(Mark::Delta)),
        rule("object=chat.completion", Kind::Seen),
        rule("object=chat.completion", Kind::End).needs(Mark::WholeChat),
        rule("choices/*/message/content", Kind::Output(Class::Text)).needs(Mark::WholeChat),
        rule("choices/*/message/refusal", Kind::Output(Class::Refusal)).needs(Mark::WholeChat),
        rule(
            "choices/*/message/reasoning_content",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::WholeChat),
        rule(
            "choices/*/message/reasoning",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::WholeChat),
        rule(
            "choices/*/message/tool_calls/*",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::WholeChat),
        // One element per token.
        rule("choices/*/logprobs/content/*", Kind::Token),
        rule("choices/*/logprobs/refusal/*", Kind::Token),
        rule("choices/*/delta/token_id", Kind::Token),
        rule("choices/*/token_ids/*", Kind::Token),
        rule("prompt_filter_results", Kind::ProviderIs(Provider::Azure)),
        rule("x_groq", Kind::ProviderIs(Provider::Groq)),
        rule("x_groq/error", Kind::Error),
        // MiniMax, with status 200.
        rule("base_resp/status_code", Kind::Error),
        rule("timings", Kind::ProviderIs(Provider::LlamaCpp)),
        // OpenRouter says who served it.
        rule("provider", Kind::Name(Name::Provider)),
    ],
};

/// `choices[].text`.
pub(super) const OPENAI_COMPLETIONS: Dialect = Dialect {
    name: "openai-completions",
    operation: "text_completion",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("object=text_completion", Kind::Seen),
        rule("object=text_completion.chunk", Kind::Seen),
        rule("choices/*/text", Kind::Output(Class::Text)),
    ],
};

/// Counts and timings of OpenAI's shape, whichever of the two sends them.
pub(super) const OPENAI_USAGE: Dialect = Dialect {
    name: "",
    operation: "",
    provider: "",
    has_end_marker: false,
    rules: &[
        rule("x_groq/usage", Kind::Usage),
        // LiteLLM sends Anthropic's counts beside it, which it holds already.
        rule("usage/prompt_tokens", Kind::Count(Number::InputAll)),
        rule("usage/total_tokens", Kind::Count(Number::All)),
        rule("usage/completion_tokens", Kind::Count(Number::Output)),
        // Mistral's agents: what their tools found, beside the prompt.
        rule("usage/connector_tokens", Kind::Count(Number::InputMore)),
        rule(
            "usage/prompt_tokens_details/cached_tokens",
            Kind::Count(Number::Cached),
        ),
        rule("usage/prompt_cache_hit_tokens", Kind::Count(Number::Cached)),
        rule(
            "usage/completion_tokens_details/reasoning_tokens",
            Kind::Count(Number::Reasoning),
        ),
        // Moonshot.
        rule("usage/cached_tokens", Kind::Count(Number::Cached)),
        rule("choices/*/usage", Kind::Usage),
        rule(
            "choices/*/usage/prompt_tokens",
            Kind::Count(Number::InputAll),
        ),
        rule(
            "choices/*/usage/completion_tokens",
            Kind::Count(Number::Output),
        ),
        rule("choices/*/usage/cached_tokens", Kind::Count(Number::Cached)),
        // SGLang.
        rule("usage/reasoning_tokens", Kind::Count(Number::Reasoning)),
        // Groq, in seconds.
        rule("usage/queue_time", Kind::Time(Number::Queue, 6)),
        rule("usage/prompt_time", Kind::Time(Number::Prefill, 6)),
        rule("usage/completion_time", Kind::Time(Number::Generate, 6)),
        rule("usage/total_time", Kind::Time(Number::Total, 6)),
        rule("x_groq/usage/prompt_tokens", Kind::Count(Number::InputAll)),
        rule(
            "x_groq/usage/completion_tokens",
            Kind::Count(Number::Output),
        ),
        rule("x_groq/usage/queue_time", Kind::Time(Number::Queue, 6)),
        rule("x_groq/usage/prompt_time", Kind::Time(Number::Prefill, 6)),
        rule(
            "x_groq/usage/completion_time",
            Kind::Time(Number::Generate, 6),
        ),
        rule("x_groq/usage/total_time", Kind::Time(Number::Total, 6)),
        // Cerebras.
        rule("time_info/queue_time", Kind::Time(Number::Queue, 6)),
        rule("time_info/prompt_time", Kind::Time(Number::Prefill, 6)),
        rule("time_info/completion_time", Kind::Time(Number::Generate, 6)),
        rule("time_info/total_time", Kind::Time(Number::Total, 6)),
        // GPUStack's llama-box.
        rule(
            "usage/time_to_first_token_ms",
            Kind::Time(Number::FirstToken, 3),
        ),
        // Novita behind Hugging Face's router.
        rule("sla_metrics/ttft_ms", Kind::Time(Number::FirstToken, 3)),
        // vLLM, with per-request metrics switched on.
        rule(
            "metrics/time_to_first_token_ms",
            Kind::Time(Number::FirstToken, 3),
        ),
        rule("metrics/queue_time_ms", Kind::Time(Number::Queue, 3)),
        rule(
            "metrics/generation_time_ms",
            Kind::Time(Number::Generate, 3),
        ),
        // llama.cpp.
        rule("timings/prompt_ms", Kind::Time(Number::Prefill, 3)),
        rule("timings/predicted_ms", Kind::Time(Number::Generate, 3)),
        rule("timings/predicted_n", Kind::Count(Number::Output)),
        rule("timings/prompt_n", Kind::Count(Number::Input)),
        rule("timings/cache_n", Kind::Count(Number::InputCached)),
    ],
};

//! What is the same in many dialects, and so says nothing about which it is.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// Nobody's in particular.
pub(super) const COMMON: Dialect = Dialect {
    name: "",
    operation: "",
    provider: "",
    has_end_marker: false,
    rules: &[
        // Anthropic, Bedrock Converse, Gemini Interactions.
        rule("delta/text", Kind::Output(Class::Text)),
        // Names that are anybody's: Azure's search demo, Workers AI, Coze and Agno;
        // LangServe, LobeChat, Flowise; the AI SDK's `fullStream` of version 4.
        rule("delta/content", Kind::Output(Class::Text)),
        rule("response", Kind::Output(Class::Text)),
        rule("reasoning_content", Kind::Output(Class::Reasoning)),
        rule("@event=data", Kind::Names(Class::Text)),
        rule("@event=text", Kind::Names(Class::Text)),
        rule("event=token", Kind::Names(Class::Text)),
        rule("type=reasoning", Kind::Names(Class::Reasoning)),
        // Plain text has this name; Replicate's marks itself.
        rule("@event=\n", Kind::Mark(Mark::RawText)),
        rule("@data", Kind::Output(Class::Text)).needs(Mark::RawText),
        // OpenAI Responses, Ollama.
        rule("logprobs/*", Kind::Token),
        rule("error", Kind::Error),
        rule("error/type", Kind::Name(Name::ErrorType)),
        rule("error/code", Kind::Name(Name::ErrorCode)),
        rule("type=error", Kind::Error),
        // Older vLLM, FastChat.
        rule("object=error", Kind::Error),
        rule("@event=error", Kind::Error),
        rule("code", Kind::Name(Name::ErrorCode)),
        // Assistants, Replicate.
        rule("@event=done", Kind::End),
        rule("id", Kind::Name(Name::Id)),
        rule("messageId", Kind::Name(Name::Id)),
        rule("model", Kind::Name(Name::Model)),
        rule("usage", Kind::Usage),
        // Bedrock Converse, assistant-ui.
        rule("usage/inputTokens", Kind::Count(Number::Input)),
        rule("usage/outputTokens", Kind::Count(Number::Output)),
    ],
};

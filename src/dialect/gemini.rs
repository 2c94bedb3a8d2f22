//! Google's Gemini and Vertex AI.

#[cfg(feature = "rare-dialects")]
use super::rule::Mark;
use super::rule::{Class, Dialect, Kind, Name, Number, rule};

/// `streamGenerateContent`, as events or as one array. Usage is cumulative and
/// on every event.
pub(super) const GEMINI: Dialect = Dialect {
    name: "gemini",
    operation: "generate_content",
    provider: "gcp.gen_ai",
    has_end_marker: false,
    rules: &[
        rule("candidates", Kind::Seen),
        rule("usageMetadata", Kind::Seen),
        rule("promptFeedback", Kind::Seen),
        rule("candidates/*/index", Kind::Index),
        rule(
            "candidates/*/content/parts/*/text",
            Kind::Output(Class::Text),
        ),
        // Comes after the text it explains.
        rule("candidates/*/content/parts/*/thought=true", Kind::Thought),
        rule(
            "candidates/*/content/parts/*/functionCall",
            Kind::Happened(Class::Tool),
        ),
        rule(
            "candidates/*/content/parts/*/executableCode",
            Kind::Happened(Class::Tool),
        ),
        // The Live API, by WebSocket.
        rule(
            "serverContent/modelTurn/parts/*/text",
            Kind::Output(Class::Text),
        ),
        rule(
            "serverContent/modelTurn/parts/*/thought=true",
            Kind::Thought,
        ),
        rule(
            "serverContent/outputTranscription/text",
            Kind::Output(Class::Text),
        ),
        rule("toolCall/functionCalls/*", Kind::Happened(Class::Tool)),
        rule("serverContent/turnComplete", Kind::End),
        rule(
            "usageMetadata/responseTokenCount",
            Kind::Count(Number::Output),
        ),
        rule("error/status", Kind::Name(Name::ErrorType)),
        rule("responseId", Kind::Name(Name::Id)),
        rule("modelVersion", Kind::Name(Name::Model)),
        rule("usageMetadata", Kind::Usage),
        rule("usageMetadata/promptTokenCount", Kind::Count(Number::Input)),
        rule(
            "usageMetadata/toolUsePromptTokenCount",
            Kind::Count(Number::InputMore),
        ),
        rule(
            "usageMetadata/cachedContentTokenCount",
            Kind::Count(Number::Cached),
        ),
        rule(
            "usageMetadata/candidatesTokenCount",
            Kind::Count(Number::Output),
        ),
        rule(
            "usageMetadata/thoughtsTokenCount",
            Kind::Count(Number::OutputReasoning),
        ),
    ],
};

/// Agents of the Agent Development Kit. Their last event repeats the answer, or is
/// all of it.
#[cfg(feature = "rare-dialects")]
pub(super) const GOOGLE_ADK: Dialect = Dialect {
    name: "google-adk",
    operation: "invoke_agent",
    provider: "gcp.gen_ai",
    has_end_marker: false,
    rules: &[
        rule("invocationId", Kind::Mark(Mark::Adk)),
        rule("content/parts/*/text", Kind::Output(Class::Text)).needs(Mark::Adk),
        rule("content/parts/*/functionCall", Kind::Happened(Class::Tool)),
        rule("partial=true", Kind::Mark(Mark::Partial)),
        rule("content/parts/*/text", Kind::Output(Class::Text)).needs(Mark::Partial),
        rule("content/parts/*/thought=true", Kind::Thought),
        rule("errorCode", Kind::Error).needs(Mark::Adk),
        rule("errorCode", Kind::Name(Name::ErrorCode)),
    ],
};

/// The Interactions API. Its text is in `delta/text`, which is read for all.
pub(super) const GEMINI_INTERACTIONS: Dialect = Dialect {
    name: "gemini-interactions",
    operation: "generate_content",
    provider: "gcp.gen_ai",
    has_end_marker: true,
    rules: &[
        rule("event_type=interaction.created", Kind::Seen),
        rule("event_type=interaction.start", Kind::Seen),
        rule("event_type=step.start", Kind::Seen),
        rule("event_type=step.delta", Kind::Seen),
        rule("event_type=content.start", Kind::Seen),
        rule("event_type=content.delta", Kind::Seen),
        rule("event_type=interaction.completed", Kind::End),
        rule("event_type=interaction.complete", Kind::End),
        rule("event_type=error", Kind::Error),
        // A summary of its thoughts.
        rule("delta/content/text", Kind::Output(Class::Reasoning)),
        rule("step/type=function_call", Kind::Happened(Class::Tool)),
        rule("step/type=google_search_call", Kind::Happened(Class::Tool)),
        rule("step/type=code_execution_call", Kind::Happened(Class::Tool)),
        rule("step/type=url_context_call", Kind::Happened(Class::Tool)),
        rule("step/type=google_maps_call", Kind::Happened(Class::Tool)),
        rule("step/type=file_search_call", Kind::Happened(Class::Tool)),
        rule(
            "step/type=mcp_server_tool_call",
            Kind::Happened(Class::Tool),
        ),
        rule("delta/arguments", Kind::Happened(Class::Tool)),
        rule("interaction/id", Kind::Name(Name::Id)),
        rule("interaction/model", Kind::Name(Name::Model)),
        rule("interaction/usage", Kind::Usage),
        rule(
            "interaction/usage/total_input_tokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "interaction/usage/total_tool_use_tokens",
            Kind::Count(Number::InputMore),
        ),
        rule(
            "interaction/usage/total_cached_tokens",
            Kind::Count(Number::Cached),
        ),
        rule(
            "interaction/usage/total_output_tokens",
            Kind::Count(Number::Output),
        ),
        rule(
            "interaction/usage/total_thought_tokens",
            Kind::Count(Number::OutputReasoning),
        ),
    ],
};

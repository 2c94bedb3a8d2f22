//! OpenAI's Responses API: typed events, also at xAI, DeepSeek, OpenRouter and
//! Bedrock Mantle.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// The `type` may come after the `delta` it explains, and `response.created`
/// echoes instructions and tools: arbitrary text of the user's.
pub(super) const OPENAI_RESPONSES: Dialect = Dialect {
    name: "openai-responses",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=response.created", Kind::Seen),
        rule("type=response.in_progress", Kind::Seen),
        rule("type=response.queued", Kind::Seen),
        rule("type=response.output_item.added", Kind::Seen),
        rule("type=response.output_text.delta", Kind::Names(Class::Text)),
        rule(
            "type=response.audio.transcript.delta",
            Kind::Names(Class::Text),
        ),
        // The Realtime API, now and before.
        rule(
            "type=response.output_audio_transcript.delta",
            Kind::Names(Class::Text),
        ),
        rule(
            "type=response.audio_transcript.delta",
            Kind::Names(Class::Text),
        ),
        rule("type=response.text.delta", Kind::Names(Class::Text)),
        rule("type=response.done", Kind::End),
        // The Agents SDK passes on what its model says.
        rule("data/type=output_text_delta", Kind::Names(Class::Text)),
        rule(
            "data/type=response.output_text.delta",
            Kind::Names(Class::Text),
        ),
        rule(
            "data/type=response.reasoning_summary_text.delta",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "data/type=response.function_call_arguments.delta",
            Kind::Names(Class::Tool),
        ),
        rule("data/delta", Kind::Typed),
        rule("data/type=response_done", Kind::End),
        rule("data/type=response.completed", Kind::End),
        rule("data/response/id", Kind::Name(Name::Id)),
        rule("data/response/model", Kind::Name(Name::Model)),
        rule("data/response/usage", Kind::Usage),
        rule(
            "data/response/usage/inputTokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "data/response/usage/outputTokens",
            Kind::Count(Number::Output),
        ),
        rule(
            "data/response/usage/input_tokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "data/response/usage/output_tokens",
            Kind::Count(Number::Output),
        ),
        rule("type=response.refusal.delta", Kind::Names(Class::Refusal)),
        rule(
            "type=response.reasoning_text.delta",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=response.reasoning_summary_text.delta",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=response.reasoning.delta",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=response.reasoning_summary.delta",
            Kind::Names(Class::Reasoning),
        ),
        rule(
            "type=response.function_call_arguments.delta",
            Kind::Names(Class::Tool),
        ),
        rule(
            "type=response.custom_tool_call_input.delta",
            Kind::Names(Class::Tool),
        ),
        rule(
            "type=response.mcp_call_arguments.delta",
            Kind::Names(Class::Tool),
        ),
        rule(
            "type=response.code_interpreter_call_code.delta",
            Kind::Names(Class::Tool),
        ),
        rule(
            "type=response.shell_call_command.delta",
            Kind::Names(Class::Tool),
        ),
        rule(
            "type=response.apply_patch_call_operation_diff.delta",
            Kind::Names(Class::Tool),
        ),
        rule("delta", Kind::Typed),
        // The same item comes again in `response.output_item.done`.
        rule(
            "type=response.output_item.added",
            Kind::Mark(Mark::ItemAdded),
        ),
        rule("item/type=function_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=custom_tool_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=web_search_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=file_search_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule(
            "item/type=code_interpreter_call",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::ItemAdded),
        rule(
            "item/type=image_generation_call",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::ItemAdded),
        rule("item/type=computer_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=mcp_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule(
            "item/type=mcp_approval_request",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::ItemAdded),
        rule("item/type=tool_search_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=local_shell_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=shell_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("item/type=apply_patch_call", Kind::Happened(Class::Tool)).needs(Mark::ItemAdded),
        rule("type=response.completed", Kind::End),
        rule("type=response.incomplete", Kind::End),
        rule("type=response.failed", Kind::End),
        rule("type=response.failed", Kind::Error),
        rule("response/error/code", Kind::Name(Name::ErrorCode)),
        rule("response/id", Kind::Name(Name::Id)),
        rule("response/model", Kind::Name(Name::Model)),
        rule("response/usage", Kind::Usage),
        rule("response/usage/input_tokens", Kind::Count(Number::Input)),
        rule(
            "response/usage/input_tokens_details/cached_tokens",
            Kind::Count(Number::Cached),
        ),
        rule("response/usage/output_tokens", Kind::Count(Number::Output)),
        rule(
            "response/usage/output_tokens_details/reasoning_tokens",
            Kind::Count(Number::Reasoning),
        ),
        // The same call without streaming.
        rule("object=response", Kind::Mark(Mark::WholeResponse)),
        rule("object=response", Kind::Seen),
        // Of one in the background a receipt is all that comes.
        rule("status=completed", Kind::End).needs(Mark::WholeResponse),
        rule("status=incomplete", Kind::End).needs(Mark::WholeResponse),
        rule("status=failed", Kind::End).needs(Mark::WholeResponse),
        rule("output/*/content/*/text", Kind::Output(Class::Text)).needs(Mark::WholeResponse),
        rule("output/*/content/*/type=reasoning_text", Kind::Thought),
        rule("output/*/content/*/refusal", Kind::Output(Class::Refusal)).needs(Mark::WholeResponse),
        rule("output/*/summary/*/text", Kind::Output(Class::Reasoning)).needs(Mark::WholeResponse),
        rule(
            "usage/input_tokens_details/cached_tokens",
            Kind::Count(Number::Cached),
        ),
        rule(
            "usage/output_tokens_details/reasoning_tokens",
            Kind::Count(Number::Reasoning),
        ),
        rule("output/*/type=function_call", Kind::Happened(Class::Tool)).needs(Mark::WholeResponse),
    ],
};

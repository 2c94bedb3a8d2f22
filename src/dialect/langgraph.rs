//! LangGraph and LangChain.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// `stream_mode` `messages`: a pair of a message and its metadata, or a list of
/// messages that grow. `values`, `updates` and `messages/complete` hold the
/// user's own messages and those of earlier turns, and are not read: an answer
/// that was not streamed is not told from those.
pub(super) const LANGGRAPH: Dialect = Dialect {
    name: "langgraph",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: false,
    rules: &[
        rule("*/type=AIMessageChunk", Kind::Mark(Mark::AiMessage)),
        rule("*/type=AIMessageChunk", Kind::Mark(Mark::AiChunk)),
        rule("*/type=ai", Kind::Mark(Mark::AiMessage)),
        rule("*/content", Kind::Output(Class::Text)).needs(Mark::AiMessage),
        rule("*/content/*/text", Kind::Output(Class::Text)).needs(Mark::AiMessage),
        rule("*/content/*/thinking", Kind::Output(Class::Reasoning)).needs(Mark::AiMessage),
        rule("*/content/*/reasoning", Kind::Output(Class::Reasoning)).needs(Mark::AiMessage),
        rule(
            "*/additional_kwargs/reasoning_content",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::AiMessage),
        // As providers' own reasoning is kept within LangChain.
        rule("*/content/*/summary/*/text", Kind::Output(Class::Reasoning)).needs(Mark::AiMessage),
        rule(
            "*/content/*/reasoning_content/text",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::AiMessage),
        rule("*/tool_call_chunks/*", Kind::Happened(Class::Tool)).needs(Mark::AiMessage),
        rule("*/tool_calls/*", Kind::Happened(Class::Tool)).needs(Mark::AiMessage),
        // As LangChain's JavaScript writes a message, with or without what is about it.
        rule("id/2=AIMessageChunk", Kind::Mark(Mark::AiMessage)),
        rule("*/id/2=AIMessageChunk", Kind::Mark(Mark::AiMessage)),
        rule("kwargs/content", Kind::Output(Class::Text)).needs(Mark::AiMessage),
        rule("*/kwargs/content", Kind::Output(Class::Text)).needs(Mark::AiMessage),
        rule("kwargs/content/*/text", Kind::Output(Class::Text)).needs(Mark::AiMessage),
        rule("*/kwargs/content/*/text", Kind::Output(Class::Text)).needs(Mark::AiMessage),
        rule("kwargs/tool_call_chunks/*", Kind::Happened(Class::Tool)).needs(Mark::AiMessage),
        rule("*/kwargs/tool_call_chunks/*", Kind::Happened(Class::Tool)).needs(Mark::AiMessage),
        // Of two rules at one place the later goes first.
        rule("@event=messages/partial", Kind::Mark(Mark::Repeated)),
        rule("@event=messages/complete", Kind::Mark(Mark::Echo)),
        rule("@event=messages/complete", Kind::Seen),
        rule("*/content", Kind::Cumulative).needs(Mark::Repeated),
        rule("*/content/*/text", Kind::Cumulative).needs(Mark::Repeated),
        // Whatever the app keeps, from the question and from turns before.
        rule("@event=values", Kind::Mark(Mark::Echo)),
        rule("@event=updates", Kind::Mark(Mark::Echo)),
        rule("@event=custom", Kind::Mark(Mark::OtherError)),
        rule("@event=end", Kind::End),
        rule("run_id", Kind::Name(Name::Id)),
        rule("*/response_metadata/model_name", Kind::Name(Name::Model)),
        rule("*/usage_metadata/input_tokens", Kind::Count(Number::Input)),
        rule(
            "*/usage_metadata/output_tokens",
            Kind::Count(Number::Output),
        ),
        rule(
            "*/usage_metadata/input_token_details/cache_read",
            Kind::Count(Number::Cached),
        ),
        rule(
            "*/usage_metadata/output_token_details/reasoning",
            Kind::Count(Number::Reasoning),
        ),
    ],
};

/// `astream_events`, where a model's end repeats its answer, and LangServe.
pub(super) const LANGCHAIN_EVENTS: Dialect = Dialect {
    name: "langchain-events",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: false,
    rules: &[
        rule("event=on_chat_model_start", Kind::Seen),
        // LangServe: strings, or messages.
        rule("type=AIMessageChunk", Kind::Names(Class::Text)),
        rule("event=on_chat_model_stream", Kind::Mark(Mark::ModelStream)),
        rule("data/chunk/content", Kind::Output(Class::Text)).needs(Mark::ModelStream),
        rule("data/chunk/content/*/text", Kind::Output(Class::Text)).needs(Mark::ModelStream),
        rule(
            "data/chunk/additional_kwargs/reasoning_content",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::ModelStream),
        rule(
            "data/chunk/content/*/thinking",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::ModelStream),
        rule("data/chunk/tool_call_chunks/*", Kind::Happened(Class::Tool)).needs(Mark::ModelStream),
        // As LangChain's JavaScript writes a message.
        rule("data/chunk/kwargs/content", Kind::Output(Class::Text)).needs(Mark::ModelStream),
        rule("metadata/ls_model_name", Kind::Name(Name::Model)),
    ],
};

/// The newer event protocol. A block's start carries tokens, and its finish
/// repeats them all.
pub(super) const LANGGRAPH_PROTOCOL: Dialect = Dialect {
    name: "langgraph-protocol",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: false,
    rules: &[
        rule("method=messages", Kind::Seen),
        rule(
            "params/data/event=content-block-start",
            Kind::Mark(Mark::BlockStart),
        ),
        // Deltas have three shapes; two of them are that of a start.
        rule(
            "params/data/event=content-block-delta",
            Kind::Mark(Mark::BlockStart),
        ),
        rule("params/data/content/text", Kind::Output(Class::Text)).needs(Mark::BlockStart),
        rule(
            "params/data/content/reasoning",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::BlockStart),
        rule(
            "params/data/content/type=tool_call",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::BlockStart),
        rule(
            "params/data/content/type=tool_call_chunk",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::BlockStart),
        rule("params/data/content_block/text", Kind::Output(Class::Text)).needs(Mark::BlockStart),
        rule(
            "params/data/content_block/reasoning",
            Kind::Output(Class::Reasoning),
        )
        .needs(Mark::BlockStart),
        rule(
            "params/data/content_block/type=tool_call",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::BlockStart),
        rule(
            "params/data/content_block/type=tool_call_chunk",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::BlockStart),
        rule(
            "params/data/event=message-start",
            Kind::Mark(Mark::MessageStart),
        ),
        rule("params/data/role=human", Kind::Mark(Mark::OtherRole)),
        rule("params/data/role=system", Kind::Mark(Mark::OtherRole)),
        rule("params/data/role=tool", Kind::Mark(Mark::OtherRole)),
        rule("params/data/delta/text", Kind::Output(Class::Text)),
        rule(
            "params/data/delta/reasoning",
            Kind::Output(Class::Reasoning),
        ),
        rule("params/data/delta/args", Kind::Output(Class::Tool)),
        rule("params/data/run_id", Kind::Name(Name::Id)),
        rule("params/data/usage", Kind::Usage),
        rule("params/data/usage/input_tokens", Kind::Count(Number::Input)),
        rule(
            "params/data/usage/output_tokens",
            Kind::Count(Number::Output),
        ),
        rule(
            "params/data/usage/input_token_details/cache_read",
            Kind::Count(Number::Cached),
        ),
        rule(
            "params/data/usage/output_token_details/reasoning",
            Kind::Count(Number::Reasoning),
        ),
    ],
};

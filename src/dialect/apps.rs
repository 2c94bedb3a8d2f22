//! What apps with servers of their own speak to their pages.

use super::rule::{Class, Dialect, Kind, Mark, Name, Number, rule};

/// LobeChat: named events, the data a string.
pub(super) const LOBECHAT: Dialect = Dialect {
    name: "lobechat",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("@event=reasoning", Kind::Names(Class::Reasoning)),
        rule("@event=tool_calls", Kind::Happened(Class::Tool)),
        rule("@event=stop", Kind::End),
        rule("totalInputTokens", Kind::Seen),
        rule("totalInputTokens", Kind::Count(Number::Input)),
        rule("totalOutputTokens", Kind::Count(Number::Output)),
    ],
};

/// LibreChat, whose agents are LangChain's. Its last event repeats the answer.
pub(super) const LIBRECHAT: Dialect = Dialect {
    name: "librechat",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("event=on_run_step", Kind::Seen),
        rule("data/delta/content/*/text", Kind::Output(Class::Text)),
        rule("data/delta/content/*/think", Kind::Output(Class::Reasoning)),
        rule("data/delta/tool_calls/*", Kind::Happened(Class::Tool)),
        rule("responseMessage/messageId", Kind::End),
        rule("responseMessage/messageId", Kind::Name(Name::Id)),
    ],
};

/// n8n's chat.
pub(super) const N8N: Dialect = Dialect {
    name: "n8n",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("metadata/nodeId", Kind::Mark(Mark::Node)),
        rule("metadata/nodeName", Kind::Mark(Mark::NodeName)),
        rule("content", Kind::Output(Class::Text)).needs(Mark::NodeName),
        rule("type=end", Kind::End).needs(Mark::Node),
    ],
};

/// Flowise and Langflow.
pub(super) const FLOWISE: Dialect = Dialect {
    name: "flowise",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("data/chatMessageId", Kind::Seen),
        rule("data", Kind::Typed),
        rule("data/chunk", Kind::Typed),
        rule("event=usedTools", Kind::Happened(Class::Tool)),
        rule("data/chatMessageId", Kind::Name(Name::Id)),
        rule("event=end", Kind::End),
    ],
};

/// Coze. What its plugins say comes with other names.
pub(super) const COZE: Dialect = Dialect {
    name: "coze",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("@event=conversation.chat.created", Kind::Seen),
        rule(
            "@event=conversation.message.delta",
            Kind::Names(Class::Text),
        ),
        rule("@event=conversation.chat.failed", Kind::Error),
        rule("@event=conversation.chat.completed", Kind::End),
        rule("usage/input_count", Kind::Count(Number::Input)),
        rule("usage/output_count", Kind::Count(Number::Output)),
    ],
};

/// Agno's agents. Their end repeats the answer.
pub(super) const AGNO: Dialect = Dialect {
    name: "agno",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("event=RunContent", Kind::Names(Class::Text)),
        rule("event=ToolCallStarted", Kind::Happened(Class::Tool)),
        rule("event=RunError", Kind::Error),
        rule("event=RunCompleted", Kind::End),
        rule("metrics/input_tokens", Kind::Count(Number::Input)),
        rule("metrics/output_tokens", Kind::Count(Number::Output)),
    ],
};

/// RAGFlow: all text so far.
pub(super) const RAGFLOW: Dialect = Dialect {
    name: "ragflow",
    operation: "chat",
    provider: "",
    has_end_marker: false,
    rules: &[
        rule("data/reference", Kind::Mark(Mark::Reference)),
        rule("data/answer", Kind::Cumulative).needs(Mark::Reference),
    ],
};

/// Agents that speak Google's Agent2Agent protocol.
pub(super) const A2A: Dialect = Dialect {
    name: "a2a",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("result/kind=status-update", Kind::Seen),
        rule("result/artifact/parts/*/text", Kind::Output(Class::Text)),
        rule("result/final=true", Kind::End),
    ],
};

/// AnythingLLM. A piece with `textResponse` as its type is all there is.
pub(super) const ANYTHING_LLM: Dialect = Dialect {
    name: "anything-llm",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=textResponseChunk", Kind::Names(Class::Text)),
        rule("type=textResponse", Kind::Names(Class::Text)),
        rule("textResponse", Kind::Typed),
        rule("type=finalizeResponseStream", Kind::End),
        rule("metrics/prompt_tokens", Kind::Count(Number::Input)),
        rule("metrics/completion_tokens", Kind::Count(Number::Output)),
    ],
};

/// Hugging Face's chat-ui.
pub(super) const CHAT_UI: Dialect = Dialect {
    name: "chat-ui",
    operation: "chat",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("type=stream", Kind::Mark(Mark::Token)),
        rule("token", Kind::Output(Class::Text)).needs(Mark::Token),
        rule("subtype=stream", Kind::Names(Class::Reasoning)),
        rule("token", Kind::Typed),
        rule("type=finalAnswer", Kind::End),
    ],
};

/// Azure's search demo, which many apps began as: OpenAI's delta by itself.
pub(super) const AZURE_SEARCH_DEMO: Dialect = Dialect {
    name: "azure-search-openai-demo",
    operation: "chat",
    provider: "",
    has_end_marker: false,
    rules: &[rule("context/data_points", Kind::Seen)],
};

/// Azure's sample chat app, whose pieces are messages. What it found comes in a
/// message of its own.
pub(super) const AZURE_SAMPLE_APP: Dialect = Dialect {
    name: "sample-app-aoai-chatgpt",
    operation: "chat",
    provider: "azure.ai.openai",
    has_end_marker: false,
    rules: &[
        rule("object=extensions.chat.completion.chunk", Kind::Seen),
        rule(
            "object=extensions.chat.completion.chunk",
            Kind::Mark(Mark::AppText),
        ),
        rule("choices/*/messages/*/role=tool", Kind::Mark(Mark::Echo)),
        rule("choices/*/messages/*/content", Kind::Output(Class::Text)).needs(Mark::AppText),
    ],
};

/// Anthropic's agents: Claude's own events as they come, then each message whole.
/// What a subagent says is work, and no answer.
pub(super) const CLAUDE_AGENT: Dialect = Dialect {
    name: "claude-agent-sdk",
    operation: "invoke_agent",
    provider: "anthropic",
    has_end_marker: true,
    rules: &[
        rule("type=stream_event", Kind::Seen),
        rule("type=stream_event", Kind::Mark(Mark::ModelStream)),
        rule("type=stream_event", Kind::Mark(Mark::Partial)),
        rule("parent_tool_use_id", Kind::Mark(Mark::Echo)),
        rule("event/delta/text", Kind::Output(Class::Text)).needs(Mark::ModelStream),
        rule("event/delta/thinking", Kind::Output(Class::Reasoning)).needs(Mark::ModelStream),
        rule("event/delta/partial_json", Kind::Output(Class::Tool)).needs(Mark::ModelStream),
        rule(
            "event/content_block/type=tool_use",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::ModelStream),
        rule("event/message/id", Kind::Name(Name::Id)),
        rule("event/message/model", Kind::Name(Name::Model)),
        rule("type=assistant", Kind::Mark(Mark::Adk)),
        rule("message/content/*/text", Kind::Output(Class::Text)).needs(Mark::Adk),
        rule("message/content/*/thinking", Kind::Output(Class::Reasoning)).needs(Mark::Adk),
        rule(
            "message/content/*/type=tool_use",
            Kind::Happened(Class::Tool),
        )
        .needs(Mark::Adk),
        rule("duration_api_ms", Kind::Mark(Mark::Finished)),
        rule("is_error=true", Kind::Error).needs(Mark::Finished),
        rule("type=result", Kind::End).needs(Mark::Finished),
    ],
};

/// Snowflake's agents. Each block's text comes again when it is over, and all of
/// it at the end.
pub(super) const SNOWFLAKE_CORTEX: Dialect = Dialect {
    name: "snowflake-cortex",
    operation: "invoke_agent",
    provider: "snowflake",
    has_end_marker: true,
    rules: &[
        rule(
            "@event=response.thinking.delta",
            Kind::Names(Class::Reasoning),
        ),
        rule("@event=response.text.delta", Kind::Names(Class::Text)),
        rule("text", Kind::Typed),
        rule("@event=response.tool_use", Kind::Happened(Class::Tool)),
        // Chunks of others have that name, too.
        rule("@event=response", Kind::Mark(Mark::Finished)),
        rule("role=assistant", Kind::End).needs(Mark::Finished),
    ],
};

/// Strands' agents, also on Amazon's AgentCore: Bedrock's events, each in an object,
/// and what the agent makes of them, which repeats their text.
pub(super) const STRANDS: Dialect = Dialect {
    name: "strands",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("event/messageStart", Kind::Seen),
        rule("event/messageStop", Kind::End),
        rule("event/contentBlockDelta", Kind::Mark(Mark::Wrapped)),
        rule("data", Kind::Mark(Mark::Again)),
        rule("reasoningText", Kind::Mark(Mark::Again)),
        rule(
            "event/contentBlockDelta/delta/text",
            Kind::Output(Class::Text),
        ),
        rule(
            "event/contentBlockDelta/delta/reasoningContent/text",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "event/contentBlockStart/start/toolUse",
            Kind::Happened(Class::Tool),
        ),
        rule(
            "event/contentBlockDelta/delta/toolUse/input",
            Kind::Output(Class::Tool),
        ),
        rule("event/metadata/usage", Kind::Usage),
        rule(
            "event/metadata/usage/inputTokens",
            Kind::Count(Number::Input),
        ),
        rule(
            "event/metadata/usage/outputTokens",
            Kind::Count(Number::Output),
        ),
        rule(
            "event/metadata/usage/cacheReadInputTokens",
            Kind::Count(Number::InputCached),
        ),
        rule(
            "event/metadata/usage/cacheWriteInputTokens",
            Kind::Count(Number::InputWritten),
        ),
    ],
};

/// Letta's agents.
pub(super) const LETTA: Dialect = Dialect {
    name: "letta",
    operation: "invoke_agent",
    provider: "",
    has_end_marker: true,
    rules: &[
        rule("message_type=assistant_message", Kind::Names(Class::Text)),
        rule("content/*/text", Kind::Typed),
        rule("message_type=reasoning_message", Kind::Mark(Mark::Thinking)),
        rule("reasoning", Kind::Output(Class::Reasoning)).needs(Mark::Thinking),
        rule(
            "message_type=hidden_reasoning_message",
            Kind::Happened(Class::Reasoning),
        ),
        rule(
            "message_type=tool_call_message",
            Kind::Happened(Class::Tool),
        ),
        rule(
            "message_type=approval_request_message",
            Kind::Happened(Class::Tool),
        ),
        rule("message_type=stop_reason", Kind::End),
        rule("prompt_tokens", Kind::Count(Number::Input)),
        rule("completion_tokens", Kind::Count(Number::Output)),
    ],
};

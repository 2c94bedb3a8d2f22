//! AWS Bedrock.

#[cfg(feature = "aws-eventstream")]
use super::rule::Provider;
use super::rule::{Class, Dialect, Kind, Number, rule};

/// ConverseStream. The event's name is a header of its frame; its text is in
/// `delta/text`, which is read for all. The SDK's objects, as a backend sends them
/// on, and Nova's own events wrap the same once more.
pub(super) const BEDROCK_CONVERSE: Dialect = Dialect {
    name: "bedrock-converse",
    operation: "chat",
    provider: "aws.bedrock",
    has_end_marker: true,
    rules: &[
        rule("@event=messageStart", Kind::Seen),
        rule("@event=contentBlockStart", Kind::Seen),
        rule("@event=contentBlockDelta", Kind::Seen),
        rule("@event=messageStop", Kind::End),
        rule("messageStart", Kind::Seen),
        rule("messageStop", Kind::End),
        rule("contentBlockDelta/delta/text", Kind::Output(Class::Text)),
        rule(
            "delta/reasoningContent/text",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "contentBlockDelta/delta/reasoningContent/text",
            Kind::Output(Class::Reasoning),
        ),
        rule(
            "delta/reasoningContent/redactedContent",
            Kind::Happened(Class::Reasoning),
        ),
        rule("start/toolUse", Kind::Happened(Class::Tool)),
        rule(
            "contentBlockStart/start/toolUse",
            Kind::Happened(Class::Tool),
        ),
        rule("delta/toolUse/input", Kind::Output(Class::Tool)),
        rule(
            "contentBlockDelta/delta/toolUse/input",
            Kind::Output(Class::Tool),
        ),
        rule(
            "usage/cacheReadInputTokens",
            Kind::Count(Number::InputCached),
        ),
        rule(
            "usage/cacheWriteInputTokens",
            Kind::Count(Number::InputWritten),
        ),
        rule("metrics/latencyMs", Kind::Time(Number::Total, 3)),
        rule("metadata/usage", Kind::Usage),
        rule("metadata/usage/inputTokens", Kind::Count(Number::Input)),
        rule("metadata/usage/outputTokens", Kind::Count(Number::Output)),
        rule(
            "metadata/usage/cacheReadInputTokens",
            Kind::Count(Number::InputCached),
        ),
        rule(
            "metadata/usage/cacheWriteInputTokens",
            Kind::Count(Number::InputWritten),
        ),
        // As frames they are named by a header.
        rule("internalServerException", Kind::Error),
        rule("modelStreamErrorException", Kind::Error),
        rule("serviceUnavailableException", Kind::Error),
        rule("throttlingException", Kind::Error),
        rule("validationException", Kind::Error),
        rule("metadata/metrics/latencyMs", Kind::Time(Number::Total, 3)),
    ],
};

/// InvokeModelWithResponseStream: the model's own documents, base64-coded.
/// Anthropic's and Cohere's are read by their own rules; here are the others'.
#[cfg(feature = "aws-eventstream")]
pub(super) const BEDROCK_INVOKE: Dialect = Dialect {
    name: "bedrock-invoke",
    operation: "text_completion",
    provider: "aws.bedrock",
    has_end_marker: false,
    rules: &[
        rule("bytes", Kind::Base64),
        rule("outputText", Kind::Output(Class::Text)),
        rule("generation", Kind::Output(Class::Text)),
        rule("outputs/*/text", Kind::Output(Class::Text)),
        rule(
            "amazon-bedrock-invocationMetrics",
            Kind::ProviderIs(Provider::Bedrock),
        ),
        rule(
            "amazon-bedrock-invocationMetrics/inputTokenCount",
            Kind::Count(Number::Input),
        ),
        rule(
            "amazon-bedrock-invocationMetrics/outputTokenCount",
            Kind::Count(Number::Output),
        ),
        // The server's own time to first token.
        rule(
            "amazon-bedrock-invocationMetrics/firstByteLatency",
            Kind::Time(Number::FirstToken, 3),
        ),
        rule(
            "amazon-bedrock-invocationMetrics/invocationLatency",
            Kind::Time(Number::Total, 3),
        ),
    ],
};

//! The vocabulary that dialects are written in.

/// A protocol that LLM answers are streamed in.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// Its name in the record.
    pub(crate) name: &'static str,
    /// OpenTelemetry's `gen_ai.operation.name`; empty if it doesn't say.
    pub(crate) operation: &'static str,
    /// OpenTelemetry's `gen_ai.provider.name`; empty if many speak it.
    pub(crate) provider: &'static str,
    /// A complete stream ends with a marker.
    pub(crate) has_end_marker: bool,
    /// How it is read.
    pub(crate) rules: &'static [Rule],
}

/// What a value at a path means. The paths' syntax: [`crate::json::Paths`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    /// Counts only in a document that carries this mark.
    pub(crate) needs: Mark,
}

pub(crate) const fn rule(path: &'static str, kind: Kind) -> Rule {
    Rule {
        path,
        kind,
        needs: Mark::None,
    }
}

impl Rule {
    pub(crate) const fn needs(self, mark: Mark) -> Self {
        Self {
            needs: mark,
            ..self
        }
    }
}

/// What was generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    Text,
    Refusal,
    Reasoning,
    Tool,
}

/// What a value means.
///
/// Where anything will do, that is a string that is not empty, any object or
/// array, `true`, and numbers other than zero; `null`, `false`, `""` and `0`
/// are nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The document belongs to this dialect, whatever else it holds.
    Seen,
    /// Any value but `null` sets the mark.
    Mark(Mark),
    /// Generated output: a string that is not empty.
    Output(Class),
    /// Anything here shows that output of this class was generated.
    Happened(Class),
    /// Output whose class another value says; see [`Kind::Names`].
    Typed,
    /// The class of this document's typed output.
    Names(Class),
    /// Visible text that repeats everything from the start.
    Cumulative,
    /// Text of the part that `PartIndex` says.
    PartText,
    /// A part begins, which holds this.
    PartStart(Class),
    PartIndex,
    /// Text beside it in the same object is reasoning.
    Thought,
    Error,
    End,
    Usage,
    /// Part of a usage object that is not sent as one.
    #[cfg(feature = "inspect")]
    UsagePart,
    /// A short string that is kept: the first that is not empty.
    Name(Name),
    /// Only this provider sends it.
    ProviderIs(Provider),
    /// A number of tokens.
    Count(Number),
    /// A duration, in 10^`.1` microseconds.
    Time(Number, i8),
    /// One generated token, neither more nor less.
    Token,
    /// Which choice the object is.
    Index,
    /// A document of its own, in base64.
    #[cfg(feature = "aws-eventstream")]
    Base64,
}

/// Something about a document that other rules depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[cfg_attr(
    not(feature = "full"),
    allow(dead_code, reason = "some are of rare dialects")
)]
pub(crate) enum Mark {
    None,
    /// Documents of this name are text, not JSON.
    RawText,
    /// An answer in one piece, as servers that can't stream give it.
    WholeChat,
    WholeMessage,
    WholeResponse,
    /// A piece of an answer: nothing beside it is all of one.
    Delta,
    /// Something begins that the document describes.
    ItemAdded,
    BlockStart,
    MessageStart,
    /// Begins one where it says whose it is.
    MessageChunk,
    Role,
    /// Not the assistant's.
    OtherRole,
    /// A message of the assistant's.
    AiMessage,
    /// A message that is sent again from its start.
    Repeated,
    /// A piece of a message that will come whole.
    Partial,
    /// What was said before, by whomever.
    Echo,
    /// A piece in an object of its own, and what repeats such pieces.
    Wrapped,
    Again,
    TextGeneration,
    /// Text of an app's.
    AppText,
    /// Keys that only one dialect has, whatever their values.
    Done,
    CreatedAt,
    Stop,
    TokensPredicted,
    MetaInfo,
    ErrorCode,
    /// What failed is a tool, or whatever an app says of itself, and not the call.
    OtherError,
    /// Its text is reasoning.
    Thinking,
    /// Its `id` is that of a part.
    Part,
    /// A model's own event, among those of all that runs.
    ModelStream,
    /// Of one node of a flow, and that by its name.
    Node,
    NodeName,
    /// What ran is over, well or not.
    Finished,
    /// Google's Agent Development Kit's.
    Adk,
    /// What was found is beside it.
    Reference,
    /// Filled up, so that lengths don't tell its text.
    Padded,
    /// What the text before it was is signed.
    Signed,
    /// A piece of a message of LangChain's.
    AiChunk,
    /// A token of a stream.
    Token,
}

/// A string of which the first is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Name {
    Id,
    Model,
    Provider,
    ErrorType,
    /// Used where there is no type; a number will do.
    ErrorCode,
}

pub(crate) const NAMES: usize = 5;

/// A number of which the largest is kept: counts only grow, and smaller ones
/// are placeholders or of one step only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Number {
    /// Tokens of the prompt, all of them: what else is said of it is within.
    InputAll,
    /// Tokens of the prompt.
    Input,
    /// More of the prompt, not in `Input`.
    InputMore,
    /// Of the prompt, written to a cache, not in `Input`.
    InputWritten,
    /// Of the prompt, read from a cache, not in `Input`.
    InputCached,
    /// Of `Input`, read from a cache.
    Cached,
    /// Tokens of the output.
    Output,
    /// Reasoning that is not in `Output`.
    OutputReasoning,
    /// Of `Output`, reasoning.
    Reasoning,
    /// Tokens of prompt and output.
    All,
    /// Durations that servers state.
    Queue,
    Prefill,
    FirstToken,
    Generate,
    Total,
}

/// The first of `Number` that is a duration, and how many there are.
pub(crate) const COUNTS: usize = 10;
pub(crate) const NUMBERS: usize = 15;

/// Providers that are known by a key of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[cfg_attr(
    not(feature = "full"),
    allow(dead_code, reason = "some are of rare dialects")
)]
pub(crate) enum Provider {
    Azure,
    Bedrock,
    Groq,
    LlamaCpp,
}

/// Their names, as OpenTelemetry has them where it does.
pub(crate) const PROVIDERS: [&str; 4] = ["azure.ai.openai", "aws.bedrock", "groq", "llama.cpp"];

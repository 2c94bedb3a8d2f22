//! What the documents of a stream mean.
//!
//! A dialect is a list of rules: a path and what a value there means
//! ([`rule`]). All dialects are compiled into one [`table`]; a [`document`]
//! collects what the rules found in one event, in whatever order it came, and
//! when the event is complete, the [`stream`] judges it and keeps what is true
//! of the whole answer.

mod ag_ui;
mod ai_sdk;
mod anthropic;
#[cfg(feature = "app-dialects")]
mod apps;
mod assistant_ui;
#[cfg(any(feature = "rare-dialects", feature = "aws-eventstream"))]
mod bedrock;
mod code;
mod cohere;
mod collector;
mod common;
#[cfg(feature = "rare-dialects")]
mod dify;
mod document;
mod facts;
mod gemini;
mod hosted;
mod inference_servers;
mod langgraph;
mod mistral;
#[cfg(feature = "aws-eventstream")]
mod nested;
mod ollama;
#[cfg(feature = "rare-dialects")]
mod openai_assistants;
mod openai_chat;
mod openai_responses;
mod rule;
mod signals;
mod stream;
mod table;
mod text;
mod think;
mod tokens;
mod user;

pub(crate) use collector::Collector;
pub(crate) use document::Document;
pub(crate) use rule::{Name, Number};
pub use signals::Signals;
pub(crate) use stream::{Judgement, Stream};
pub(crate) use table::Table;
pub(crate) use think::Think;
pub use user::{UserDialect, UserDialectError};

use code::{encode, encoded_len};
use rule::Dialect;

/// All built-in dialects; the first is none in particular. Of two rules at one
/// place the later one goes first.
const DIALECTS: &[&Dialect] = &[
    &common::COMMON,
    &openai_chat::OPENAI_CHAT,
    &openai_chat::OPENAI_COMPLETIONS,
    &openai_chat::OPENAI_USAGE,
    &openai_responses::OPENAI_RESPONSES,
    #[cfg(feature = "rare-dialects")]
    &openai_assistants::OPENAI_ASSISTANTS,
    &anthropic::ANTHROPIC,
    &gemini::GEMINI,
    #[cfg(feature = "rare-dialects")]
    &gemini::GOOGLE_ADK,
    &gemini::GEMINI_INTERACTIONS,
    #[cfg(feature = "rare-dialects")]
    &hosted::WORKERS_AI,
    &ollama::OLLAMA,
    &ai_sdk::AI_SDK_UI,
    &ai_sdk::AI_SDK_DATA,
    #[cfg(any(feature = "rare-dialects", feature = "aws-eventstream"))]
    &bedrock::BEDROCK_CONVERSE,
    #[cfg(feature = "aws-eventstream")]
    &bedrock::BEDROCK_INVOKE,
    &cohere::COHERE_V2,
    &cohere::COHERE_V1,
    &mistral::MISTRAL_CONVERSATIONS,
    &langgraph::LANGGRAPH,
    &langgraph::LANGCHAIN_EVENTS,
    &langgraph::LANGGRAPH_PROTOCOL,
    &ag_ui::AG_UI,
    &assistant_ui::ASSISTANT_UI,
    &inference_servers::LLAMA_CPP,
    #[cfg(feature = "rare-dialects")]
    &inference_servers::TGI,
    #[cfg(feature = "rare-dialects")]
    &inference_servers::SGLANG,
    #[cfg(feature = "rare-dialects")]
    &inference_servers::LM_STUDIO,
    #[cfg(feature = "rare-dialects")]
    &inference_servers::FASTCHAT,
    &hosted::REPLICATE,
    #[cfg(feature = "rare-dialects")]
    &hosted::WATSONX,
    #[cfg(feature = "rare-dialects")]
    &hosted::DASHSCOPE,
    #[cfg(feature = "rare-dialects")]
    &hosted::HUNYUAN,
    #[cfg(feature = "rare-dialects")]
    &dify::DIFY,
    #[cfg(feature = "app-dialects")]
    &apps::LOBECHAT,
    #[cfg(feature = "app-dialects")]
    &apps::LIBRECHAT,
    #[cfg(feature = "app-dialects")]
    &apps::N8N,
    #[cfg(feature = "app-dialects")]
    &apps::FLOWISE,
    #[cfg(feature = "app-dialects")]
    &apps::COZE,
    #[cfg(feature = "app-dialects")]
    &apps::AGNO,
    #[cfg(feature = "app-dialects")]
    &apps::RAGFLOW,
    #[cfg(feature = "app-dialects")]
    &apps::A2A,
    #[cfg(feature = "app-dialects")]
    &apps::ANYTHING_LLM,
    #[cfg(feature = "app-dialects")]
    &apps::CHAT_UI,
    #[cfg(feature = "app-dialects")]
    &apps::AZURE_SEARCH_DEMO,
    #[cfg(feature = "app-dialects")]
    &apps::AZURE_SAMPLE_APP,
    #[cfg(feature = "app-dialects")]
    &apps::CLAUDE_AGENT,
    #[cfg(feature = "app-dialects")]
    &apps::SNOWFLAKE_CORTEX,
    #[cfg(feature = "app-dialects")]
    &apps::STRANDS,
    #[cfg(feature = "app-dialects")]
    &apps::LETTA,
];

/// Their rules.
static RULES: [u8; encoded_len(DIALECTS)] = encode(DIALECTS);

/// What is known about a dialect besides its rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) provider: &'static str,
    pub(crate) has_end_marker: bool,
}

impl About {
    const NONE: Self = Self {
        name: "",
        operation: "",
        provider: "",
        has_end_marker: false,
    };
}

static BUILT_IN: [About; DIALECTS.len()] = {
    let mut all = [About::NONE; DIALECTS.len()];
    let mut index = 0;
    while index < all.len() {
        let Dialect {
            name,
            operation,
            provider,
            has_end_marker,
            ..
        } = *DIALECTS[index];
        all[index] = About {
            name,
            operation,
            provider,
            has_end_marker,
        };
        index += 1;
    }
    all
};

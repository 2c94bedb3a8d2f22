//! Looking into a stream: a summary of it, and why each event was read as it
//! was. For people and tests; the browser's build leaves it out.

use crate::decoder::{Decoder, Event, Framing, Signals};
use crate::dialect::{Document, Table};
use crate::record::{Server, Tokens};
use serde::{Deserialize, Serialize};

/// An event of a stream, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Which one, from 0; comments are not counted, `[DONE]` is.
    pub index: u32,
    /// Offset just past its whole terminator.
    pub end: u64,
}

/// The first event of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// Generated output of any kind.
    pub token: Option<At>,
    /// Reasoning.
    pub reasoning: Option<At>,
    /// A tool call.
    pub tool: Option<At>,
    /// Visible text that is not empty, refusals included.
    pub text: Option<At>,
    /// Visible text that is not blank.
    pub answer: Option<At>,
    /// A refusal.
    pub refusal: Option<At>,
    /// An error in the stream.
    pub error: Option<At>,
}

/// What a decoder made of a body.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// How it is cut into events.
    pub framing: Option<String>,
    /// The protocol.
    pub dialect: Option<String>,
    /// How many events it has.
    pub events: u32,
    /// The first of each kind.
    pub first: First,
    /// The last one that carried output.
    pub last_token: Option<At>,
    /// Whether the end marker came; absent if the dialect has none.
    pub end_marker: Option<bool>,
    /// Token counts, normalised.
    pub tokens: Option<Tokens>,
    /// The model that answered.
    pub model: Option<String>,
    /// The answer's id.
    pub response_id: Option<String>,
    /// What the server said about its own times.
    pub server: Option<Server>,
}

impl Summary {
    /// Counts one more event.
    pub fn add(&mut self, event: &Event) {
        self.events += 1;
        let at = At {
            index: event.index,
            end: event.end,
        };
        let is = |signal| event.signals.contains(signal).then_some(at);
        let token = event.signals.is_token().then_some(at);
        for (first, found) in [
            (&mut self.first.token, token),
            (&mut self.first.reasoning, is(Signals::REASONING)),
            (&mut self.first.tool, is(Signals::TOOL)),
            (&mut self.first.text, is(Signals::TEXT)),
            (&mut self.first.answer, is(Signals::ANSWER)),
            (&mut self.first.refusal, is(Signals::REFUSAL)),
            (&mut self.first.error, is(Signals::ERROR)),
        ] {
            *first = first.or(found);
        }
        self.last_token = token.or(self.last_token);
    }

    /// Takes what the decoder knows of the whole.
    pub fn close(&mut self, decoder: &Decoder) {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        self.framing = decoder
            .framing()
            .map(|framing| Framing::as_str(framing).to_owned());
        self.dialect = owned(decoder.dialect());
        self.end_marker = decoder.has_end_marker().then(|| decoder.ended());
        self.tokens = decoder.tokens();
        self.model = owned(decoder.model());
        self.response_id = owned(decoder.response_id());
        self.server = Some(decoder.server()).filter(|server| server.source.is_some());
    }
}

/// Why an event was read as it was.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The event.
    pub event: Event,
    /// Its name, empty if it has none.
    pub name: String,
    /// Its document, at most 64 KiB of it.
    pub document: Vec<u8>,
    /// The rules whose places were found in it.
    pub found: Vec<Found>,
}

/// A rule that was met.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its path.
    pub path: String,
    /// Its dialect; empty for rules that are common to many.
    pub dialect: String,
    /// What a value there means.
    pub meaning: String,
    /// Why it did not count; empty if it did.
    pub but: &'static str,
}

/// A document that is being kept for its explanation.
#[derive(Debug, Default)]
pub(crate) struct Explaining {
    document: Vec<u8>,
    pub(crate) done: Vec<Explanation>,
}

const MAX_DOCUMENT: usize = 64 * 1024;

impl Explaining {
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        let room = MAX_DOCUMENT - self.document.len().min(MAX_DOCUMENT);
        self.document
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    pub(crate) fn discard(&mut self) {
        self.document.clear();
    }

    pub(crate) fn complete(
        &mut self,
        table: &Table,
        document: &Document,
        name: &[u8],
        event: Event,
    ) {
        let mut found = Vec::new();
        let is_user = |rule: u16| {
            table
                .rule(rule)
                .is_some_and(|rule| Table::is_user(rule.dialect))
        };
        let user = document
            .findings
            .iter()
            .any(|finding| is_user(finding.rule));
        for finding in &document.findings {
            let Some(rule) = table.rule(finding.rule) else {
                continue;
            };
            let but = if !document.has(rule.code.needs) {
                "another dialect's event: what this rule depends on is not in it"
            } else if user && rule.dialect != 0 && !Table::is_user(rule.dialect) {
                "your own dialect goes first"
            } else {
                ""
            };
            found.push(Found {
                path: table.path(finding.rule).to_owned(),
                dialect: table.name(rule.dialect).to_owned(),
                meaning: rule.code.meaning(),
                but,
            });
        }
        for &rule in &document.empty {
            let Some(compiled) = table.rule(rule) else {
                continue;
            };
            found.push(Found {
                path: table.path(rule).to_owned(),
                dialect: table.name(compiled.dialect).to_owned(),
                meaning: compiled.code.meaning(),
                but: "it is empty",
            });
        }
        self.done.push(Explanation {
            event,
            name: String::from_utf8_lossy(name).into_owned(),
            document: std::mem::take(&mut self.document),
            found,
        });
    }
}

/// A built-in rule, for the reference.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its dialect; empty for those that are common to many.
    pub dialect: String,
    /// Its path.
    pub path: String,
    /// What a value there means.
    pub meaning: String,
    /// Paths of which one must be in the document, too; none if nothing else
    /// is needed.
    pub needs: Vec<String>,
}

/// All built-in rules, in the order of their dialects.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let table = Table::built_in();
    let all = || (0..).map_while(|index| Some((index, table.rule(index)?)));
    all()
        .map(|(index, rule)| Rule {
            dialect: table.name(rule.dialect).to_owned(),
            path: table.path(index).to_owned(),
            meaning: rule.code.meaning(),
            needs: all()
                .filter(|(_, other)| other.code.sets() == Some(rule.code.needs))
                .map(|(index, _)| table.path(index).to_owned())
                .collect(),
        })
        .collect()
}

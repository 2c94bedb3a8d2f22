//! What is true of the whole answer, judged document by document.

use super::Signals;
use super::code::{Code, What, class};
use super::document::Document;
use super::rule::{COUNTS, Class, Mark, NAMES, NUMBERS, Name, Number, PROVIDERS};
use super::table::{DialectId, Table};
use super::text::Text;
use super::think::Think;
use crate::find::{common, valid};

/// How much of the answer and of the reasoning is kept, to find it in the page,
/// and of the newest of the answer, to find it again in another place.
const HEAD: usize = 1024;

/// Bytes that tell a message that is sent again from another.
const SAME: usize = 16;

/// Parts of an answer whose kind is remembered.
const PARTS: usize = 32;

/// One answer, as far as it has come.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) dialect: DialectId,
    /// `dialect` was seen to carry output, so it stays.
    settled: bool,
    names: [Box<str>; NAMES],
    provider_is: Option<u8>,
    numbers: [i64; NUMBERS],
    /// Tokens told one by one, and whether all events with output told.
    pub(crate) told_tokens: u64,
    pub(crate) all_told: bool,
    /// Events with output, and bytes of it.
    pub(crate) outputs: u32,
    pub(crate) output_bytes: u64,
    pub(crate) think: Think,
    pub(crate) answer: Vec<u8>,
    pub(crate) reasoning: Vec<u8>,
    /// The newest of the answer, up to two heads of it.
    pub(crate) recent: Vec<u8>,
    pub(crate) ended: bool,
    /// An error came; many formats give it no type.
    pub(crate) failed: bool,
    /// The choice that `answer` is of.
    choice: Option<u8>,
    /// The message that runs is not the assistant's.
    muted: bool,
    parts: Vec<Class>,
    /// Length of text that is repeated from the start each time, and where its
    /// message begins in `answer`.
    repeated: u32,
    message: usize,
    /// Pieces came of a message that will come whole.
    partial: bool,
    /// Pieces come in objects of their own.
    wrapped: bool,
    /// The last usage object, as sent.
    #[cfg(feature = "inspect")]
    pub(crate) usage: Vec<u8>,
}

/// What a document showed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Judgement {
    pub(crate) signals: Signals,
    /// Bytes of visible text.
    pub(crate) text_bytes: u32,
}

impl Stream {
    pub(crate) fn new() -> Self {
        Self {
            dialect: 0,
            settled: false,
            names: Default::default(),
            provider_is: None,
            numbers: [-1; NUMBERS],
            told_tokens: 0,
            all_told: true,
            outputs: 0,
            output_bytes: 0,
            think: Think::START,
            answer: Vec::new(),
            reasoning: Vec::new(),
            recent: Vec::new(),
            ended: false,
            failed: false,
            choice: None,
            muted: false,
            parts: Vec::new(),
            repeated: 0,
            message: 0,
            partial: false,
            wrapped: false,
            #[cfg(feature = "inspect")]
            usage: Vec::new(),
        }
    }

    /// Whether `answer` is all of it.
    pub(crate) fn keeps_answer(&self) -> bool {
        self.answer.len() < HEAD
    }

    /// A name that the stream gave.
    pub(crate) fn name(&self, name: Name) -> Option<&str> {
        self.names
            .get(name as usize)
            .map(|name| &**name)
            .filter(|name| !name.is_empty())
    }

    /// A number that the stream stated.
    pub(crate) fn number(&self, number: Number) -> Option<i64> {
        self.numbers
            .get(number as usize)
            .copied()
            .filter(|number| *number >= 0)
    }

    /// Who answered: by name, or by a key that only one provider has.
    pub(crate) fn provider(&self) -> Option<&str> {
        self.name(Name::Provider)
            .or_else(|| PROVIDERS.get(usize::from(self.provider_is?)).copied())
    }

    /// Judges a complete document.
    pub(crate) fn judge(&mut self, table: &Table, document: &Document) -> Judgement {
        let is_wrapped = document.has(Mark::Wrapped as u8);
        let is_again = document.has(Mark::Again as u8) && self.wrapped && !is_wrapped;
        self.wrapped |= is_wrapped;
        if (is_again || document.has(Mark::Echo as u8)) && !document.facts.has_user {
            self.seen(document.facts.seen);
            return Judgement::default();
        }
        self.take_state(document);
        let mut judged = Judgement::default();
        let mut output_dialect = 0;
        // Rule and choice that the heads take text from. The same text may be
        // there twice, and other choices would be mixed into it.
        let mut text_rule = None;
        let mut reasoning_rule = None;
        let (user, thoughts) = (document.facts.has_user, document.facts.has_thoughts);
        let is_piece = document.has(Mark::Delta as u8);
        let thinking = document.has(Mark::Thinking as u8);
        let has_part = document.has(Mark::Partial as u8);
        let mut mixed = false;
        let text = !self.answer.is_empty();
        let came = [text, text, !self.reasoning.is_empty(), self.outputs > 0];

        for finding in &document.findings {
            let Some(rule) = table.rule(finding.rule) else {
                continue;
            };
            let Code { what, of, needs } = rule.code;
            // A dialect of the page's own goes before all built-in ones. What is
            // nobody's in particular may say that it failed, or is over.
            let is_sign = matches!(what, What::ERROR | What::END | What::USAGE);
            if !document.has(needs)
                || is_piece && needs == Mark::WholeChat as u8
                || user && !Table::is_user(rule.dialect) && !(is_sign && rule.dialect == 0)
            {
                continue;
            }
            let text = finding.text;
            let mut dialect = rule.dialect;
            let class = match what {
                What::OUTPUT
                    if thinking
                        || thoughts && is_thought(table, document, finding.place.object) =>
                {
                    Class::Reasoning
                }
                // What signs its text is nothing more.
                What::HAPPENED if document.has(Mark::Signed as u8) && came[of as usize] => continue,
                What::OUTPUT | What::HAPPENED => class(of),
                What::TYPED => match document.facts.typed {
                    Some((class, by)) => {
                        dialect = by;
                        class
                    }
                    None => continue,
                },
                What::PART_TEXT => self.part(document),
                What::CUMULATIVE => {
                    if text_rule.is_none() {
                        text_rule = Some(finding.rule);
                        if text.visible_len == 0 {
                            output_dialect = dialect;
                            judged.signals.insert(self.think_again(document, text));
                            continue;
                        }
                        let grown = self.repeat(document, text);
                        if grown > 0 {
                            judged.signals.insert(visible(text));
                            judged.text_bytes = grown;
                            output_dialect = dialect;
                        }
                    }
                    continue;
                }
                _ => {
                    judged.signals.insert(match what {
                        What::ERROR if document.has(Mark::OtherError as u8) => continue,
                        What::ERROR => Signals::ERROR,
                        What::END => Signals::END,
                        What::USAGE => Signals::USAGE,
                        _ => Signals::NONE,
                    });
                    // An end is called by everyday names.
                    if what == What::SEEN || what == What::END && Table::is_user(dialect) {
                        self.seen(dialect);
                    }
                    continue;
                }
            };
            if self.muted && class == Class::Text {
                continue;
            }
            // Some servers end a stream with all of it in one piece (MiniMax), some
            // begin one with the question.
            let whole = needs == Mark::WholeChat as u8 || needs == Mark::WholeMessage as u8;
            let repeats = needs == Mark::Adk as u8 && (self.partial || has_part);
            if repeats || whole && (came[class as usize] || document.has(Mark::OtherRole as u8)) {
                continue;
            }
            if output_dialect == 0 {
                output_dialect = dialect;
            } else if dialect != 0 && dialect != output_dialect {
                mixed = true;
            }
            match class {
                Class::Tool => {
                    judged.signals.insert(Signals::TOOL);
                    // A page's own path is looked at as text, and as a sign.
                    if what != What::HAPPENED {
                        self.output_bytes += u64::from(text.len);
                    }
                }
                Class::Reasoning => {
                    judged.signals.insert(Signals::REASONING);
                    if *reasoning_rule.get_or_insert(finding.rule) == finding.rule {
                        self.output_bytes += u64::from(text.len);
                        append(&mut self.reasoning, document.kept(text.start, text.end));
                    }
                }
                Class::Text | Class::Refusal => {
                    if *text_rule.get_or_insert(finding.rule) != finding.rule {
                        continue;
                    }
                    self.output_bytes += u64::from(text.len);
                    judged.text_bytes = judged.text_bytes.saturating_add(text.visible_len);
                    if class == Class::Refusal {
                        judged.signals.insert(Signals::REFUSAL);
                    }
                    judged
                        .signals
                        .insert(self.show(document, text, finding.place.slot));
                }
            }
        }

        let counts = document.facts.numbers.get(..COUNTS).unwrap_or_default();
        if document.facts.has_numbers && counts.iter().any(|count| *count >= 0) {
            judged.signals.insert(Signals::USAGE);
        }
        // Together fills the fields of two dialects; what the document calls
        // itself says which it is.
        if output_dialect == 0 || mixed && document.facts.seen != 0 && !user {
            output_dialect = document.facts.seen;
        }
        if judged.signals.is_token() && !self.settled && output_dialect != 0 {
            self.dialect = output_dialect;
            self.settled = true;
        }
        self.seen(document.facts.seen);
        if judged.signals.is_token() {
            self.outputs += 1;
            self.all_told &= document.facts.tokens > 0;
            self.told_tokens += u64::from(document.facts.tokens);
        }
        if judged.signals.contains(Signals::ERROR) {
            self.fail(document.name(Name::ErrorType));
            self.fail(document.name(Name::ErrorCode));
        }
        self.partial = has_part || self.partial && !document.has(Mark::Adk as u8);
        // One body may carry several answers, each with an end of its own, where
        // an agent's loop passes on whatever its model says.
        let goes_on = judged.signals.is_token();
        self.ended = judged.signals.contains(Signals::END) || self.ended && !goes_on;
        judged
    }

    /// The call failed; the first code that is one is kept.
    pub(crate) fn fail(&mut self, code: &[u8]) {
        self.failed = true;
        if let Some(kind) = self.names.get_mut(Name::ErrorType as usize)
            && kind.is_empty()
        {
            *kind = machine_code(code).into();
        }
    }

    fn seen(&mut self, dialect: DialectId) {
        if self.dialect == 0 {
            self.dialect = dialect;
        }
    }

    /// Takes over what needs no judgement.
    fn take_state(&mut self, document: &Document) {
        let facts = &document.facts;
        for name in &[Name::Id, Name::Model, Name::Provider] {
            let given = document.name(*name);
            if !given.is_empty()
                && let Some(have) = self.names.get_mut(*name as usize)
                && have.is_empty()
                && !(*name == Name::Id && document.has(Mark::Part as u8))
            {
                *have = valid(given).into();
            }
        }
        self.provider_is = self.provider_is.or(facts.provider_is);
        if facts.has_numbers {
            // LangChain's pieces of a message are made to be added up.
            let adds = document.has(Mark::AiChunk as u8) && !document.has(Mark::Repeated as u8);
            for (have, new) in self.numbers.iter_mut().zip(&facts.numbers) {
                *have = if adds && *have > 0 && *new > 0 {
                    have.saturating_add(*new)
                } else {
                    (*new).max(*have)
                };
            }
        }
        // A part within a part has a path of its own and no number of ours.
        if let (Some(class), None) = (facts.part_start, facts.part_index)
            && self.parts.len() < PARTS
        {
            self.parts.push(class);
        }
        let begins = document.has(Mark::MessageChunk as u8) && document.has(Mark::Role as u8);
        if begins || document.has(Mark::MessageStart as u8) {
            self.muted = document.has(Mark::OtherRole as u8);
        }
        #[cfg(feature = "inspect")]
        if !document.usage.is_empty() {
            self.usage.clear();
            self.usage.extend_from_slice(&document.usage);
        }
    }

    fn part(&self, document: &Document) -> Class {
        let index = document
            .facts
            .part_index
            .map_or(self.parts.len().wrapping_sub(1), usize::from);
        let typed = document.facts.typed.map(|(class, _)| class);
        let part = self.parts.get(index).copied();
        part.or(typed).unwrap_or(Class::Text)
    }

    /// Signals of text that may be visible.
    fn show(&mut self, document: &Document, text: Text, slot: u16) -> Signals {
        let mut signals = Signals::NONE;
        self.think = text.think;
        if text.inside {
            signals.insert(Signals::REASONING);
            append(&mut self.reasoning, document.kept(text.start, text.visible));
        }
        if text.visible_len == 0 {
            if !text.inside {
                signals.insert(Signals::UNDECIDED);
            }
            return signals;
        }
        signals.insert(visible(text));
        let own = document.facts.indices.get(usize::from(slot)).copied();
        let index = own
            .filter(|index| *index < u8::MAX)
            .unwrap_or(slot.min(255) as u8);
        if *self.choice.get_or_insert(index) == index {
            let shown = document.kept(text.visible, text.end);
            append(&mut self.answer, shown);
            self.remember(shown);
        }
        signals
    }

    /// The answer goes on.
    fn remember(&mut self, shown: &[u8]) {
        if self.recent.len() + shown.len() > 2 * HEAD {
            let mut old = self.recent.len().saturating_sub(HEAD);
            // Not from within a character on.
            while let Some(0x80..=0xbf) = self.recent.get(old) {
                old += 1;
            }
            self.recent.drain(..old);
        }
        self.recent.extend_from_slice(shown);
    }

    /// Signals of text that is sent again from the start, and reasoning so far.
    fn think_again(&mut self, document: &Document, text: Text) -> Signals {
        if !text.inside {
            return Signals::UNDECIDED;
        }
        self.reasoning.clear();
        append(&mut self.reasoning, document.kept(text.start, text.visible));
        Signals::REASONING
    }

    /// Bytes by which text grew that is sent again from the start; some of it may be
    /// written anew, as where citations come in.
    fn repeat(&mut self, document: &Document, text: Text) -> u32 {
        let kept = document.kept(text.visible, text.end);
        let message = self.answer.get(self.message..).unwrap_or_default();
        let goes_on = common(kept, message) >= message.len().min(SAME);
        let grown = if text.visible_len >= self.repeated && goes_on {
            self.answer.truncate(self.message);
            text.visible_len - self.repeated
        } else {
            // Another message begins, or the server was told to send increments.
            if document.has(Mark::Repeated as u8) {
                self.message = self.answer.len();
                self.repeated = 0;
            }
            text.visible_len
        };
        append(&mut self.answer, kept);
        let known = (text.visible_len - grown) as usize;
        self.remember(kept.get(known..).unwrap_or_default());
        self.repeated += grown;
        self.output_bytes += u64::from(grown);
        grown
    }
}

fn visible(text: Text) -> Signals {
    let mut signals = Signals::TEXT;
    if !text.blank {
        signals.insert(Signals::ANSWER);
    }
    signals
}

/// Whether something beside it in the same object says that it is reasoning.
fn is_thought(table: &Table, document: &Document, object: u16) -> bool {
    document.findings.iter().any(|finding| {
        finding.place.object == object
            && table
                .rule(finding.rule)
                .is_some_and(|rule| rule.code.what == What::THOUGHT)
    })
}

fn append(head: &mut Vec<u8>, text: &[u8]) {
    let room = HEAD - head.len().min(HEAD);
    head.extend_from_slice(text.get(..room).unwrap_or(text));
}

/// The text if it is a code and cannot be a message, which might carry what
/// somebody wrote.
fn machine_code(text: &[u8]) -> &str {
    let is_code = text.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':' | b'#')
    });
    if is_code { valid(text) } else { "" }
}

//! What one document said.

use super::code::{Code, What, class, number};
use super::facts::Facts;
use super::rule::{Mark, Name};
use super::table::{Compiled, Table};
use super::text::{Span, Text, Texts};
use super::think::Think;
use crate::decimal;
use crate::framing::Known;
use crate::json::{Place, Scalar, Wants};

/// Outputs of one document that are kept apart. What is beyond is not looked
/// at: with this many there is no doubt what the document shows.
const MAX_OUTPUTS: usize = 32;

/// Outputs and signs. An end or an error may come after all outputs.
const MAX_FINDINGS: usize = MAX_OUTPUTS + 8;

/// Something that counts only once the whole document is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding {
    pub(crate) rule: u16,
    pub(crate) place: Place,
    pub(crate) text: Text,
}

/// What the rules found in one document, before it is judged.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) facts: Facts,
    pub(crate) findings: Vec<Finding>,
    pub(super) texts: Texts,
    /// The last usage object, as sent.
    #[cfg(feature = "inspect")]
    pub(crate) usage: Vec<u8>,
    /// Rules for output whose string was empty.
    #[cfg(feature = "inspect")]
    pub(crate) empty: Vec<u16>,
    /// Something was found since this was last set to false.
    pub(crate) touched: bool,
    #[cfg(feature = "aws-eventstream")]
    pub(super) nested: super::nested::Nested,
}

impl Document {
    pub(crate) fn new() -> Self {
        Self {
            facts: Facts::NONE,
            findings: Vec::new(),
            texts: Texts::new(),
            #[cfg(feature = "inspect")]
            usage: Vec::new(),
            #[cfg(feature = "inspect")]
            empty: Vec::new(),
            touched: false,
            #[cfg(feature = "aws-eventstream")]
            nested: super::nested::Nested::default(),
        }
    }

    /// A document within it was none.
    pub(crate) fn is_broken(&self) -> bool {
        #[cfg(feature = "aws-eventstream")]
        return self.nested.is_broken();
        #[cfg(not(feature = "aws-eventstream"))]
        false
    }

    /// Ready for the next one, before which the stream's text was at `think`.
    pub(crate) fn reset(&mut self, think: Think) {
        self.facts = Facts::NONE;
        self.findings.clear();
        self.texts.reset(think);
        #[cfg(feature = "inspect")]
        {
            self.usage.clear();
            self.empty.clear();
        }
        #[cfg(feature = "aws-eventstream")]
        self.nested.reset();
    }

    /// Becomes as `from` is. Lists keep their room.
    pub(crate) fn copy(&mut self, from: &Self) {
        self.facts = from.facts;
        self.findings.clone_from(&from.findings);
        self.texts.copy(&from.texts);
        #[cfg(feature = "inspect")]
        {
            self.usage.clone_from(&from.usage);
            self.empty.clone_from(&from.empty);
        }
        #[cfg(feature = "aws-eventstream")]
        self.nested.clone_from(&from.nested);
    }

    /// Whether something in it is known so well.
    pub(crate) fn is_known(&self, table: &Table, how: Known) -> bool {
        let is_known = |finding: &Finding| {
            let Some(Compiled { code, dialect, .. }) = table.rule(finding.rule) else {
                return false;
            };
            let is_typed = code.what != What::TYPED || self.facts.typed.is_some();
            let is_own = dialect != 0 || code.what == What::ERROR;
            self.has(code.needs) && is_typed && (is_own || how == Known::AtAll)
        };
        self.facts.seen != 0 || self.findings.iter().any(is_known)
    }

    /// Documents of this name are text.
    pub(crate) fn reads_raw(&self) -> bool {
        self.has(Mark::RawText as u8)
    }

    pub(crate) fn has(&self, mark: u8) -> bool {
        mark == 0 || self.facts.marks >> mark & 1 != 0
    }

    pub(crate) fn name(&self, name: Name) -> &[u8] {
        let span = self.facts.names.get(name as usize).copied();
        let Span { start, end } = span.unwrap_or(Span::NONE);
        self.kept(start, end)
    }

    /// The kept bytes of a text from `from` to `to`.
    pub(crate) fn kept(&self, from: u16, to: u16) -> &[u8] {
        self.texts.kept(from, to)
    }

    /// A string of `texts` is over.
    pub(super) fn end_text(&mut self, table: &Table, place: Place) {
        let text = self.texts.end(place.node);
        if text.len == 0 {
            #[cfg(feature = "inspect")]
            self.empty.extend(
                table
                    .rules(place.node)
                    .map(|(index, _)| index)
                    .take(MAX_FINDINGS),
            );
            return;
        }
        let kept = self.kept(text.start, text.end);
        if table.paths.wants(place.node).has(Wants::EXACT) && kept.len() == text.len as usize {
            // A word that tells the end, as pages' own formats have it, is no text.
            let word = table.paths.value(place.node, kept);
            let mut is_word = false;
            for (index, rule) in table.rules(word) {
                is_word = true;
                self.meets(index, rule, place, Scalar::True, b"", Text::EMPTY);
            }
            if is_word {
                return;
            }
        }
        for (index, rule) in table.rules(place.node) {
            self.meets(index, rule, place, Scalar::String, b"", text);
        }
    }

    /// Something that is no text was found.
    pub(super) fn value(&mut self, table: &Table, place: Place, scalar: Scalar, text: &[u8]) {
        for (index, rule) in table.rules(place.node) {
            self.meets(index, rule, place, scalar, text, Text::EMPTY);
        }
        if !table.paths.wants(place.node).has(Wants::EXACT) {
            return;
        }
        // What is said of exactly this value goes over what is said of any.
        let exact = Place {
            node: table.paths.value(place.node, text),
            ..place
        };
        for (index, rule) in table.rules(exact.node) {
            self.meets(index, rule, exact, Scalar::True, text, Text::EMPTY);
        }
    }

    /// A rule's place was found with a value.
    pub(super) fn meets(
        &mut self,
        index: u16,
        rule: Compiled,
        place: Place,
        scalar: Scalar,
        text: &[u8],
        output: Text,
    ) {
        if scalar == Scalar::Null {
            return;
        }
        self.touched = true;
        let facts = &mut self.facts;
        let Code { what, of, needs } = rule.code;
        match what {
            What::MARK => facts.marks |= 1 << of,
            What::NAMES => facts.typed = Some((class(of), rule.dialect)),
            What::PART_START => facts.part_start = Some(class(of)),
            What::PROVIDER_IS => facts.provider_is = Some(of),
            What::NAME => self.keep_name(of, scalar, text),
            What::NUMBER => {
                let (slot, shift) = number(of);
                if let Some(number) = whole(scalar, text, shift)
                    && let Some(slot) = facts.numbers.get_mut(slot)
                {
                    *slot = number.max(*slot);
                    facts.has_numbers = true;
                }
            }
            What::TOKEN => {
                if facts.tokens == 0 {
                    facts.token_rule = index;
                }
                facts.tokens += u32::from(facts.token_rule == index);
            }
            What::INDEX => {
                if let Some(slot) = facts.indices.get_mut(usize::from(place.slot))
                    && let Some(number) = whole(scalar, text, 0)
                {
                    *slot = number.min(255) as u8;
                }
            }
            What::PART_INDEX => {
                facts.part_index = whole(scalar, text, 0).map(|number| number.min(255) as u8);
            }
            #[cfg(feature = "inspect")]
            What::USAGE_PART => {}
            What::SEEN if needs == 0 => {
                if facts.seen == 0 {
                    facts.seen = rule.dialect;
                }
            }
            _ => {
                let is_text = matches!(
                    what,
                    What::OUTPUT | What::TYPED | What::CUMULATIVE | What::PART_TEXT
                );
                let nothing = match scalar {
                    _ if is_text => output.len == 0,
                    Scalar::False => true,
                    Scalar::Number => decimal::scaled(text, 0) == Some(0),
                    Scalar::String => text.is_empty() && output.len == 0,
                    _ => false,
                };
                let most = match what {
                    What::ERROR | What::END | What::USAGE => MAX_FINDINGS,
                    _ => MAX_OUTPUTS,
                };
                if !nothing && self.findings.len() < most {
                    facts.has_user |= Table::is_user(rule.dialect);
                    facts.has_thoughts |= what == What::THOUGHT;
                    self.findings.push(Finding {
                        rule: index,
                        place,
                        text: output,
                    });
                }
            }
        }
    }

    fn keep_name(&mut self, of: u8, scalar: Scalar, text: &[u8]) {
        let fits = scalar == Scalar::String || of == Name::ErrorCode as u8;
        let Some(span) = self.facts.names.get_mut(usize::from(of)) else {
            return;
        };
        if fits && span.end == span.start {
            *span = self.texts.keep_name(text);
        }
    }

    /// Ollama has no usage object: its counts stand at the top, among others.
    #[cfg(feature = "inspect")]
    pub(super) fn add_usage_part(&mut self, member: &[u8]) {
        let open: &[u8] = if self.usage.is_empty() {
            b"{"
        } else {
            self.usage.pop();
            b","
        };
        self.usage.extend_from_slice(open);
        self.usage.extend_from_slice(member);
        self.usage.push(b'}');
    }
}

/// A number that is not negative, times a power of ten.
fn whole(scalar: Scalar, text: &[u8], shift: i32) -> Option<i64> {
    if scalar != Scalar::Number {
        return None;
    }
    decimal::scaled(text, shift).filter(|number| *number >= 0)
}

//! What one document said.

use super::code::{Code, What, class, number};
use super::rule::{Class, Mark, NAMES, NUMBERS, Name};
use super::table::{Compiled, DialectId, Table};
use super::think::{Part, Think};
use crate::decimal;
use crate::json::{Place, Scalar, Visitor, Wants};

/// Outputs of one document that are kept apart. What is beyond is not looked
/// at: with this many there is no doubt what the document shows.
const MAX_OUTPUTS: usize = 32;

/// Outputs and signs. An end or an error may come after all outputs.
const MAX_FINDINGS: usize = MAX_OUTPUTS + 8;

/// Text that is kept of one document: enough for the head of the answer and of
/// the reasoning, both of 1 KiB.
const MAX_TEXT: usize = 2048;

/// Text that is kept of one string.
const MAX_STRING: usize = 1024;

/// Something that counts only once the whole document is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding {
    pub(crate) rule: u16,
    pub(crate) place: Place,
    pub(crate) text: Text,
}

/// A string that may be output. All lengths in bytes of UTF-8.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    /// Where its beginning is kept, in the document's text.
    pub(crate) start: u16,
    /// Where the part after any inline reasoning starts.
    pub(crate) visible: u16,
    pub(crate) end: u16,
    pub(crate) len: u32,
    /// Of `len`, after any inline reasoning.
    pub(crate) visible_len: u32,
    /// There was inline reasoning.
    pub(crate) inside: bool,
    /// The visible part is nothing but white space.
    pub(crate) blank: bool,
    /// Where in the stream's text we are after it.
    pub(crate) think: Think,
}

impl Text {
    const EMPTY: Self = Self {
        start: 0,
        visible: 0,
        end: 0,
        len: 0,
        visible_len: 0,
        inside: false,
        blank: true,
        think: Think::ANSWER,
    };
}

/// A piece of the document's text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u16,
    end: u16,
}

/// Facts that need no judgement. Absent numbers are negative.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) marks: u32,
    /// The class of typed output, and who says so.
    pub(crate) typed: Option<(Class, DialectId)>,
    /// The first dialect whose sign was seen.
    pub(crate) seen: DialectId,
    pub(crate) numbers: [i64; NUMBERS],
    pub(crate) names: [Span; NAMES],
    /// Any of `numbers`, a finding of the page's own dialects, and one of
    /// [`What::THOUGHT`]: mostly there is none.
    pub(crate) has_numbers: bool,
    pub(crate) has_user: bool,
    pub(crate) has_thoughts: bool,
    pub(crate) provider_is: Option<u8>,
    /// Tokens told one by one.
    pub(crate) tokens: u32,
    /// The rule that counted them: others count the same ones.
    token_rule: u16,
    /// Indices that choices give themselves, or 255; those beyond are not told
    /// apart.
    pub(crate) indices: [u8; 8],
    pub(crate) part_index: Option<u8>,
    pub(crate) part_start: Option<Class>,
}

impl Facts {
    const NONE: Self = Self {
        marks: 0,
        typed: None,
        seen: 0,
        numbers: [-1; NUMBERS],
        names: [Span { start: 0, end: 0 }; NAMES],
        has_numbers: false,
        has_user: false,
        has_thoughts: false,
        provider_is: None,
        tokens: 0,
        token_rule: 0,
        indices: [u8::MAX; 8],
        part_index: None,
        part_start: None,
    };
}

/// What the rules found in one document, before it is judged.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) facts: Facts,
    pub(crate) findings: Vec<Finding>,
    text: Vec<u8>,
    /// The last usage object, as sent.
    #[cfg(feature = "inspect")]
    pub(crate) usage: Vec<u8>,
    /// Rules for output whose string was empty.
    #[cfg(feature = "inspect")]
    pub(crate) empty: Vec<u16>,
    /// Something was found since this was last set to false.
    pub(crate) touched: bool,
    /// Keep text: the stream still wants to know how it begins.
    keep: bool,
    current: Text,
    /// The last bytes of a character that may be white space.
    partial: u32,
    wants: Wants,
    /// Where the stream's text was before this document.
    think: Think,
    #[cfg(feature = "aws-eventstream")]
    pub(super) nested: super::nested::Nested,
}

impl Document {
    pub(crate) fn new() -> Self {
        Self {
            facts: Facts::NONE,
            findings: Vec::new(),
            text: Vec::new(),
            #[cfg(feature = "inspect")]
            usage: Vec::new(),
            #[cfg(feature = "inspect")]
            empty: Vec::new(),
            touched: false,
            keep: true,
            current: Text::EMPTY,
            partial: 0,
            wants: Wants::default(),
            think: Think::START,
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

    /// Ready for the next one. `keep`: the beginnings of its strings are
    /// wanted.
    pub(crate) fn reset(&mut self, think: Think, keep: bool) {
        self.facts = Facts::NONE;
        self.findings.clear();
        self.text.clear();
        #[cfg(feature = "inspect")]
        {
            self.usage.clear();
            self.empty.clear();
        }
        self.keep = keep;
        self.think = think;
        #[cfg(feature = "aws-eventstream")]
        self.nested.reset();
    }

    /// Becomes as `from` is. Lists keep their room.
    pub(crate) fn copy(&mut self, from: &Self) {
        self.facts = from.facts;
        self.findings.clone_from(&from.findings);
        self.text.clone_from(&from.text);
        #[cfg(feature = "inspect")]
        {
            self.usage.clone_from(&from.usage);
            self.empty.clone_from(&from.empty);
        }
        self.keep = from.keep;
        self.current = from.current;
        self.partial = from.partial;
        self.wants = from.wants;
        self.think = from.think;
        #[cfg(feature = "aws-eventstream")]
        self.nested.clone_from(&from.nested);
    }

    /// Documents of this name are text.
    pub(crate) fn reads_raw(&self) -> bool {
        self.has(Mark::RawText as u8)
    }

    pub(crate) fn has(&self, mark: u8) -> bool {
        mark == 0 || self.facts.marks >> mark & 1 != 0
    }

    pub(crate) fn name(&self, name: Name) -> &[u8] {
        let span = self
            .facts
            .names
            .get(name as usize)
            .copied()
            .unwrap_or_default();
        self.kept(span.start, span.end)
    }

    /// The kept bytes of a text from `from` to `to`.
    pub(crate) fn kept(&self, from: u16, to: u16) -> &[u8] {
        self.text
            .get(usize::from(from)..usize::from(to))
            .unwrap_or_default()
    }

    fn start_text(&mut self, wants: Wants) {
        let start = self.text.len() as u16;
        self.wants = wants;
        self.partial = 0;
        let think = if wants.has(Wants::THINK) {
            self.think
        } else {
            Think::ANSWER
        };
        self.current = Text {
            start,
            visible: start,
            end: start,
            think,
            ..Text::EMPTY
        };
    }

    fn add_text(&mut self, bytes: &[u8]) {
        self.current.len = self.current.len.saturating_add(bytes.len() as u32);
        let mut rest = bytes;
        // Once the answer has begun, which is nearly always, no byte is looked
        // at one by one.
        while self.current.think != Think::ANSWER
            && let [byte, tail @ ..] = rest
        {
            let held = self.current.think.held();
            match self.current.think.step(*byte) {
                Part::Answer => {
                    self.current.visible_len += held.len() as u32;
                    self.current.blank &= held.is_empty();
                    self.store(held);
                    break;
                }
                Part::Inside => {
                    self.store(held);
                    if self.current.think.held().is_empty() {
                        self.store(&[*byte]);
                    }
                    self.reasoning();
                }
                Part::Tag => self.reasoning(),
                Part::Blank => {
                    self.current.visible_len += 1;
                    self.store(&[*byte]);
                }
                Part::Undecided => {}
            }
            rest = tail;
        }
        if rest.is_empty() {
            return;
        }
        self.current.visible_len = self.current.visible_len.saturating_add(rest.len() as u32);
        for &byte in rest {
            if !self.current.blank {
                break;
            }
            self.look_for_letters(byte);
        }
        self.store(rest);
    }

    /// Everything so far was reasoning.
    fn reasoning(&mut self) {
        self.current.inside = true;
        self.current.visible = self.text.len() as u16;
        self.current.visible_len = 0;
    }

    fn store(&mut self, bytes: &[u8]) {
        if !self.keep {
            return;
        }
        let own = self.text.len() - usize::from(self.current.start);
        let room = (MAX_STRING - own.min(MAX_STRING)).min(MAX_TEXT - self.text.len().min(MAX_TEXT));
        self.text
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// Whether `byte` ends a character that is not white space. A table of
    /// Unicode's white space would cost more than these few.
    fn look_for_letters(&mut self, byte: u8) {
        self.partial = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => 0,
            0x80..=0xbf => self.partial << 8 | u32::from(byte),
            0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef => u32::from(byte),
            _ => {
                self.current.blank = false;
                return;
            }
        };
        self.current.blank = match self.partial {
            0 | 0xc2 | 0xe1..=0xef | 0xe19a | 0xe280 | 0xe281 | 0xe380 | 0xefbb => true,
            // NEL and no-break space; ogham space.
            0xc285 | 0xc2a0 | 0xe1_9a80 => true,
            // Spaces of all widths, zero included, and direction marks.
            0xe2_8080..=0xe2_808f | 0xe2_80a8 | 0xe2_80a9 | 0xe2_80af => true,
            // Mathematical space and word joiner; ideographic space; no-break
            // space of no width.
            0xe2_819f | 0xe2_81a0 | 0xe3_8080 | 0xef_bbbf => true,
            _ => false,
        };
        if self.partial > 0xffff {
            self.partial = 0;
        }
    }

    fn end_text(&mut self, table: &Table, place: Place) {
        self.current.end = self.text.len() as u16;
        if self.current.len == 0 {
            #[cfg(feature = "inspect")]
            self.empty.extend(
                table
                    .rules(place.node)
                    .map(|(index, _)| index)
                    .take(MAX_FINDINGS),
            );
            return;
        }
        if self.wants.has(Wants::THINK) {
            self.think = self.current.think;
        }
        for (index, rule) in table.rules(place.node) {
            self.meets(index, rule, place, Scalar::String, b"", self.current);
        }
    }

    fn value(&mut self, table: &Table, place: Place, scalar: Scalar, text: &[u8]) {
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
    fn meets(
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
        if !fits || span.end > span.start || self.text.len() > MAX_TEXT {
            return;
        }
        span.start = self.text.len() as u16;
        self.text.extend_from_slice(text);
        span.end = self.text.len() as u16;
    }

    /// Ollama has no usage object: its counts stand at the top, among others.
    #[cfg(feature = "inspect")]
    fn add_usage_part(&mut self, member: &[u8]) {
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

/// Fills a [`Document`] by the rules of a [`Table`].
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    pub(crate) table: &'a Table,
    pub(crate) document: &'a mut Document,
}

impl Collector<'_> {
    /// Something that is known about the document and stands not in it.
    pub(crate) fn about(&mut self, name: &[u8], value: &[u8]) {
        let node = self.table.paths.about(name);
        let place = Place {
            node,
            object: 0,
            slot: 0,
        };
        self.document
            .value(self.table, place, Scalar::String, value);
    }

    /// The document's own text begins.
    pub(crate) fn raw_start(&mut self) {
        let node = self.table.paths.about(b"data");
        self.document.start_text(self.table.paths.wants(node));
    }

    pub(crate) fn raw_end(&mut self) {
        let node = self.table.paths.about(b"data");
        self.document.end_text(
            self.table,
            Place {
                node,
                object: 0,
                slot: 0,
            },
        );
    }
}

impl Visitor for Collector<'_> {
    fn container(&mut self, place: Place) {
        for (index, rule) in self.table.rules(place.node) {
            self.document
                .meets(index, rule, place, Scalar::True, b"", Text::EMPTY);
        }
    }

    fn scalar(&mut self, place: Place, scalar: Scalar, text: &[u8], _cut: bool) {
        #[cfg(feature = "inspect")]
        for (index, rule) in self.table.rules(place.node) {
            if rule.code.what == What::USAGE_PART {
                self.document.touched = true;
                let member = [b"\"", self.table.path(index).as_bytes(), b"\":", text].concat();
                self.document.add_usage_part(&member);
            }
        }
        self.document.value(self.table, place, scalar, text);
    }

    fn text_start(&mut self, wants: Wants) {
        self.document.touched = true;
        #[cfg(feature = "aws-eventstream")]
        if wants.has(Wants::BASE64) && self.document.nested.may_open() {
            return self.nested_start();
        }
        self.document.start_text(wants);
    }

    fn text(&mut self, bytes: &[u8]) {
        #[cfg(feature = "aws-eventstream")]
        if self.document.nested.is_open() {
            return self.nested(bytes);
        }
        self.document.add_text(bytes);
    }

    fn text_end(&mut self, place: Place) {
        #[cfg(feature = "aws-eventstream")]
        if self.document.nested.is_open() {
            return self.nested_end();
        }
        self.document.end_text(self.table, place);
    }

    #[cfg(feature = "inspect")]
    fn raw(&mut self, bytes: &[u8], first: bool) {
        self.document.touched = true;
        if first {
            self.document.usage.clear();
        }
        self.document.usage.extend_from_slice(bytes);
    }
}

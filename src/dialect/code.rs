//! Rules as bytes.
//!
//! The tables that people read are made of slices, strings and enums; stored
//! like that they would be a third of the decoder, most of it pointers. So they
//! are encoded while compiling: the path, which is ASCII, then what is done,
//! which is not, then with what, then what it needs. One byte each.

use super::rule::{Class, Dialect, Kind, Mark};
use crate::find::cut;

/// What is done with a value: [`Kind`] without what it is done with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct What(u8);

impl What {
    pub(crate) const SEEN: Self = Self(0x80);
    pub(crate) const MARK: Self = Self(0x81);
    pub(crate) const OUTPUT: Self = Self(0x82);
    pub(crate) const HAPPENED: Self = Self(0x83);
    pub(crate) const TYPED: Self = Self(0x84);
    pub(crate) const NAMES: Self = Self(0x85);
    pub(crate) const CUMULATIVE: Self = Self(0x86);
    pub(crate) const PART_TEXT: Self = Self(0x87);
    pub(crate) const PART_START: Self = Self(0x88);
    pub(crate) const PART_INDEX: Self = Self(0x89);
    pub(crate) const THOUGHT: Self = Self(0x8a);
    pub(crate) const ERROR: Self = Self(0x8b);
    pub(crate) const END: Self = Self(0x8c);
    pub(crate) const USAGE: Self = Self(0x8d);
    #[cfg(feature = "inspect")]
    pub(crate) const USAGE_PART: Self = Self(0x8e);
    pub(crate) const NAME: Self = Self(0x8f);
    pub(crate) const PROVIDER_IS: Self = Self(0x90);
    pub(crate) const NUMBER: Self = Self(0x91);
    pub(crate) const TOKEN: Self = Self(0x92);
    pub(crate) const INDEX: Self = Self(0x93);
    #[cfg(feature = "aws-eventstream")]
    pub(crate) const BASE64: Self = Self(0x94);
    /// Among rules: the next dialect begins.
    const NEXT: Self = Self(0xff);
}

/// Powers of ten that a number may be shifted by are stored from this one on.
const LEAST_SHIFT: i8 = -8;

impl Kind {
    /// What is done, and with what.
    pub(crate) const fn encode(self) -> (What, u8) {
        match self {
            Self::Seen => (What::SEEN, 0),
            Self::Mark(mark) => (What::MARK, mark as u8),
            Self::Output(class) => (What::OUTPUT, class as u8),
            Self::Happened(class) => (What::HAPPENED, class as u8),
            Self::Typed => (What::TYPED, 0),
            Self::Names(class) => (What::NAMES, class as u8),
            Self::Cumulative => (What::CUMULATIVE, 0),
            Self::PartText => (What::PART_TEXT, 0),
            Self::PartStart(class) => (What::PART_START, class as u8),
            Self::PartIndex => (What::PART_INDEX, 0),
            Self::Thought => (What::THOUGHT, 0),
            Self::Error => (What::ERROR, 0),
            Self::End => (What::END, 0),
            Self::Usage => (What::USAGE, 0),
            #[cfg(feature = "inspect")]
            Self::UsagePart => (What::USAGE_PART, 0),
            Self::Name(name) => (What::NAME, name as u8),
            Self::ProviderIs(provider) => (What::PROVIDER_IS, provider as u8),
            Self::Count(number) => (What::NUMBER, number as u8 | shift(0)),
            Self::Time(number, by) => (What::NUMBER, number as u8 | shift(by)),
            Self::Token => (What::TOKEN, 0),
            Self::Index => (What::INDEX, 0),
            #[cfg(feature = "aws-eventstream")]
            Self::Base64 => (What::BASE64, 0),
        }
    }
}

const fn shift(by: i8) -> u8 {
    ((by - LEAST_SHIFT) as u8) << 4
}

/// Number and power of ten of an encoded [`What::NUMBER`].
pub(crate) const fn number(of: u8) -> (usize, i32) {
    ((of & 15) as usize, (of >> 4) as i32 + LEAST_SHIFT as i32)
}

/// The class of an encoded kind that has one.
pub(crate) const fn class(of: u8) -> Class {
    match of {
        0 => Class::Text,
        1 => Class::Refusal,
        2 => Class::Reasoning,
        _ => Class::Tool,
    }
}

/// A rule without its path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code {
    pub(crate) what: What,
    pub(crate) of: u8,
    pub(crate) needs: u8,
}

impl Code {
    pub(crate) const fn new(kind: Kind, needs: Mark) -> Self {
        let (what, of) = kind.encode();
        Self {
            what,
            of,
            needs: needs as u8,
        }
    }
}

#[cfg(feature = "inspect")]
impl Code {
    /// The mark it sets.
    pub(crate) fn sets(self) -> Option<u8> {
        (self.what == What::MARK).then_some(self.of)
    }

    /// In words.
    pub(crate) fn meaning(self) -> String {
        const CLASSES: [&str; 4] = ["text", "a refusal", "reasoning", "a tool call"];
        const NAMES: [&str; 5] = [
            "the id",
            "the model",
            "the provider",
            "the error's type",
            "the error's code",
        ];
        const NUMBERS: [&str; 15] = [
            "all input tokens",
            "input tokens",
            "more input tokens",
            "input tokens written to a cache",
            "input tokens read from a cache",
            "cached ones among the input tokens",
            "output tokens",
            "more output tokens, reasoning",
            "reasoning ones among the output tokens",
            "tokens of input and output",
            "time in the queue",
            "time to read the prompt",
            "time to the first token",
            "time to generate",
            "time of the whole call",
        ];
        let class = CLASSES
            .get(usize::from(self.of))
            .copied()
            .unwrap_or_default();
        match self.what {
            What::SEEN => "a sign of this dialect".to_owned(),
            What::MARK if self.of == Mark::Echo as u8 => "what is passed over".to_owned(),
            What::MARK if self.of == Mark::Again as u8 => {
                "what is passed over once pieces came".to_owned()
            }
            What::MARK => "what other rules depend on".to_owned(),
            What::OUTPUT => class.to_owned(),
            What::HAPPENED => format!("a sign of {class}"),
            What::TYPED => "output of the kind that the type says".to_owned(),
            What::NAMES => format!("a type that stands for {class}"),
            What::CUMULATIVE => "all text so far".to_owned(),
            What::PART_TEXT => "output of the kind that its part's start said".to_owned(),
            What::PART_START => format!("the start of a part with {class}"),
            What::PART_INDEX => "which part it is".to_owned(),
            What::THOUGHT => "a sign that the text beside it is reasoning".to_owned(),
            What::ERROR => "an error".to_owned(),
            What::END => "the end marker".to_owned(),
            What::USAGE | What::USAGE_PART => "token counts".to_owned(),
            What::NAME => NAMES
                .get(usize::from(self.of))
                .copied()
                .unwrap_or_default()
                .to_owned(),
            What::PROVIDER_IS => "a sign of one provider".to_owned(),
            What::NUMBER => {
                let (slot, shift) = number(self.of);
                let unit = match shift {
                    6 => ", in seconds",
                    3 => ", in milliseconds",
                    -3 => ", in nanoseconds",
                    _ => "",
                };
                format!("{}{unit}", NUMBERS.get(slot).copied().unwrap_or_default())
            }
            What::TOKEN => "one token".to_owned(),
            What::INDEX => "which choice it is".to_owned(),
            _ => "a document in base64".to_owned(),
        }
    }
}

/// Calls `each` with the dialect's number, path and code of each rule.
pub(crate) fn decode(mut rules: &[u8], each: &mut dyn FnMut(u8, &[u8], Code)) {
    let mut dialect = 0;
    while let Some(end) = rules.iter().position(|&byte| byte >= 0x80) {
        let (path, rest) = cut(rules, end);
        match *rest {
            [what, ref rest @ ..] if what == What::NEXT.0 => {
                dialect += 1;
                rules = rest;
            }
            [what, of, needs, ref rest @ ..] => {
                each(
                    dialect,
                    path,
                    Code {
                        what: What(what),
                        of,
                        needs,
                    },
                );
                rules = rest;
            }
            _ => return,
        }
    }
}

/// How many bytes `encode` needs.
pub(crate) const fn encoded_len(dialects: &[&Dialect]) -> usize {
    let mut len = 0;
    let mut dialect = 0;
    while dialect < dialects.len() {
        let mut rule = 0;
        while rule < dialects[dialect].rules.len() {
            len += dialects[dialect].rules[rule].path.len() + 3;
            rule += 1;
        }
        len += 1;
        dialect += 1;
    }
    len
}

/// The rules of all dialects as bytes.
pub(crate) const fn encode<const LEN: usize>(dialects: &[&Dialect]) -> [u8; LEN] {
    let mut bytes = [0; LEN];
    let mut at = 0;
    let mut dialect = 0;
    while dialect < dialects.len() {
        let mut index = 0;
        while index < dialects[dialect].rules.len() {
            let rule = dialects[dialect].rules[index];
            let path = rule.path.as_bytes();
            let mut byte = 0;
            while byte < path.len() {
                assert!(path[byte] < 0x80, "paths are ASCII");
                bytes[at] = path[byte];
                at += 1;
                byte += 1;
            }
            let (what, of) = rule.kind.encode();
            bytes[at] = what.0;
            bytes[at + 1] = of;
            bytes[at + 2] = rule.needs as u8;
            at += 3;
            index += 1;
        }
        bytes[at] = What::NEXT.0;
        at += 1;
        dialect += 1;
    }
    bytes
}

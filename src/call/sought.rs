//! What a generated text is known by in the page.

use super::Call;
use crate::answer::{CONFIRMING, Fit, LEAST, NODE, fit};
use crate::millis::Millis;

/// Which generated text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Answer,
    Reasoning,
}

/// A text that is to be found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sought<'a> {
    /// It is not there before.
    pub(crate) read: Millis,
    head: &'a [char],
    /// That is all of it.
    whole: bool,
    /// Letters of it that were read with the first call of a tool: "Let me check."
    /// stands for itself where the page shows the tool before it goes on.
    before_tool: usize,
}

impl Sought<'_> {
    /// Whether a text of the page is it.
    pub(crate) fn fit(&self, text: &[char]) -> Fit {
        fit(text, self.head, self.whole)
    }

    /// Whether text nodes are what was said before the tool, no more and no less.
    pub(crate) fn is_before_tool(&self, text: &[char]) -> bool {
        let part = self.head.get(..self.before_tool).unwrap_or_default();
        let mut rest = part;
        for char in text {
            match rest {
                _ if *char == NODE && rest.is_empty() => break,
                _ if *char == NODE => {}
                [next, tail @ ..] if next == char => rest = tail,
                _ => return false,
            }
        }
        rest.is_empty() && part.len() >= LEAST
    }

    /// Whether it may turn out to be it, as either goes on.
    pub(crate) fn may_become(&self, text: &[char]) -> bool {
        fit(text, self.head, false) != Fit::No
    }

    /// Too little has come to tell it from another.
    pub(crate) fn is_short(&self) -> bool {
        self.head.len() < CONFIRMING
    }
}

impl Call {
    /// `None` until there is any.
    pub(crate) fn sought(&self, part: Part) -> Option<Sought<'_>> {
        let seen = &self.seen;
        let over = self.is_over();
        let (output, head, whole, before_tool) = match part {
            Part::Answer => (
                &seen.first_answer_token,
                &self.answer_head,
                over,
                self.before_tool,
            ),
            Part::Reasoning => (
                &seen.first_token,
                &self.reasoning_head,
                over || seen.first_answer_token.is_some(),
                0,
            ),
        };
        let read = output.as_ref()?.read.resolved;
        let head = head.letters.as_slice();
        (part == Part::Answer || !head.is_empty()).then_some(Sought {
            read,
            head,
            whole,
            before_tool,
        })
    }
}

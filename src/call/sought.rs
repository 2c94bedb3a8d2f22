//! What a generated text is known by in the page.

use super::{Call, End};
use crate::answer::{CONFIRMING, Fit, HIDDEN, LEAST, NODE, agrees, fit};
use crate::millis::Millis;
use crate::page::First;

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
    /// It was cut off when it had hardly begun.
    stub: bool,
    /// Letters of it that were read with the first call of a tool: "Let me check."
    /// stands for itself where the page shows the tool before it goes on.
    before_tool: usize,
}

impl Sought<'_> {
    fn fit(&self, text: &[char]) -> Fit {
        fit(text, self.head, self.whole)
    }

    /// Whether a text of the page is it.
    pub(crate) fn is_clearly(&self, text: &[char]) -> bool {
        !self.stub && self.fit(text) == Fit::Confirmed
    }

    /// The same unless it may be another's: of so short a text nothing is clear.
    pub(crate) fn is_perhaps(&self, text: &[char]) -> bool {
        self.stub && self.fit(text) == Fit::Confirmed || self.is_before_tool(text)
    }

    /// Whether a text agrees with it as far as both are known.
    pub(crate) fn agrees(&self, text: &[char]) -> bool {
        agrees(text, self.head)
    }

    /// Whether text nodes are what was said before the tool, no more and no less.
    fn is_before_tool(&self, text: &[char]) -> bool {
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

    /// What texts begin with that may turn out to be it.
    fn first(&self) -> First {
        match self.head {
            [] => First::NONE,
            [HIDDEN, ..] => First::ANY,
            [letter, ..] => First::of(*letter),
        }
    }

    /// Whether it may turn out to be it, as either goes on.
    pub(crate) fn may_become(&self, text: &[char]) -> bool {
        fit(text, self.head, false) != Fit::No
    }

    /// Whether a text of the page that is another's may be this as well. Answers to
    /// one question begin alike, so more letters count than are needed to find one:
    /// if the other `agrees` with all of it and this does not, it is none of this.
    /// What was stopped at once claims none of what is asked for instead.
    pub(crate) fn contests(&self, text: &[char], agrees: bool) -> bool {
        match self.fit(text) {
            _ if self.stub => false,
            Fit::Confirmed => !agrees || self.agrees(text),
            // Too little has come to tell them apart.
            Fit::Begins => self.head.len() < CONFIRMING,
            Fit::No => false,
        }
    }
}

impl Call {
    /// When the first of its answer was read, or of what may turn out to be one.
    pub(crate) fn may_be_read(&self) -> Option<Millis> {
        let answer = self
            .seen
            .first_answer_token
            .as_ref()
            .map(|token| token.read);
        answer.or(self.held).map(|read| read.resolved)
    }

    /// What texts begin with that may be its answer or its reasoning. In a target
    /// any change counts.
    pub(crate) fn first(&self) -> First {
        if self.opening.target != 0 {
            return First::ANY;
        }
        let first = |part| self.sought(part).map_or(First::NONE, |it| it.first());
        let reasoning = match self.reasoning {
            None => first(Part::Reasoning),
            Some(_) => First::NONE,
        };
        first(Part::Answer).or(reasoning)
    }

    /// `None` until there is any.
    pub(crate) fn sought(&self, part: Part) -> Option<Sought<'_>> {
        let seen = &self.seen;
        let over = self.is_known_whole();
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
        let was_cut = matches!(self.closed, Some(End::Cancel | End::Fail)) && !self.has_ended();
        (part == Part::Answer || !head.is_empty()).then_some(Sought {
            read,
            head,
            whole,
            stub: was_cut && head.len() < LEAST,
            before_tool,
        })
    }
}

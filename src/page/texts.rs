//! The texts of the page: which of them are answers, and when they were seen.

use super::{Happening, Order, Page};
use crate::answer::Fit;
use crate::call::{Commit, Painted, Part};
use crate::millis::Millis;
use crate::record::Found;

impl Page {
    /// A text entered the page. Returns whether it may be an answer, so that
    /// its paint is of interest.
    pub fn candidate(&mut self, handle: u32, at: Millis, targets: u32, head: &str) -> bool {
        let kept = self.candidates.add(&self.calls, handle, at, targets, head);
        if kept {
            self.search();
        }
        kept
    }

    /// A text goes on: this is its head now.
    pub fn grown(&mut self, handle: u32, head: &str) {
        self.candidates.grow(handle, head);
        self.search();
    }

    /// A text is of no interest any more.
    pub fn dropped(&mut self, handle: u32) {
        self.candidates.drop(&mut self.calls, handle);
    }

    /// The frame with a text was painted.
    pub fn painted(&mut self, handle: u32, painted: Painted) {
        self.candidates.painted(handle, painted);
        let mut answered = None;
        for (number, call) in &mut self.calls {
            let t0 = call.opening.t0;
            let shows = |commit: &&mut Commit| commit.handle == handle;
            if let Some(commit) = call.answer.as_mut().filter(shows) {
                let painted = painted.since(t0).of(commit.at);
                commit.painted = Some(painted);
                answered = Some(*number);
            }
            let others = [&mut call.reasoning, &mut call.first_change];
            for commit in others.into_iter().flatten().filter(shows) {
                commit.painted = Some(painted.since(t0).of(commit.at));
            }
        }
        if let Some(number) = answered {
            self.tell_paint(number);
        }
    }

    /// Tells of an answer's paint, once it is clear that it is one.
    pub(super) fn tell_paint(&mut self, number: u32) {
        let Some(call) = self.call(number) else {
            return;
        };
        let painted = call.answer.and_then(|answer| answer.painted);
        if let Some(painted) = painted
            && call.seen.first_answer_token.is_some()
        {
            call.seen.busy.stop_counting(painted.at);
            self.tell(Happening::FirstAnswerPaint, number);
        }
    }

    /// The app's word that the answer of a call is in the page now. Returns
    /// whether it counts, so that its paint is of interest.
    pub fn rendered(&mut self, number: u32, handle: u32, at: Millis) -> bool {
        let Some(call) = self.call(number) else {
            return false;
        };
        let at = at - call.opening.t0;
        // Before the answer's read it can only be a placeholder.
        let answered = call.may_be_read().is_some_and(|read| read <= at);
        let counts = answered && call.answer.is_none_or(|commit| commit.found != Found::App);
        if counts {
            call.answer = Some(Commit {
                handle,
                at,
                painted: None,
                found: Found::App,
            });
        }
        counts
    }

    /// Whether the answer of a call is inside the viewport.
    pub fn on_screen(&mut self, number: u32, is: bool) {
        if let Some(call) = self.call(number) {
            call.on_screen = Some(is);
        }
    }

    /// The answer of a call changed in the page, and the change was painted.
    pub fn progress(&mut self, number: u32, committed: Millis, painted: Millis) {
        if let Some(call) = self.call(number) {
            let t0 = call.opening.t0;
            call.progress(committed - t0, painted - t0);
        }
    }

    /// A text came behind the place of its answer, or changed there: this is how
    /// its own place begins. Whether the answer goes on there.
    pub fn goes_on(&mut self, number: u32, head: &str) -> Fit {
        self.call(number).map_or(Fit::No, |call| call.goes_on(head))
    }

    /// How the place of its answer ends, in letters and digits, since its last
    /// [`progress`](Self::progress). What is not said yet, painted or not, has a
    /// progress of its own to come.
    pub fn tail(&mut self, number: u32, tail: &str) {
        if let Some(call) = self.call(number) {
            call.tail = Some(tail.into());
        }
    }

    /// Looks for answers among the texts of the page.
    pub(super) fn search(&mut self) {
        if self.candidates.is_empty() {
            return;
        }
        for i in 0..self.calls.len() {
            let (number, call) = &self.calls[i];
            if !call.is_finding() {
                continue;
            }
            let number = *number;
            let answer = self.candidates.best(&self.calls, i, Part::Answer);
            let reasoning = self.candidates.best(&self.calls, i, Part::Reasoning);
            let call = &mut self.calls[i].1;
            call.reasoning = call.reasoning.or(reasoning.map(|(commit, _)| commit));
            let Some((commit, handle)) = answer else {
                continue;
            };
            call.answer = Some(commit);
            self.candidates.take(handle);
            self.orders.push(Order::Found {
                call: number,
                handle,
            });
            self.tell_paint(number);
        }
    }
}

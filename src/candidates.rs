//! Texts that entered the page and may be an answer.

use crate::call::{Call, Commit, Painted, Part, Sought};
use crate::millis::Millis;
use crate::record::Found;

/// Texts in question at a time.
const MAX_CANDIDATES: usize = 64;

/// A text in the page; moments are on the page's clock.
#[derive(Debug)]
struct Candidate {
    handle: u32,
    at: Millis,
    /// Bit 0, and bit n for each target n that it is in.
    targets: u32,
    head: Vec<char>,
    painted: Option<Painted>,
}

/// The texts in question, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Candidates(Vec<Candidate>);

impl Candidates {
    /// A text entered the page. Returns whether it may be an answer of one of
    /// `calls`, and is kept.
    pub(crate) fn add(
        &mut self,
        calls: &[(u32, Box<Call>)],
        handle: u32,
        at: Millis,
        targets: u32,
        head: &str,
    ) -> bool {
        let head = head.chars().collect();
        let candidate = Candidate {
            handle,
            at,
            targets,
            head,
            painted: None,
        };
        let keep = calls.iter().any(|(_, call)| candidate.may_belong_to(call));
        if keep {
            // The watch holds fewer, and not all that it drops is told.
            if self.0.len() >= MAX_CANDIDATES {
                self.0.remove(0);
            }
            self.0.push(candidate);
        }
        keep
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text goes on: this is its head now.
    pub(crate) fn grow(&mut self, handle: u32, head: &str) {
        if let Some(candidate) = self.find(handle) {
            candidate.head = head.chars().collect();
        }
    }

    /// The frame with it was painted.
    pub(crate) fn painted(&mut self, handle: u32, painted: Painted) {
        if let Some(candidate) = self.find(handle) {
            candidate.painted = Some(painted.of(candidate.at));
        }
    }

    /// A text is gone. In a target it may have been the first change there.
    pub(crate) fn drop(&mut self, calls: &mut [(u32, Box<Call>)], handle: u32) {
        let Some(at) = self.0.iter().position(|text| text.handle == handle) else {
            return;
        };
        let text = self.0.remove(at);
        for (_, call) in calls {
            let commit = text.commit(call, Found::Target);
            if text.may_be_change(call) && call.first_change.is_none_or(|it| commit.at < it.at) {
                call.first_change = Some(commit);
            }
        }
    }

    /// A text was found to be an answer, and is nobody else's.
    pub(crate) fn take(&mut self, handle: u32) {
        self.0.retain(|text| text.handle != handle);
    }

    /// A call ends without its answer found. What would have been taken for it
    /// fits another just as well, and stays in doubt when that is alone.
    pub(crate) fn give_up(&mut self, call: &Call) {
        if let Some(sought) = call.sought(Part::Answer) {
            self.0.retain(|text| {
                let is_sure = sought.is_clearly(&text.head);
                !call.is_in_target(text.targets) || !is_sure || !sought.agrees(&text.head)
            });
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The earliest text that certainly is this part of call number `index`,
    /// and of no other.
    ///
    /// A target is the app's word on *where*; the text must fit all the same.
    /// Only when nothing in it did until the end, its first change after the
    /// answer's read is taken. With the text whose place is followed from here on:
    /// the first change may be gone.
    pub(crate) fn best(
        &self,
        calls: &[(u32, Box<Call>)],
        index: usize,
        part: Part,
    ) -> Option<(Commit, u32)> {
        let (_, call) = calls.get(index)?;
        let sought = call.sought(part)?;
        let from = call.opening.t0 + sought.read;
        let mut possible = self
            .0
            .iter()
            .filter(|c| c.at >= from && call.is_in_target(c.targets));
        let fits = possible.clone().find(|text| {
            sought.is_clearly(&text.head) && !is_anothers(calls, index, &sought, text)
                || sought.is_perhaps(&text.head) && !may_be_anothers(calls, index, text)
        });
        if let Some(candidate) = fits {
            return Some((candidate.commit(call, Found::Text), candidate.handle));
        }
        if part != Part::Answer || !call.is_over() {
            return None;
        }
        let there = possible
            .find(|text| text.may_be_change(call) && !is_anothers(calls, index, &sought, text))
            .map(|text| text.commit(call, Found::Target));
        let first = match (call.first_change, there) {
            (Some(gone), Some(there)) if gone.at < there.at => gone,
            (gone, there) => there.or(gone)?,
        };
        Some((first, there.unwrap_or(first).handle))
    }

    fn find(&mut self, handle: u32) -> Option<&mut Candidate> {
        self.0
            .iter_mut()
            .find(|candidate| candidate.handle == handle)
    }
}

impl Candidate {
    fn may_belong_to(&self, call: &Call) -> bool {
        if !call.is_finding() || !call.is_in_target(self.targets) {
            return false;
        }
        let begins = |part| {
            call.sought(part)
                .is_some_and(|sought| sought.may_become(&self.head))
        };
        self.may_be_change(call)
            || begins(Part::Answer)
            || (call.reasoning.is_none() && begins(Part::Reasoning))
    }

    /// Whether it changed the call's target once there was something to show.
    fn may_be_change(&self, call: &Call) -> bool {
        call.opening.target != 0
            && call.is_in_target(self.targets)
            && call
                .may_be_read()
                .is_some_and(|read| self.at >= call.opening.t0 + read)
    }

    fn commit(&self, call: &Call, found: Found) -> Commit {
        let t0 = call.opening.t0;
        Commit {
            handle: self.handle,
            at: self.at - t0,
            painted: self.painted.map(|painted| painted.since(t0)),
            found,
        }
    }
}

/// What else is sought where a text is, and was when it came.
fn others<'a>(
    calls: &'a [(u32, Box<Call>)],
    index: usize,
    text: &'a Candidate,
) -> impl Iterator<Item = Sought<'a>> {
    calls
        .iter()
        .enumerate()
        .filter(move |(other, (_, call))| {
            *other != index && call.is_finding() && call.is_in_target(text.targets)
        })
        .filter_map(|(_, (_, call))| {
            let sought = call.sought(Part::Answer)?;
            (text.at >= call.opening.t0 + sought.read).then_some(sought)
        })
}

/// Whether another answer fits as well as what is `sought`: two streams of the same
/// words.
fn is_anothers(
    calls: &[(u32, Box<Call>)],
    index: usize,
    sought: &Sought<'_>,
    text: &Candidate,
) -> bool {
    let agrees = sought.agrees(&text.head);
    others(calls, index, text).any(|other| other.contests(&text.head, agrees))
}

/// Whether another answer may begin like it: so short a text proves little.
fn may_be_anothers(calls: &[(u32, Box<Call>)], index: usize, text: &Candidate) -> bool {
    others(calls, index, text).any(|sought| sought.may_become(&text.head))
}

//! How a body came to its end.

use super::{Call, named};
use crate::millis::Millis;
use crate::record::{Failure, Stage};
use crate::statistics::Chunk;

/// How a body came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It closed.
    Close,
    /// The page cancelled it.
    Cancel,
    /// It failed.
    Fail,
    /// It was taken in a way that shows no chunks.
    Unobserved,
    /// It was taken in a way that shows nothing, not even when it ends.
    Lost,
}

impl Call {
    /// The body is over.
    pub(crate) fn end(&mut self, at: Millis, how: End, error: &str) {
        if self.closed.is_none() && matches!(how, End::Close | End::Unobserved) {
            self.read_whole = Some(at);
        }
        self.close(at, how, error);
    }

    pub(super) fn close(&mut self, at: Millis, how: End, error: &str) {
        if self.closed.is_some() {
            return;
        }
        if self.may_go_on() {
            // Only now the network's entry may come.
            self.over_since = None;
        }
        self.closed = Some(how);
        if how == End::Close
            && let Some(mut decoder) = self.decoder.take()
        {
            let window = self.reads.end(at);
            let mut last = Chunk::default();
            decoder.finish(&mut |event| self.event(event, window, &mut last));
            self.statistics.end(at, last);
            self.follow(&decoder, window);
            self.decoder = Some(decoder);
        }
        if how != End::Lost {
            self.seen.end.get_or_insert(at);
        }
        if how == End::Fail && error == "AbortError" {
            self.aborted = true;
        } else if how == End::Fail && self.error.is_none() && !self.has_ended() {
            self.error = Some(Failure {
                stage: Stage::Stream,
                kind: named(error),
                status: None,
            });
        }
    }

    /// The page goes: a stream that it cut is the person's leaving, and no
    /// failure.
    pub(crate) fn leave(&mut self, at: Millis) {
        if self.may_be_cut(at) {
            self.cut = self.seen.end;
            self.closed = None;
            self.error = None;
            self.seen.end = None;
        }
    }

    /// The page came back, but its stream did not.
    pub(crate) fn come_back(&mut self) {
        if let Some(at) = self.cut.take() {
            self.close(at, End::Cancel, "");
        }
    }
}

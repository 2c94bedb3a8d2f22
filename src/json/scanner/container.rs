//! Objects and arrays: which of them are entered.

use super::{Frame, Scanner, State};
use crate::json::paths::{Paths, Wants};
use crate::json::visitor::Visitor;

impl Scanner {
    /// Whether the raw bytes from here on are to be handed on.
    #[cfg(feature = "inspect")]
    pub(super) fn raw_start<V: Visitor>(&mut self, paths: &Paths, visitor: &mut V) -> bool {
        let starts = paths.wants(self.node).has(Wants::RAW) && self.raw.is_none();
        if starts {
            self.raw = Some(self.depth);
            visitor.raw(b"", true);
        }
        starts
    }

    /// An object or an array begins.
    pub(super) fn container_start<V: Visitor>(
        &mut self,
        paths: &Paths,
        is_array: bool,
        visitor: &mut V,
    ) {
        let wants = paths.wants(self.node);
        if wants.has(Wants::VALUE) || wants.has(Wants::TEXT) {
            visitor.container(self.place(self.node));
        }
        let open = paths.is_open(self.node);
        let Some(frame) = self.frames.get_mut(self.depth).filter(|_| open) else {
            self.skipped = 1;
            self.state = State::Skip;
            return;
        };
        self.objects = self.objects.wrapping_add(1);
        *frame = Frame {
            node: self.node,
            object: self.objects,
            index: 0,
            is_array,
        };
        self.depth += 1;
        if is_array {
            self.node = paths.element(self.node, 0);
            self.state = State::Value;
        } else {
            self.state = State::Key;
        }
    }

    /// The innermost container is over, if it is of this kind.
    pub(super) fn container_end(&mut self, is_array: bool) {
        let top = self.depth.wrapping_sub(1);
        match self.frames.get(top) {
            Some(frame) if frame.is_array == is_array => {
                self.depth = top;
                self.value_end();
            }
            _ => self.state = State::Junk,
        }
    }

    /// A value is over, of whatever kind.
    pub(super) fn value_end(&mut self) {
        self.state = if self.depth == 0 {
            State::Done
        } else {
            State::Next
        };
    }

    /// After a comma.
    pub(super) fn next(&mut self, paths: &Paths) {
        self.state = State::Key;
        if let Some(frame) = self.frames.get_mut(self.depth.wrapping_sub(1))
            && frame.is_array
        {
            frame.index = frame.index.saturating_add(1);
            self.node = paths.element(frame.node, frame.index);
            self.state = State::Value;
        }
    }
}

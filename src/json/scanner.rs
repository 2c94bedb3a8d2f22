//! The scanner: bytes in, values at interesting places out.

mod class;
mod container;
mod string;

use super::paths::{MAX_SEGMENTS, NONE, Node, Paths, ROOT, Wants};
use super::short::Short;
use super::visitor::{Place, Scalar, Visitor};
use crate::find::{cut, find2};
use class::{is_scalar, is_skip_stop};

/// The stack needs no more than the longest path.
const DEPTH: usize = MAX_SEGMENTS + 1;

/// Of other strings than text, and of keys, so many bytes are looked at.
pub(super) const SHORT: usize = 128;

#[derive(Clone, Copy, Debug)]
struct Frame {
    node: Node,
    object: u16,
    index: u16,
    is_array: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A value, or the end of an array.
    Value,
    /// A key, or the end of an object.
    Key,
    Colon,
    /// A comma, or the end of a container.
    Next,
    String,
    Escape,
    /// Hexadecimal digits of `\u`, with the number of those still to come.
    Unicode(u8),
    Scalar,
    /// Below a container that holds nothing of interest.
    Skip,
    SkipString,
    SkipEscape,
    /// The document's value is complete.
    Done,
    /// This is no JSON.
    Junk,
}

/// Where a string's characters go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Nowhere,
    Key,
    /// Kept short, for a comparison.
    Short,
    /// Handed on in pieces.
    Text,
}

/// Walks over one JSON document at a time.
///
/// Constant memory: containers of interest are on a stack as deep as the
/// longest path, others are only counted, so nesting without end costs
/// nothing. Linear time: each byte is looked at once, or twice in a string that
/// does not end in its piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner {
    state: State,
    target: Target,
    /// The place of the value that comes next or is being read.
    node: Node,
    frames: [Frame; DEPTH],
    depth: usize,
    objects: u16,
    /// Open containers below the last one of interest.
    skipped: u64,
    /// The depth at which the raw bytes of a container are handed on.
    #[cfg(feature = "inspect")]
    raw: Option<usize>,
    short: Short<SHORT>,
    unicode: u16,
    /// A high surrogate that waits for its other half.
    surrogate: u16,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        let frame = Frame {
            node: NONE,
            object: 0,
            index: 0,
            is_array: false,
        };
        Self {
            state: State::Value,
            target: Target::Nowhere,
            node: ROOT,
            frames: [frame; DEPTH],
            depth: 0,
            objects: 0,
            skipped: 0,
            #[cfg(feature = "inspect")]
            raw: None,
            short: Short::EMPTY,
            unicode: 0,
            surrogate: 0,
        }
    }

    /// Ready for the next document.
    pub(crate) fn reset(&mut self) {
        self.state = State::Value;
        self.target = Target::Nowhere;
        self.node = ROOT;
        self.depth = 0;
        self.objects = 0;
        self.skipped = 0;
        #[cfg(feature = "inspect")]
        {
            self.raw = None;
        }
        self.surrogate = 0;
    }

    /// One whole value was read and nothing but white space came after it.
    /// A number at the top level counts as long as its document has ended.
    pub(crate) fn is_complete(&self) -> bool {
        self.state == State::Done
    }

    /// Within a string that is a value.
    pub(crate) fn is_in_value(&self) -> bool {
        self.state == State::String && self.target != Target::Key
    }

    /// The rest of the document would end it after a value, and says nothing.
    pub(crate) fn skip_rest(&mut self) {
        // The value may have turned out to be none.
        if self.state == State::Next {
            self.state = State::Done;
            self.depth = 0;
        }
    }

    /// The next bytes of the document.
    pub(crate) fn feed<V: Visitor>(&mut self, paths: &Paths, bytes: &[u8], visitor: &mut V) {
        self.run(paths, bytes, visitor, false);
    }

    /// The next bytes as far as a text's first quote, and how many that were;
    /// all of them, and `None`, where no text begins.
    pub(crate) fn feed_to_text<V: Visitor>(
        &mut self,
        paths: &Paths,
        bytes: &[u8],
        visitor: &mut V,
    ) -> Option<usize> {
        self.run(paths, bytes, visitor, true)
    }

    fn run<V: Visitor>(
        &mut self,
        paths: &Paths,
        mut bytes: &[u8],
        visitor: &mut V,
        to_text: bool,
    ) -> Option<usize> {
        let mut text = None;
        let mut at = 0;
        #[cfg(feature = "inspect")]
        let mut raw_from = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.state {
                State::String => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let end = find2(rest, b'"', b'\\').unwrap_or(rest.len());
                    let (piece, after) = cut(rest, end);
                    at += end;
                    // Half a pair waits for the other half, which comes right
                    // after it or not at all.
                    if !piece.is_empty() {
                        self.characters(piece, visitor);
                    }
                    match after {
                        [b'"', ..] => self.string_end(paths, visitor),
                        [_, ..] => self.state = State::Escape,
                        [] => break,
                    }
                }
                State::Skip => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let Some(next) = rest.iter().position(|byte| is_skip_stop(*byte)) else {
                        break;
                    };
                    at += next;
                    match rest.get(next) {
                        Some(b'"') => self.state = State::SkipString,
                        Some(b'{' | b'[') => self.skipped += 1,
                        _ => {
                            self.skipped -= 1;
                            if self.skipped == 0 {
                                self.value_end();
                            }
                        }
                    }
                }
                State::SkipString => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let Some(end) = find2(rest, b'"', b'\\') else {
                        break;
                    };
                    at += end;
                    let quote = rest.get(end) == Some(&b'"');
                    self.state = if quote {
                        State::Skip
                    } else {
                        State::SkipEscape
                    };
                }
                State::SkipEscape => self.state = State::SkipString,
                State::Escape => self.escape(byte, visitor),
                State::Unicode(left) => self.unicode(byte, left, visitor),
                State::Scalar => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let end = rest.iter().position(|byte| !is_scalar(*byte));
                    let (piece, after) = cut(rest, end.unwrap_or(rest.len()));
                    if self.target == Target::Short {
                        self.short.push(piece);
                    }
                    if after.is_empty() {
                        break;
                    }
                    at += piece.len();
                    self.scalar_end(visitor);
                    if let [b',', ..] = after
                        && self.state == State::Next
                    {
                        self.next(paths);
                        at += 1;
                    }
                    continue;
                }
                State::Junk => break,
                _ if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') => {}
                State::Value => match byte {
                    b'"' => {
                        self.string_start(paths, visitor);
                        if self.target != Target::Text {
                            // Mostly a string has no escapes and comes in one
                            // piece; then nothing is copied.
                            let rest = bytes.get(at + 1..).unwrap_or_default();
                            if let Some(end) = find2(rest, b'"', b'\\')
                                && let (string, [b'"', after @ ..]) = cut(rest, end)
                            {
                                self.short_string(paths, string, false, visitor);
                                at += end + 2;
                                if let [b',', ..] = after
                                    && self.state == State::Next
                                {
                                    self.next(paths);
                                    at += 1;
                                }
                                continue;
                            }
                        } else if to_text {
                            text = Some(at + 1);
                            bytes = cut(bytes, at + 1).0;
                        }
                    }
                    b'{' | b'[' => {
                        #[cfg(feature = "inspect")]
                        if self.raw_start(paths, visitor) {
                            raw_from = at;
                        }
                        self.container_start(paths, byte == b'[', visitor);
                    }
                    b']' => self.container_end(true),
                    b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                        self.short.clear();
                        let wants = paths.wants(self.node);
                        let wanted = wants.has(Wants::VALUE) || wants.has(Wants::TEXT);
                        self.target = if wanted {
                            Target::Short
                        } else {
                            Target::Nowhere
                        };
                        self.state = State::Scalar;
                        continue;
                    }
                    _ => self.state = State::Junk,
                },
                State::Key => match byte {
                    b'"' => {
                        self.begin_string(Target::Key);
                        // Nearly always the key and its colon are at hand; this
                        // spares a quarter of all rounds.
                        let rest = bytes.get(at + 1..).unwrap_or_default();
                        if let Some(end) = find2(rest, b'"', b'\\')
                            && let (key, [b'"', after @ ..]) = cut(rest, end)
                        {
                            self.key(paths, key, false);
                            at += end + 2;
                            if let [b':', ..] = after {
                                self.state = State::Value;
                                at += 1;
                            }
                            continue;
                        }
                    }
                    b'}' => self.container_end(false),
                    _ => self.state = State::Junk,
                },
                State::Colon => {
                    self.state = if byte == b':' {
                        State::Value
                    } else {
                        State::Junk
                    };
                }
                State::Next => match byte {
                    b',' => self.next(paths),
                    b'}' => self.container_end(false),
                    b']' => self.container_end(true),
                    _ => self.state = State::Junk,
                },
                State::Done => self.state = State::Junk,
            }
            at += 1;
            #[cfg(feature = "inspect")]
            if self.raw == Some(self.depth) && self.state == State::Next {
                visitor.raw(bytes.get(raw_from..at).unwrap_or_default(), false);
                self.raw = None;
            }
        }
        #[cfg(feature = "inspect")]
        if self.raw.is_some() {
            visitor.raw(bytes.get(raw_from..).unwrap_or_default(), false);
        }
        text
    }

    /// The string that runs ends with these characters, none of them escaped.
    pub(crate) fn end_string<V: Visitor>(
        &mut self,
        paths: &Paths,
        characters: &[u8],
        visitor: &mut V,
    ) {
        if !characters.is_empty() {
            self.characters(characters, visitor);
        }
        self.string_end(paths, visitor);
    }

    /// The document has ended: a number at the top level has no other end.
    pub(crate) fn finish<V: Visitor>(&mut self, visitor: &mut V) {
        if self.state == State::Scalar && self.depth == 0 {
            self.scalar_end(visitor);
        }
    }

    fn place(&self, node: Node) -> Place {
        let open = self.frames.get(..self.depth).unwrap_or_default();
        let slot = open
            .iter()
            .find(|frame| frame.is_array)
            .map_or(0, |frame| frame.index);
        let object = open.last().map_or(0, |frame| frame.object);
        Place { node, object, slot }
    }

    fn key(&mut self, paths: &Paths, key: &[u8], cut: bool) {
        let parent = self.frames.get(self.depth.wrapping_sub(1));
        let parent = parent.map_or(NONE, |frame| frame.node);
        self.node = if cut { NONE } else { paths.key(parent, key) };
        self.state = State::Colon;
    }

    fn scalar_end<V: Visitor>(&mut self, visitor: &mut V) {
        // What nobody asked for is not looked at closely.
        if self.target == Target::Short {
            let scalar = match self.short.get() {
                b"true" => Scalar::True,
                b"false" => Scalar::False,
                b"null" => Scalar::Null,
                [b'-' | b'0'..=b'9', ..] => Scalar::Number,
                _ => {
                    self.state = State::Junk;
                    return;
                }
            };
            let place = self.place(self.node);
            visitor.scalar(place, scalar, self.short.get(), self.short.is_cut());
        }
        self.value_end();
    }
}

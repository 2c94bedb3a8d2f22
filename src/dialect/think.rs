//! Reasoning inside the visible text.

const OPEN: &[u8] = b"<think>";
const CLOSE: &[u8] = b"</think>";

/// Where in a stream's visible text we are.
///
/// Hosts that serve reasoning models without a field for reasoning leave it in
/// the text, between `<think>` and `</think>`. That is told from an answer
/// *about* such tags by its place: it counts only as the very first output
/// that is not blank. Tags may be split between events at any byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Think(u8);

/// What one byte of visible text turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// White space before anything else.
    Blank,
    /// It may belong to an opening tag.
    Undecided,
    /// It belongs to a tag, or may belong to the closing one.
    Tag,
    /// Reasoning, and so are the bytes held back before it.
    Inside,
    /// The answer, and so are the bytes held back before it.
    Answer,
}

/// Lower states count matched bytes of the opening tag.
const INSIDE: u8 = OPEN.len() as u8;
/// States from `INSIDE` count matched bytes of the closing one.
const ANSWER: u8 = INSIDE + CLOSE.len() as u8;

impl Think {
    /// Nothing but white space so far.
    pub(crate) const START: Self = Self(0);
    /// In the answer, for good.
    pub(crate) const ANSWER: Self = Self(ANSWER);

    pub(crate) fn step(&mut self, byte: u8) -> Part {
        let state = self.0;
        if state >= ANSWER {
            return Part::Answer;
        }
        if state < INSIDE {
            if OPEN.get(usize::from(state)) == Some(&byte) {
                self.0 += 1;
                return if self.0 == INSIDE {
                    Part::Tag
                } else {
                    Part::Undecided
                };
            }
            if state == 0 && byte.is_ascii_whitespace() {
                return Part::Blank;
            }
            self.0 = ANSWER;
            return Part::Answer;
        }
        if CLOSE.get(usize::from(state - INSIDE)) == Some(&byte) {
            self.0 += 1;
            return Part::Tag;
        }
        self.0 = INSIDE + u8::from(byte == b'<');
        Part::Inside
    }

    /// The bytes that wait for what comes after them, the last one included.
    pub(crate) fn held(self) -> &'static [u8] {
        let (tag, matched) = if self.0 < INSIDE {
            (OPEN, self.0)
        } else {
            (CLOSE, self.0 - INSIDE)
        };
        if self.0 >= ANSWER {
            b""
        } else {
            tag.get(..usize::from(matched)).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Think};

    fn parts(text: &str) -> Vec<Part> {
        let mut think = Think::START;
        text.bytes().map(|byte| think.step(byte)).collect()
    }

    #[test]
    fn reasoning_ends_with_the_closing_tag() {
        let got = parts("\n<think>a<</think>b");
        assert_eq!(got[0], Part::Blank);
        assert!(got[1..7].iter().all(|part| *part == Part::Undecided));
        let inside = [Part::Tag, Part::Inside, Part::Tag, Part::Inside];
        assert_eq!(got[7..11], inside);
        assert!(got[11..18].iter().all(|part| *part == Part::Tag));
        assert_eq!(got[18], Part::Answer);
    }

    #[test]
    fn a_tag_after_other_text_is_text() {
        assert!(
            parts("Use <think> to")
                .iter()
                .all(|part| *part == Part::Answer)
        );
    }

    #[test]
    fn another_tag_is_the_answer() {
        let mut think = Think::START;
        assert_eq!(think.step(b'<'), Part::Undecided);
        assert_eq!(think.step(b't'), Part::Undecided);
        assert_eq!(think.held(), b"<t");
        assert_eq!(think.step(b'd'), Part::Answer);
        assert_eq!(think.held(), b"");
        assert_eq!(think, Think::ANSWER);
    }
}

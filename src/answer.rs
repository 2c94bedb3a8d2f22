//! Is this text in the page the decoded answer?
//!
//! Renderers change an answer on its way into the page: markdown loses its
//! marks, quotes and dashes are beautified, words get elements of their own,
//! code blocks get a label and a button. So only letters and digits are
//! compared, and only the first of them; what a renderer may hide, a link's
//! address or a code block's language, may be there or not; and what it may add
//! in a text node of its own may be there as well.

mod comparison;

pub use comparison::Fit;
pub(crate) use comparison::{CONFIRMING, LEAST, NODE, agrees, fit, fit_within, is_copy};

use crate::find::{cut, search};

/// Letters and digits that tell an answer's end from its middle.
const ENDING: usize = 16;

/// Around what a renderer may hide.
pub(crate) const HIDDEN: char = '\u{1}';
const SHOWN: char = '\u{2}';

/// Appends the letters and digits of `text`, an answer as it was sent, to
/// `head`: up to `max` of those that are shown for sure, up to `4 * max` in
/// all. Returns whether there is no room for more.
pub(crate) fn squeeze(text: &str, head: &mut Vec<char>, max: usize) -> bool {
    let mut shown = 0;
    let mut rest = text;
    let mut line_starts = true;
    while let Some(char) = rest.chars().next() {
        if shown >= max || head.len() >= 4 * max {
            return true;
        }
        let hidden = hidden(rest, line_starts);
        if let Some((run, after)) = rest.split_at_checked(hidden)
            && hidden > 0
        {
            let from = head.len();
            head.push(HIDDEN);
            // A text in the page is not longer.
            head.extend(run.chars().filter(|char| !is_noise(*char)).take(max));
            if head.len() - from > 1 {
                head.push(SHOWN);
            } else {
                head.pop();
            }
            rest = after;
            line_starts = false;
            continue;
        }
        if !is_noise(char) {
            head.push(char);
            shown += 1;
        }
        line_starts = char == '\n' || line_starts && matches!(char, ' ' | '\t' | '>' | '-' | '*');
        rest = rest.get(char.len_utf8()..).unwrap_or_default();
    }
    false
}

/// Whether `tail`, the last letters and digits of a place in the page, holds the
/// end of `answer`: buttons may follow it. What a renderer may hide is taken
/// for hidden; where it isn't, the end is not known again.
#[must_use]
pub(crate) fn ends(answer: &str, tail: &str) -> bool {
    let mut end = Vec::new();
    squeeze(answer, &mut end, answer.len());
    let mut hidden = false;
    end.retain(|char| {
        hidden = *char == HIDDEN || hidden && *char != SHOWN;
        !hidden && *char != SHOWN
    });
    let from = end.len().saturating_sub(ENDING);
    let end = end.get(from..).unwrap_or_default();
    let tail: Vec<char> = tail.chars().collect();
    !end.is_empty() && tail.windows(end.len()).any(|part| part == end)
}

/// Bytes at the beginning of `rest` that markdown renderers hide, most of them
/// or all. What is not complete yet is shown by some, so it may count as hidden
/// until the rest of it comes.
fn hidden(rest: &str, line_starts: bool) -> usize {
    let bytes = rest.as_bytes();
    let until = |stops: &[u8]| {
        let end = bytes.iter().position(|byte| stops.contains(byte));
        end.unwrap_or(bytes.len())
    };
    match bytes {
        // The language of a code block.
        [b'`', b'`', b'`', ..] | [b'~', b'~', b'~', ..] if line_starts => until(b"\n"),
        // The number of a list's item: most renderers leave it to the browser.
        [b'0'..=b'9', ..] if line_starts => {
            let digits = bytes
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            match bytes.get(digits..) {
                Some([b'.' | b')', b' ', ..] | [b'.' | b')'] | []) => digits,
                _ => 0,
            }
        }
        // Where a link leads to, and what an image shows.
        [b']', b'(', ..] => until(b")\n"),
        [b']', b'[', tail @ ..] => {
            let end = tail.iter().position(|byte| *byte == b']');
            end.map_or(bytes.len(), |end| end + 2)
        }
        [b'!', b'[', ..] => until(b"]\n"),
        // Formulas. One dollar is also money's.
        [b'$', b'$', ..] => closing(bytes, b"$$").unwrap_or(bytes.len()),
        [b'$', b'!'..=b'~', ..] => {
            let end = closing(bytes, b"$").filter(|end| *end <= until(b"\n"));
            end.unwrap_or_default()
        }
        [b'\\', b'(', ..] => closing(bytes, b"\\)").unwrap_or(bytes.len()),
        [b'\\', b'[', ..] => closing(bytes, b"\\]").unwrap_or(bytes.len()),
        // A task's box.
        [b'[', b'x' | b'X', b']', ..] => 3,
        // HTML, and addresses between angle brackets.
        [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!', ..] => match until(b">\n") {
            end if bytes.get(end) == Some(&b'\n') || end > 200 => 0,
            end => end,
        },
        [b'&', b'a'..=b'z' | b'A'..=b'Z' | b'#', ..] => match until(b"; \n") {
            end if bytes.get(end) == Some(&b';') && end < 12 => end,
            _ => 0,
        },
        _ => 0,
    }
}

/// Just past the `mark` that closes what begins with one as long.
fn closing(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    let (_, inner) = cut(bytes, mark.len());
    search(inner, mark).map(|at| at + 2 * mark.len())
}

/// The very rule of `NOISE` in text.js, cheap on purpose: no Unicode tables.
/// What is not ASCII counts as a letter, except the blocks of Latin-1
/// punctuation, CJK punctuation, and all from general punctuation (typographic
/// quotes, dashes, zero-width characters) to arrows and shapes: apps draw a
/// cursor with one of those behind the text.
fn is_noise(char: char) -> bool {
    match char {
        '\0'..='\u{7f}' => !char.is_ascii_alphanumeric(),
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe0f}' => {
            true
        }
        // Half of a surrogate pair, where JavaScript cut a text.
        _ => char == char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::{ends, squeeze};

    pub(super) fn head(text: &str) -> Vec<char> {
        let mut head = vec![];
        squeeze(text, &mut head, 64);
        head
    }

    #[test]
    fn markdown_and_typography_do_not_matter() {
        assert_eq!(head("**It's** – `42`\u{a0}…"), head("Its 42"));
        assert_eq!(head("“Привет”, мир!"), head("Привет мир"));
        assert_eq!(head("The cat ▌ ● █ ⬤ ⠋ →"), head("The cat"));
    }

    #[test]
    fn the_end_is_known_before_buttons_and_without_what_is_hidden() {
        let answer = "1. It **sleeps** until [the morning](https://example.com/path).";
        for tail in ["sleepsuntilthemorning", "Itsleepsuntilthemorning3Copy"] {
            assert!(ends(answer, tail), "{tail}");
        }
        for tail in ["", "themorning", "Itsleepsuntilthemor", "themorningCopy"] {
            assert!(!ends(answer, tail), "{tail}");
        }
        assert!(ends("Yes.", "Yes"));
        assert!(!ends("", ""));
        assert!(!ends("…", ""));
    }
}

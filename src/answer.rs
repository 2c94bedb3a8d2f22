//! Is this text in the page the decoded answer?
//!
//! Renderers change an answer on its way into the page: markdown loses its
//! marks, quotes and dashes are beautified, words get elements of their own.
//! So only letters and digits are compared, and only the first of them: the
//! watch sends a text's *head*, squeezed by the rule of [`squeeze`].

/// Letters and digits that must agree before a text is taken for the answer:
/// "I" and "The" begin many texts.
pub const CONFIRMING: usize = 24;

/// Appends the letters and digits of `text` to `head`, up to `max` characters.
///
/// The very rule of the watch's `NOISE`, cheap on purpose: no Unicode tables.
/// What is not ASCII counts as a letter, except the blocks of Latin-1
/// punctuation, general punctuation (typographic quotes, dashes, zero-width
/// characters) and CJK punctuation.
pub fn squeeze(text: &str, head: &mut Vec<char>, max: usize) {
    for char in text.chars() {
        if head.len() >= max {
            return;
        }
        let noise = match char {
            '\0'..='\u{7f}' => !char.is_ascii_alphanumeric(),
            '\u{80}'..='\u{bf}'
            | '\u{2000}'..='\u{206f}'
            | '\u{3000}'..='\u{303f}'
            | '\u{fe0f}' => true,
            // Half of a surrogate pair, where JavaScript cut a text.
            _ => char == char::REPLACEMENT_CHARACTER,
        };
        if !noise {
            head.push(char);
        }
    }
}

/// How well a text in the page fits a decoded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is another text.
    No,
    /// So far it is the same, but too short to be sure.
    Begins,
    /// It is this one.
    Confirmed,
}

/// Compares squeezed heads. `whole`: `answer` will not grow any more.
#[must_use]
pub fn fit(text: &[char], answer: &[char], whole: bool) -> Fit {
    let common = text.iter().zip(answer).take_while(|(a, b)| a == b).count();
    if common == 0 {
        Fit::No
    } else if common >= CONFIRMING || (whole && common == answer.len()) {
        Fit::Confirmed
    } else if common == text.len() || common == answer.len() {
        Fit::Begins
    } else {
        Fit::No
    }
}

#[cfg(test)]
mod tests {
    use super::{Fit, fit, squeeze};

    fn head(text: &str) -> Vec<char> {
        let mut head = vec![];
        squeeze(text, &mut head, 64);
        head
    }

    #[test]
    fn markdown_and_typography_do_not_matter() {
        assert_eq!(head("**It's** – `42`\u{a0}…"), head("Its 42"));
        assert_eq!(head("“Привет”, мир!"), head("Привет мир"));
    }

    #[test]
    fn a_short_text_is_never_sure() {
        assert_eq!(
            fit(&head("The"), &head("The answer is"), false),
            Fit::Begins
        );
        assert_eq!(
            fit(&head("The answer is"), &head("The"), false),
            Fit::Begins
        );
        assert_eq!(
            fit(&head("The question"), &head("The answer"), false),
            Fit::No
        );
        assert_eq!(fit(&[], &head("The"), false), Fit::No);
    }

    #[test]
    fn twenty_four_characters_are_sure() {
        let answer = head("The quick brown fox jumps over the lazy dog");
        let page = head("The *quick* brown fox jumps over Copy Regenerate");
        assert_eq!(fit(&page, &answer, false), Fit::Confirmed);
        assert_eq!(fit(&page[..23], &answer, false), Fit::Begins);
    }

    #[test]
    fn a_short_answer_is_sure_once_it_is_over() {
        assert_eq!(fit(&head("Yes. Copy"), &head("Yes."), false), Fit::Begins);
        assert_eq!(fit(&head("Yes. Copy"), &head("Yes."), true), Fit::Confirmed);
        assert_eq!(fit(&head("Ye"), &head("Yes."), true), Fit::Begins);
    }
}

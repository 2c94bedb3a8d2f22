//! How well a text of the page agrees with an answer.

#[cfg(test)]
mod rendered;

use super::{HIDDEN, SHOWN, squeeze};

/// Letters and digits that must agree before a text is taken for the answer:
/// "I" and "The" begin many texts.
pub(crate) const CONFIRMING: usize = 24;

/// Letters and digits of a text that stands for itself: less begins labels and
/// buttons.
pub(crate) const LEAST: usize = 8;

/// Between the text nodes of the page, as text.js joins them.
pub(crate) const NODE: char = '\n';

/// Before the letters of a text that text.js took a label from.
const LABELLED: char = HIDDEN;

/// Text nodes that are a renderer's own: a label, a button, a line's number.
const MAX_ADDED: usize = 4;
/// Letters and digits in one of them.
const MAX_LABEL: usize = 24;

/// Ways to read a text that are tried. Whatever may be hidden doubles them: an
/// answer of nothing but `<br>` has more than a page's lifetime is long enough
/// for.
const MAX_WAYS: usize = 300;

/// How well a text in the page fits a decoded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is another text.
    No,
    /// So far it is the same, but too short to be sure.
    Begins,
    /// It is this one.
    Confirmed,
}

impl Fit {
    /// Of a text that agrees in so many letters and digits, and differs in none.
    const fn of(same: usize) -> Self {
        match same {
            0 => Self::No,
            CONFIRMING.. => Self::Confirmed,
            _ => Self::Begins,
        }
    }
}

/// Compares a text in the page, letters and digits with a line end between its
/// text nodes, with what [`squeeze`] made of an answer. `whole`: `answer` will
/// not grow any more, and if it has fewer letters than [`CONFIRMING`], the text
/// node that it ends in must end there too.
#[must_use]
pub(crate) fn fit(text: &[char], answer: &[char], whole: bool) -> Fit {
    let mut comparison = Comparison {
        enough: CONFIRMING,
        whole,
        ways: MAX_WAYS,
    };
    Fit::of(comparison.same(text, answer, 0, MAX_ADDED))
}

/// The same with a piece of an answer, `answer` as it was sent, wherever in it
/// the text begins; and all of the text has to agree. `whole`: that is its end.
#[must_use]
pub(crate) fn fit_within(text: &[char], answer: &str, whole: bool) -> Fit {
    let mut letters = Vec::new();
    squeeze(answer, &mut letters, answer.len());
    let shown: Vec<char> = text.iter().copied().filter(|char| *char != NODE).collect();
    if whole && shown.len() >= LEAST && letters.ends_with(&shown) {
        return Fit::Confirmed;
    }
    // What is shown was read before, and mostly just now.
    let Some(last) = letters.len().checked_sub(shown.len().max(1)) else {
        return Fit::No;
    };
    let mut comparison = Comparison::of_all();
    let mut best = 0;
    for at in (0..=last).rev() {
        let part = letters.get(at..).unwrap_or_default();
        if part.first() == text.first() && best < CONFIRMING {
            best = best.max(comparison.same(text, part, 0, MAX_ADDED));
        }
    }
    Fit::of(best)
}

/// Whether a text begins as an answer does, and goes on like it as far as both are
/// known.
#[must_use]
pub(crate) fn is_copy(text: &[char], answer: &[char]) -> bool {
    Comparison::of_all().same(text, answer, 0, MAX_ADDED) >= CONFIRMING
}

/// Whether both agree as far as they are known, however little that is.
#[must_use]
pub(crate) fn agrees(text: &[char], answer: &[char]) -> bool {
    Comparison::of_all().same(text, answer, 0, MAX_ADDED) > 0
}

/// How a text is compared.
struct Comparison {
    /// What is beyond so many letters does not matter.
    enough: usize,
    /// The answer will not grow any more.
    whole: bool,
    /// How many more ways may be tried.
    ways: usize,
}

impl Comparison {
    /// To the end of either.
    const fn of_all() -> Self {
        Self {
            enough: usize::MAX,
            whole: false,
            ways: MAX_WAYS,
        }
    }

    /// In how many letters and digits both agree before either ends, `same` so far;
    /// 0 where they differ.
    fn same(&mut self, text: &[char], answer: &[char], same: usize, added: usize) -> usize {
        let (mut text, mut answer, mut same) = (text, answer, same);
        if self.ways == 0 {
            return same;
        }
        self.ways -= 1;
        loop {
            if same >= self.enough {
                return same;
            }
            match (answer, text) {
                // A label stood before it in its node: with as much behind it, "Tokens: 4"
                // would be "4".
                (_, [LABELLED, tail @ ..]) => {
                    text = tail;
                    self.whole = false;
                }
                ([SHOWN, tail @ ..], _) => answer = tail,
                ([HIDDEN, tail @ ..], _) => {
                    let close = tail.iter().position(|char| *char == SHOWN);
                    let past = tail.get(close.unwrap_or(tail.len())..).unwrap_or_default();
                    let without = self.same(text, past, same, added);
                    if without >= self.enough {
                        return without;
                    }
                    return without.max(self.same(text, tail, same, added));
                }
                // Too short to tell it from others: only a text that ends with it is it,
                // and "4.2 s" is not "4". Buttons have nodes of their own.
                ([], [] | [NODE, ..]) if self.whole && same > 0 => return self.enough,
                ([], _) if self.whole => return 0,
                ([], _) | (_, []) => return same,
                (_, [NODE, tail @ ..]) => {
                    let with = self.same(tail, answer, same, added);
                    let end = tail.iter().position(|char| *char == NODE);
                    let label = end.unwrap_or(tail.len());
                    let after = tail.get(label..).unwrap_or_default();
                    let mut without = same;
                    if with < self.enough && added > 0 && label <= MAX_LABEL {
                        without = without.max(self.same(after, answer, same, added - 1));
                    }
                    return with.max(without);
                }
                ([a, rest @ ..], [b, tail @ ..]) if a == b => {
                    same += 1;
                    (answer, text) = (rest, tail);
                }
                _ => return 0,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::head;
    use super::super::{ends, is_noise};
    use super::{Fit, fit, fit_within, is_copy};

    /// As the watch sends it.
    pub(super) fn page(nodes: &[&str]) -> Vec<char> {
        let nodes = nodes.iter().map(|node| {
            let letters = node.chars().filter(|char| !is_noise(*char));
            letters.collect::<String>()
        });
        let nodes: Vec<String> = nodes.filter(|node| !node.is_empty()).collect();
        nodes.join("\n").chars().take(96).collect()
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
    fn a_text_within_an_answer_fits_wherever_it_begins() {
        let answer = "Let me look. [One](https://example.com) says that the **quick** fox jumps.";
        let fits = |nodes: &[&str]| fit_within(&page(nodes), answer, false);
        assert_eq!(fits(&["One", "says that the", "quick", "fox"]), Fit::Begins);
        assert_eq!(
            fits(&["One", "says that the", "quick", "fox jumps"]),
            Fit::Confirmed
        );
        assert_eq!(fits(&["says that the quick cat jumps"]), Fit::No);
        assert_eq!(fits(&["says that the quick fox jumps? What"]), Fit::No);
        assert_eq!(fits(&[]), Fit::No);
        assert_eq!(fit_within(&page(&["One"]), "", false), Fit::No);
    }

    #[test]
    fn a_short_text_is_the_end_of_an_answer_that_is_over() {
        let answer = "Seven sheep walk by. All done now.";
        let fits = |text: &str, whole| fit_within(&page(&[text]), answer, whole);
        assert_eq!(fits("All done now.", false), Fit::Begins);
        assert_eq!(fits("All done now.", true), Fit::Confirmed);
        assert_eq!(fits("done now", true), Fit::Begins);
        assert_eq!(fits("All done", true), Fit::Begins);
        assert_eq!(fits("Copy", true), Fit::No);
    }

    #[test]
    fn a_copy_agrees_as_far_as_it_is_known() {
        let answer = head("The quick brown fox jumps over the lazy dog and sleeps.");
        let copies = |nodes: &[&str]| is_copy(&page(nodes), &answer);
        assert!(copies(&["The quick brown fox jumps over"]));
        assert!(copies(&[
            "The quick brown fox jumps over the lazy dog and sleeps. Then"
        ]));
        assert!(!copies(&["The quick brown fox jumps over the lazy cat"]));
        assert!(!copies(&["The quick brown fox"]));
    }

    #[test]
    fn a_formula_may_be_set_or_stand_as_it_was_sent() {
        for answer in [
            "The slope of $x^2$ is $2x$, and that of $$x^3$$ is more.",
            "The slope of \\(x^2\\) is \\(2x\\), and that of \\[x^3\\] is more.",
        ] {
            for nodes in [
                &["The slope of", "is", ", and that of", "is more"][..],
                &["The slope of $x^2$ is $2x$, and that of $$x^3$$ is more."],
                &["The slope of", "is $2x$, and that of", "is more"],
            ] {
                let fits = fit(&page(nodes), &head(answer), false);
                assert_eq!(fits, Fit::Confirmed, "{answer} {nodes:?}");
            }
            assert_eq!(
                fit(&page(&["The slope was"]), &head(answer), false),
                Fit::No
            );
            assert!(ends(answer, "theslopeofisandthatofismore"), "{answer}");
        }
        let money = head("It was $5 before, and is $12 now that it is sold.");
        let shown = page(&["It was $5 before, and is $12 now that"]);
        assert_eq!(fit(&shown, &money, false), Fit::Confirmed);
        let open = head("The slope of $$x^2 + 3");
        assert_eq!(fit(&page(&["The slope of x2"]), &open, false), Fit::Begins);
    }

    #[test]
    fn a_short_answer_is_sure_once_it_is_over() {
        let answer = head("Yes.");
        for (nodes, whole, fits) in [
            (&["Yes.", "Copy"][..], false, Fit::Begins),
            (&["Yes.", "Copy"], true, Fit::Confirmed),
            (&["Yes."], true, Fit::Confirmed),
            (&["Y", "e", "s", ".", "Copy"], true, Fit::Confirmed),
            (&["Yes. ▌"], true, Fit::Confirmed),
            (&["Ye"], true, Fit::Begins),
            (&["Ye", "s"], true, Fit::Confirmed),
        ] {
            assert_eq!(fit(&page(nodes), &answer, whole), fits, "{nodes:?}");
        }
    }

    #[test]
    fn behind_a_label_only_a_long_text_is_sure() {
        for (answer, text, fits) in [
            ("4", "\u{1}4", Fit::Begins),
            ("The quick", "\u{1}Thequick", Fit::Begins),
            (
                "The quick brown fox jumps over",
                "\u{1}Thequickbrownfoxjumpsover",
                Fit::Confirmed,
            ),
        ] {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(fit(&text, &head(answer), true), fits, "{answer}");
        }
    }

    #[test]
    fn a_text_that_goes_on_is_no_short_answer() {
        for (answer, nodes) in [
            ("4", &["4.2 s"][..]),
            ("Yes.", &["Yesterday"]),
            ("Yes.", &["Ye", "sterday"]),
            ("Yes.", &["Yes🦊"]),
            ("**4** or 5", &["4", "or 5.2"]),
            ("4 or 5", &["4 or", "Copy", "5.2"]),
            (
                "The quick brown fox jumps.",
                &["The quick brown fox jumps over"],
            ),
        ] {
            let fits = fit(&page(nodes), &head(answer), true);
            assert_ne!(fits, Fit::Confirmed, "{nodes:?}");
            // As long as the answer may go on as well,
            let fits = fit(&page(nodes), &head(answer), false);
            assert_eq!(fits, Fit::Begins, "{nodes:?}");
        }
        // or once it is long enough.
        let answer = head("The quick brown fox jumps over.");
        let shown = page(&["The quick brown fox jumps overhead"]);
        assert_eq!(fit(&shown, &answer, true), Fit::Confirmed);
    }

    #[test]
    fn a_short_answer_ends_with_what_is_shown_of_it() {
        for (answer, rendered, raw) in [
            (
                "See [docs](https://e.org).",
                &["See", "docs", ".", "Copy"][..],
                "See docs (https://e.org)",
            ),
            ("It is $x^2$", &["It is", "Copy"], "It is $x^2$"),
            ("```js\n4\n```", &["4", "Copy"], "```js\n4\n```"),
            ("4", &["4", "Copy"], "4"),
            ("It is\n4", &["It is", "Copy"], "It is\n4"),
            ("1. Yes\n2. No", &["Yes", "No", "Copy"], "1. Yes\n2. No"),
            ("<b>Yes</b>", &["Yes", "Copy"], "<b>Yes</b>"),
            ("Yes &amp; no", &["Yes & no", "Copy"], "Yes &amp; no"),
        ] {
            let fits = |nodes: &[&str]| fit(&page(nodes), &head(answer), true);
            assert_eq!(fits(rendered), Fit::Confirmed, "{answer:?}");
            assert_eq!(fits(&[raw]), Fit::Confirmed, "{answer:?} as it is");
            assert_eq!(fits(&[raw, "Copy"]), Fit::Confirmed, "{answer:?} as it is");
            let other = format!("{raw} 7");
            assert_ne!(fits(&[&other]), Fit::Confirmed, "{answer:?} as it is");
        }
    }

    #[test]
    fn what_renderers_hide_may_be_there_or_not() {
        let fits = |source: &str, nodes: &[&str]| fit(&page(nodes), &head(source), false);
        for (source, rendered, raw) in [
            (
                "```js\nconst answer = question.length + 40;\n",
                &["const", " answer = ", "question.length + 40;"][..],
                "```js\nconst answer = question.length + 40;",
            ),
            (
                "See [the guide](https://example.com/a/long/address?with=query) for the details.",
                &["See ", "the guide", " for the details."],
                "See [the guide](https://example.com/a/long/address?with=query) for",
            ),
            (
                "![a chart](chart.png)The chart above shows it all, as you see.",
                &["The chart above shows it all, as you see."],
                "![a chart](chart.png)The chart above shows",
            ),
            (
                "1. Open the settings\n2. Click on the second tab",
                &["Open the settings", "Click on the second tab"],
                "1. Open the settings\n2. Click on the second tab",
            ),
            (
                "- [x] write the tests\n- [ ] run the tests, all of them",
                &["write the tests", "run the tests, all of them"],
                "- [x] write the tests\n- [ ] run the tests",
            ),
            (
                "Salt &amp; pepper<br>and a pinch of sugar",
                &["Salt & pepper", "and a pinch of sugar"],
                "Salt &amp; pepper<br>and a pinch of",
            ),
            (
                "Look at [this][1], and at [that][second], for more.",
                &["Look at ", "this", ", and at ", "that", ", for more."],
                "Look at [this][1], and at [that][second]",
            ),
        ] {
            assert_eq!(fits(source, rendered), Fit::Confirmed, "{source:?}");
            assert_eq!(fits(source, &[raw]), Fit::Confirmed, "{source:?} as it is");
        }
    }

    #[test]
    fn nothing_but_marks_is_compared_in_time() {
        // There are more ways to read it than anybody could try.
        let mut source = head(&"<br>".repeat(64));
        assert_eq!(fit(&page(&["brbrbrbrbrbrbr"]), &source, false), Fit::Begins);
        source = head(
            &[
                "![](a)".repeat(40).as_str(),
                "The chart above shows it all, as you see.",
            ]
            .concat(),
        );
        let shown = page(&["The chart above shows it all, as you see."]);
        assert_eq!(fit(&shown, &source, false), Fit::Confirmed);
    }

    #[test]
    fn labels_and_buttons_in_between_do_not_matter() {
        let source = "Sure:\n```python\nprint(sum(range(1, 101)))\n```\nThat is all.";
        let fits = |nodes: &[&str]| fit(&page(nodes), &head(source), false);
        let code = "print(sum(range(1, 101)))";
        assert_eq!(fits(&["Sure:", code, "That is all."]), Fit::Confirmed);
        assert_eq!(
            fits(&["Sure:", "Python", "Copy code", code, "Copied", "That is"]),
            Fit::Confirmed
        );
        assert_eq!(
            fits(&["Sure:", "python", "Copy", "1", code, "That is all."]),
            Fit::Confirmed
        );
        // The label itself entered the page with the answer.
        assert_eq!(
            fit(
                &page(&["js", "Copy", code, "end"]),
                &head(&format!("```js\n{code}\nend")),
                true
            ),
            Fit::Confirmed
        );
    }

    #[test]
    fn what_follows_in_the_place_is_not_held_against_a_text() {
        // The decoder is ahead of a page that throttles.
        let answer = head("Sure, you can do that");
        assert_eq!(fit(&page(&["Sure", "Copy"]), &answer, false), Fit::Begins);
        assert_eq!(fit(&page(&["SureCopy"]), &answer, false), Fit::No);
        assert_eq!(
            fit(&page(&["Su", "Copy", "Sign in"]), &answer, false),
            Fit::Begins
        );
    }

    #[test]
    fn other_texts_are_not_taken_for_it() {
        let answer = head("Open the [settings](x) and choose the second tab there");
        for nodes in [
            &["Open the window and enjoy the fresh air in there"][..],
            &["Settings", "Profile", "Sign out", "Open", "Close"],
            &["Copy", "Open the settings and choose the second tab"],
            &["and choose the second tab there"],
        ] {
            assert_eq!(fit(&page(nodes), &answer, true), Fit::No, "{nodes:?}");
        }
        let nodes = [
            "Open",
            "a",
            "b",
            "c",
            "d",
            "e",
            "the settings and choose the second",
        ];
        assert_eq!(fit(&page(&nodes), &answer, true), Fit::Begins);
    }
}

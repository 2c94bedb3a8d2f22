//! A small renderer of markdown, and answers of every kind.

use super::super::tests::head;
use super::tests::page;
use super::{Fit, HIDDEN, SHOWN, fit};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Inline {
    Text(String),
    Strong(String),
    Code(String),
    Link(String, String),
    Image(String, String),
    Entity(&'static str, &'static str),
}

#[derive(Clone, Debug)]
enum Block {
    Paragraph(Vec<Inline>),
    Heading(u8, Vec<Inline>),
    Ordered(Vec<Vec<Inline>>),
    Unordered(Vec<Vec<Inline>>),
    Fence(&'static str, String),
    Table(Vec<String>),
}

/// What a renderer may do or leave.
#[derive(Clone, Copy, Debug)]
struct Style {
    label: bool,
    copy: bool,
    numbers: bool,
    words: bool,
}

fn inline(parts: &[Inline], source: &mut String, nodes: &mut Vec<String>) {
    for part in parts {
        match part {
            Inline::Text(text) => {
                source.push_str(text);
                nodes.push(text.clone());
            }
            Inline::Strong(text) => {
                source.push_str(&format!("**{text}**"));
                nodes.push(text.clone());
            }
            Inline::Code(text) => {
                source.push_str(&format!("`{text}`"));
                nodes.push(text.clone());
            }
            Inline::Link(text, address) => {
                source.push_str(&format!("[{text}](https://{address})"));
                nodes.push(text.clone());
            }
            Inline::Image(alt, address) => {
                source.push_str(&format!("![{alt}](https://{address})"));
            }
            Inline::Entity(entity, character) => {
                source.push_str(entity);
                nodes.push((*character).to_owned());
            }
        }
        source.push(' ');
    }
}

fn render(blocks: &[Block], style: Style) -> (String, Vec<String>) {
    let (mut source, mut nodes) = (String::new(), vec![]);
    let mut added = 0;
    for block in blocks {
        match block {
            Block::Paragraph(parts) => inline(parts, &mut source, &mut nodes),
            Block::Heading(level, parts) => {
                source.push_str(&"#".repeat(usize::from(*level)));
                source.push(' ');
                inline(parts, &mut source, &mut nodes);
            }
            Block::Ordered(items) => {
                for (index, item) in items.iter().enumerate() {
                    let number = format!("{}. ", index + 1);
                    source.push_str(&number);
                    if style.numbers {
                        nodes.push(number);
                    }
                    inline(item, &mut source, &mut nodes);
                    source.push('\n');
                }
            }
            Block::Unordered(items) => {
                for item in items {
                    source.push_str("- ");
                    inline(item, &mut source, &mut nodes);
                    source.push('\n');
                }
            }
            Block::Fence(language, code) => {
                source.push_str(&format!("```{language}\n{code}\n```"));
                // Not before the answer itself.
                if style.label && !nodes.is_empty() && added < 2 {
                    nodes.push("A Label".to_owned());
                    added += 1;
                }
                if style.copy && !nodes.is_empty() && added < 2 {
                    nodes.push("Copy code".to_owned());
                    added += 1;
                }
                nodes.push(code.clone());
            }
            Block::Table(cells) => {
                source.push_str(&format!(
                    "| {} |\n| {} |",
                    cells.join(" | "),
                    "---|".repeat(cells.len())
                ));
                nodes.extend(cells.iter().cloned());
            }
        }
        source.push_str("\n\n");
    }
    if style.words {
        let words = nodes
            .iter()
            .flat_map(|node| node.split(' ').map(String::from));
        nodes = words.collect();
    }
    (source, nodes)
}

fn words() -> impl Strategy<Value = String> {
    "[a-z]{1,7}( [a-z]{1,7}){1,3}"
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    let part = prop_oneof![
        4 => words().prop_map(Inline::Text),
        2 => words().prop_map(Inline::Strong),
        1 => words().prop_map(Inline::Code),
        2 => (words(), "[a-z]{3,9}\\.com/[a-z0-9/]{0,80}").prop_map(|(text, at)| Inline::Link(text, at)),
        1 => (words(), "[a-z]{3,9}\\.com").prop_map(|(alt, at)| Inline::Image(alt, at)),
        1 => Just(Inline::Entity("&amp;", "&")),
    ];
    // Something that is shown, so that there is an answer.
    (words(), prop::collection::vec(part, 1..4)).prop_map(|(first, mut parts)| {
        parts.push(Inline::Text(first));
        parts
    })
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let block = prop_oneof![
        inlines().prop_map(Block::Paragraph),
        (1_u8..4, inlines()).prop_map(|(level, parts)| Block::Heading(level, parts)),
        prop::collection::vec(inlines(), 1..4).prop_map(Block::Ordered),
        prop::collection::vec(inlines(), 1..4).prop_map(Block::Unordered),
        (
            prop_oneof![Just("js"), Just("python"), Just("")],
            "[a-z]{2,8} = [a-z]{2,8}\\([0-9]{1,3}\\);"
        )
            .prop_map(|(language, code)| Block::Fence(language, code)),
        prop::collection::vec(words(), 2..4).prop_map(Block::Table),
    ];
    prop::collection::vec(block, 1..5)
}

fn styles() -> impl Strategy<Value = Style> {
    any::<(bool, bool, bool, bool)>().prop_map(|(label, copy, numbers, words)| Style {
        label,
        copy,
        numbers,
        words,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rendered_answer_is_found(blocks in blocks(), style in styles()) {
        let (source, nodes) = render(&blocks, style);
        let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
        prop_assert_eq!(fit(&page(&nodes), &head(&source), true), Fit::Confirmed, "{}", source);
        // As it is, for those who render nothing.
        prop_assert_eq!(fit(&page(&[&source]), &head(&source), true), Fit::Confirmed, "{}", source);
    }

    #[test]
    fn its_beginning_is_never_another_text(blocks in blocks(), style in styles(), ahead in 0_usize..60) {
        let (source, nodes) = render(&blocks, style);
        let all = head(&source);
        // The decoder is ahead of the page, by any number of letters.
        for count in 1..=nodes.len().min(8) {
            let nodes: Vec<&str> = nodes[..count].iter().map(String::as_str).collect();
            let shown = page(&nodes);
            if shown.is_empty() {
                continue;
            }
            // Letters that may be hidden come beside those shown.
            let mut left = shown.len() + ahead + 1;
            let mut hidden = false;
            let known: Vec<char> = all
                .iter()
                .copied()
                .take_while(|char| {
                    hidden = *char == HIDDEN || hidden && *char != SHOWN;
                    let letter = !hidden && *char != SHOWN;
                    left -= usize::from(letter && left > 0);
                    left > 0 || hidden
                })
                .collect();
            prop_assert!(fit(&shown, &known, false) > Fit::No, "{:?} of {}", nodes, source);
        }
    }

    #[test]
    fn two_answers_are_told_apart(one in blocks(), two in blocks(), style in styles()) {
        let (source, _) = render(&one, style);
        let (_, nodes) = render(&two, style);
        let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
        let shown = page(&nodes);
        prop_assume!(shown.len() >= 8 && shown[..4] != head(&source)[..4.min(head(&source).len())]);
        prop_assert!(fit(&shown, &head(&source), false) < Fit::Confirmed, "{:?} for {}", nodes, source);
    }
}

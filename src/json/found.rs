//! All that a scanner finds at some places, for its tests and fuzzers.

#![cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "only fuzzers reach it"))]

use super::paths::Node;
use super::{Paths, Place, Scalar, Scanner, Visitor, Wants};

/// So many bytes of a scalar are told; the rest is cut.
pub const SHORT: usize = super::scanner::SHORT;
/// Places that want scalars.
pub const SCALARS: [&str; 6] = ["a", "a/b", "a/*/b", "*/c", "b/*", "c/a/a"];
/// Places that want text.
pub const TEXTS: [&str; 5] = ["b", "a/c", "c/*/a", "*/b", "c/b/*/a"];

/// What was found: path, and the scalar's own JSON or `text:` and the text.
pub type Found = Vec<(String, String)>;

#[derive(Default)]
struct Recorder {
    nodes: Vec<(u16, &'static str)>,
    text: Vec<u8>,
    found: Found,
}

impl Recorder {
    fn add(&mut self, place: Place, what: String) {
        let name = self.nodes.iter().find(|(node, _)| *node == place.node);
        self.found
            .push((name.expect("a place that was asked for").1.to_owned(), what));
    }
}

impl Visitor for Recorder {
    fn container(&mut self, place: Place) {
        self.add(place, "container".to_owned());
    }

    fn scalar(&mut self, place: Place, scalar: Scalar, text: &[u8], cut: bool) {
        let text = String::from_utf8_lossy(text);
        self.add(
            place,
            match scalar {
                Scalar::String if cut => format!("begins {text}"),
                Scalar::String => format!("string {text}"),
                _ => format!("{text}"),
            },
        );
    }

    fn text_start(&mut self, _: Node, _: Wants) {
        self.text.clear();
    }

    fn text(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    fn text_end(&mut self, place: Place) {
        let text = String::from_utf8_lossy(&self.text).into_owned();
        self.add(place, format!("text {text}"));
    }

    #[cfg(feature = "inspect")]
    fn raw(&mut self, _: &[u8], _: bool) {}
}

fn paths() -> (Paths, Vec<(u16, &'static str)>) {
    let mut paths = Paths::new();
    let mut nodes = Vec::new();
    for (list, wants) in [(&SCALARS[..], Wants::VALUE), (&TEXTS[..], Wants::TEXT)] {
        for &path in list {
            let node = paths.insert(path.as_bytes()).expect("a path");
            paths.want(node, wants);
            nodes.push((node, path));
        }
    }
    (paths, nodes)
}

/// What the scanner finds in a document cut at these distances, and whether it
/// takes the document for complete.
#[must_use]
pub fn scan(document: &[u8], cuts: &[usize]) -> (Found, bool) {
    let (paths, nodes) = paths();
    let mut scanner = Scanner::new();
    let mut recorder = Recorder {
        nodes,
        ..Recorder::default()
    };
    let mut rest = document;
    for &cut in cuts {
        let (piece, tail) = rest.split_at(cut.min(rest.len()));
        scanner.feed(&paths, piece, &mut recorder);
        rest = tail;
    }
    scanner.feed(&paths, rest, &mut recorder);
    scanner.finish(&mut recorder);
    (recorder.found, scanner.is_complete())
}

//! The library reads no layout and no style anywhere: in the middle of an
//! app's writes a read lays out the page once more, which doubled the layouts
//! of a page that streams.

use std::fs;
use std::path::{Path, PathBuf};

/// What makes a browser lay out a page at once:
/// <https://gist.github.com/paulirish/5d52fb081b3570c81e3a>
const READS: &[&str] = &[
    "getBoundingClientRect",
    "getClientRects",
    "getBoxQuads",
    "getBBox",
    "getComputedStyle",
    "computedStyleMap",
    "computedRole",
    "computedName",
    "checkVisibility",
    "elementFromPoint",
    "elementsFromPoint",
    "caretPositionFromPoint",
    "caretRangeFromPoint",
    "innerText",
    "outerText",
    "innerWidth",
    "innerHeight",
    "outerWidth",
    "outerHeight",
    "offsetTop",
    "offsetLeft",
    "offsetWidth",
    "offsetHeight",
    "offsetParent",
    "clientTop",
    "clientLeft",
    "clientWidth",
    "clientHeight",
    "scrollTop",
    "scrollLeft",
    "scrollWidth",
    "scrollHeight",
    "scrollBy",
    "scrollTo",
    "scrollIntoView",
    "scrollX",
    "scrollY",
    "pageXOffset",
    "pageYOffset",
    "visualViewport",
    "matchMedia",
    ".focus(",
    ".select(",
];

/// In Rust's names too: `get_bounding_client_rect`, `offset_width`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

fn reads_in(code: &str) -> Vec<String> {
    READS
        .iter()
        .flat_map(|read| [(*read).to_owned(), snake(read)])
        .filter(|name| code.contains(name.as_str()))
        .collect()
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|it| it == "js" || it == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn neither_half_of_the_library_reads_layout_or_style() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![];
    sources(&root.join("pkg-template"), &mut files);
    sources(&root.join("src/web"), &mut files);
    for expected in ["watch.js", "exports.rs"] {
        assert!(
            files.iter().any(|file| file.ends_with(expected)),
            "{files:?}"
        );
    }
    for file in files {
        let code = fs::read_to_string(&file).expect("text");
        assert_eq!(reads_in(&code), [""; 0], "{}", file.display());
    }
}

#[test]
fn a_read_in_either_language_is_noticed() {
    assert_eq!(
        reads_in("const { top } = node.getBoundingClientRect();"),
        ["getBoundingClientRect"]
    );
    assert_eq!(reads_in("node.offset_width()"), ["offset_width"]);
    assert_eq!(reads_in("entry.boundingClientRect"), [""; 0]);
}

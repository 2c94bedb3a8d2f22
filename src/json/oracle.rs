//! The scanner against serde_json, which reads whole documents.

use super::found::{Found, SCALARS, SHORT, TEXTS, scan};
use proptest::prelude::*;
use serde_json::Value;

/// What is there, by walking the tree.
fn oracle(value: &Value, path: &mut Vec<String>, found: &mut Found) {
    let here = path.join("/");
    let is_text = TEXTS.contains(&here.as_str());
    if is_text || SCALARS.contains(&here.as_str()) {
        found.push((
            here,
            match value {
                Value::Object(_) | Value::Array(_) => "container".to_owned(),
                Value::String(text) if is_text => format!("text {text}"),
                Value::String(text) => string(text),
                scalar => scalar.to_string(),
            },
        ));
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                path.push(key.clone());
                oracle(value, path, found);
                path.pop();
            }
        }
        Value::Array(elements) => {
            for value in elements {
                path.push("*".to_owned());
                oracle(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn string(text: &str) -> String {
    if text.len() <= SHORT {
        return format!("string {text}");
    }
    format!(
        "begins {}",
        String::from_utf8_lossy(&text.as_bytes()[..SHORT])
    )
}

/// JSON with the given white space and escapes.
fn write(value: &Value, style: &mut impl FnMut() -> u8, out: &mut String) {
    let gap = |style: &mut dyn FnMut() -> u8, out: &mut String| {
        out.push_str(["", "", " ", "\n", "\t\r "][usize::from(style()) % 5]);
    };
    gap(style, out);
    match value {
        Value::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                gap(style, out);
                write_string(key, style, out);
                gap(style, out);
                out.push(':');
                write(value, style, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (index, value) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(value, style, out);
            }
            gap(style, out);
            out.push(']');
        }
        Value::String(text) => write_string(text, style, out),
        scalar => out.push_str(&scalar.to_string()),
    }
    gap(style, out);
}

fn write_string(text: &str, style: &mut impl FnMut() -> u8, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let must = matches!(character, '"' | '\\') || character < ' ';
        if style().is_multiple_of(4) || must && style().is_multiple_of(2) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            match character {
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                character if must => out.push_str(&format!("\\u{:04X}", u32::from(character))),
                character => out.push(character),
            }
        }
    }
    out.push('"');
}

fn documents() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just(String::new()),
        "[a-c{}\\[\\]:,\"\\\\\n\u{1}\u{e9}\u{20ac}\u{1f642}]{0,12}",
        "[x\u{e9}]{60,130}",
        "x{126,131}",
    ];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 4.0)),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![4 => "[a-c]", 1 => "[a-c]{2,3}", 1 => Just("\u{e9}\"".to_owned())];
    scalar.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_scanner_finds_what_serde_json_finds(
        value in documents(),
        styles in prop::collection::vec(any::<u8>(), 1..40),
        cuts in prop::collection::vec(0_usize..30, 0..40),
    ) {
        let mut at = 0;
        let mut style = || {
            at += 1;
            styles[at % styles.len()].wrapping_add((at / styles.len()) as u8)
        };
        let mut document = String::new();
        write(&value, &mut style, &mut document);
        // The writer is no oracle of its own.
        prop_assert_eq!(&serde_json::from_str::<Value>(&document).expect("JSON"), &value);

        let mut expected = Found::new();
        oracle(&value, &mut Vec::new(), &mut expected);
        let (found, complete) = scan(document.as_bytes(), &cuts);
        prop_assert!(complete, "{}", document);
        prop_assert_eq!(&found, &expected, "{}", document);
        let bytes = vec![1; document.len()];
        prop_assert_eq!(scan(document.as_bytes(), &bytes), scan(document.as_bytes(), &[]));
    }

    #[test]
    fn a_document_that_was_cut_is_not_complete(value in documents(), cut in any::<prop::sample::Index>()) {
        prop_assume!(value.is_object() || value.is_array());
        let document = value.to_string();
        let cut = cut.index(document.len());
        prop_assert!(!scan(&document.as_bytes()[..cut], &[]).1);
        let mut trailing = document.into_bytes();
        trailing.push(b'x');
        prop_assert!(!scan(&trailing, &[]).1);
    }
}

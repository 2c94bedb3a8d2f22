//! What is in a document, as serde_json reads it: in order, with keys that
//! come twice, so not by way of a tree.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use ttft::fuzzing::{Found, SCALARS, SHORT, TEXTS};

/// `None` where it is no JSON to serde_json.
#[must_use]
pub fn oracle(document: &[u8]) -> Option<Found> {
    // The scanner reads objects, arrays and strings; the decoder hands it no
    // others.
    let mut found = Found::new();
    let text = std::str::from_utf8(document).ok()?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Walk {
        path: vec![],
        found: &mut found,
    };
    seed.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(found)
}

struct Walk<'a> {
    path: Vec<String>,
    found: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, value: D) -> Result<(), D::Error> {
        // Raw first, since numbers are compared as they are written.
        let raw = <&RawValue as serde::Deserialize>::deserialize(value)?;
        let raw = raw.get().trim();
        let fail = |error: serde_json::Error| serde::de::Error::custom(error);
        let here = self.path.join("/");
        let is_text = TEXTS.contains(&here.as_str());
        let is_scalar = SCALARS.contains(&here.as_str());
        let what = match raw.as_bytes() {
            [b'{' | b'[', ..] => "container".to_owned(),
            [b'"', ..] => {
                let text: String = serde_json::from_str(raw).map_err(fail)?;
                match (is_text, text.len() <= SHORT) {
                    (true, _) => format!("text {text}"),
                    (_, true) => format!("string {text}"),
                    _ => format!("begins {}", String::from_utf8_lossy(&text.as_bytes()[..SHORT])),
                }
            }
            // Of a number with more digits than that, too.
            _ => raw[..raw.len().min(SHORT)].to_owned(),
        };
        if is_text || is_scalar {
            self.found.push((here, what));
        }
        if raw.starts_with(['{', '[']) {
            serde_json::Deserializer::from_str(raw)
                .deserialize_any(&mut self)
                .map_err(fail)?;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for &mut Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.path.push(key);
            map.next_value_seed(Walk {
                path: self.path.clone(),
                found: self.found,
            })?;
            self.path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.path.push("*".to_owned());
        while seq
            .next_element_seed(Walk {
                path: self.path.clone(),
                found: self.found,
            })?
            .is_some()
        {}
        self.path.pop();
        Ok(())
    }
}

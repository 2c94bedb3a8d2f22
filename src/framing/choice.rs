//! Which framing a body has: by its type, then other headers, then how it
//! begins.

use super::{Framing, Hints};
use crate::find::{cut, search};

/// Bytes that are looked at when the headers don't say.
pub(super) const SNIFF: usize = 16;

/// No text of an answer's: a web page, which servers and proxies answer with
/// when something is wrong, a picture, speech, a form, the components of a React
/// server, and binary formats that this build does not read.
pub(super) fn is_opaque(hints: &Hints<'_>) -> bool {
    let given = hints.content_type.as_bytes().trim_ascii();
    [&b"audio/"[..], b"image/", b"video/", b"multipart/"]
        .into_iter()
        .any(|kind| cut(given, kind.len()).0.eq_ignore_ascii_case(kind))
        || is(hints, "text/html")
        || is(hints, "text/x-component")
        || cfg!(not(feature = "aws-eventstream")) && is(hints, "application/vnd.amazon.eventstream")
        || cfg!(not(feature = "length-prefixed")) && is(hints, "application/vnd.ag-ui.event+proto")
}

/// Whether the response's type is this one, parameters left out.
pub(super) fn is(hints: &Hints<'_>, name: &str) -> bool {
    let given = hints.content_type.as_bytes();
    let end = given
        .iter()
        .position(|&byte| byte == b';')
        .unwrap_or(given.len());
    let (essence, _) = cut(given, end);
    essence.trim_ascii().eq_ignore_ascii_case(name.as_bytes())
}

/// A type that only streams of events have. JSON and plain text may be
/// anything.
pub(super) fn is_stream(hints: &Hints<'_>) -> bool {
    let given = hints.content_type.as_bytes();
    is(hints, "text/event-stream")
        || [&b"ndjson"[..], b"jsonl"]
            .into_iter()
            .any(|name| search(given, name).is_some())
}

/// What the headers say, if they are to be believed.
///
/// `text/plain`, `application/octet-stream` and no type at all say nothing:
/// proxies and frameworks put them on server-sent events, too.
pub(super) fn by_headers(hints: &Hints<'_>) -> Option<Framing> {
    let is = |name: &str| is(hints, name);
    if is("text/event-stream") {
        return Some(Framing::Sse);
    }
    #[cfg(feature = "aws-eventstream")]
    if is("application/vnd.amazon.eventstream") {
        return Some(Framing::AwsEventStream);
    }
    #[cfg(feature = "length-prefixed")]
    if is("application/vnd.ag-ui.event+proto") {
        return Some(Framing::LengthPrefixed);
    }
    if hints.ai_ui_message_stream {
        return Some(Framing::Sse);
    }
    if hints.ai_data_stream {
        return Some(Framing::DataStream);
    }
    None
}

/// What the first bytes say, white space and byte order mark left out; `None`
/// while they could still be several things.
pub(super) fn by_beginning(bytes: &[u8], is_json: bool) -> Option<Framing> {
    let [first, rest @ ..] = bytes else {
        return None;
    };
    match first {
        b'[' if is_json => return Some(Framing::JsonArray),
        // Documents of a JSON response may run over several lines; those of
        // NDJSON may not, and a broken line must not spoil the next.
        b'{' if is_json => return Some(Framing::JsonArray),
        b'{' => return Some(Framing::Ndjson),
        b':' => return Some(Framing::Sse),
        _ => {}
    }
    let mut open = false;
    if *first == b'[' {
        match rest {
            [] => open = true,
            // Other than markdown's links and footnotes.
            [b'{' | b'[' | b']' | b' ' | b'\t' | b'\r' | b'\n', ..] => {
                return Some(Framing::JsonArray);
            }
            _ => {}
        }
    }
    for field in [&b"data:"[..], b"event:", b"id:", b"retry:"] {
        if bytes.starts_with(field) {
            return Some(Framing::Sse);
        }
        open |= field.starts_with(bytes);
    }
    if matches!(first, b'0'..=b'9' | b'a'..=b'k') {
        match rest {
            [] => open = true,
            [b':'] => open = true,
            [b':', b'"' | b'[' | b'{', ..] => return Some(Framing::DataStream),
            _ => {}
        }
    }
    #[cfg(feature = "aws-eventstream")]
    if *first == 0 {
        if bytes.len() >= 12 {
            return Some(match super::aws_eventstream::sound_prelude(bytes) {
                Some(_) => Framing::AwsEventStream,
                None => Framing::Plain,
            });
        }
        open = true;
    }
    if open && bytes.len() < SNIFF {
        None
    } else {
        Some(Framing::Plain)
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, Hints, by_beginning, by_headers};

    fn headers(content_type: &str) -> Option<Framing> {
        by_headers(&Hints {
            content_type,
            ..Hints::default()
        })
    }

    #[test]
    fn the_type_decides_where_it_says_something() {
        assert_eq!(headers("text/event-stream"), Some(Framing::Sse));
        assert_eq!(
            headers("Text/Event-Stream ; charset=UTF-8"),
            Some(Framing::Sse)
        );
        assert_eq!(
            headers("application/vnd.amazon.eventstream"),
            Some(Framing::AwsEventStream)
        );
        assert_eq!(
            headers("application/vnd.ag-ui.event+proto"),
            Some(Framing::LengthPrefixed)
        );
        for nothing in [
            "",
            "text/plain",
            "application/octet-stream",
            "application/json",
            "text/event-streams",
        ] {
            assert_eq!(headers(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn only_the_types_of_streams_are_those_of_streams() {
        let is = |content_type| {
            super::is_stream(&Hints {
                content_type,
                ..Hints::default()
            })
        };
        for stream in [
            "text/event-stream; charset=utf-8",
            "application/x-ndjson",
            "application/jsonl",
        ] {
            assert!(is(stream), "{stream}");
        }
        for other in [
            "",
            "application/json",
            "text/plain",
            "application/octet-stream",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_text_is_no_answer() {
        let is = |content_type| {
            super::is_opaque(&Hints {
                content_type,
                ..Hints::default()
            })
        };
        for none in [
            "text/html; charset=utf-8",
            "text/x-component",
            "audio/mpeg",
            "Image/PNG",
            "multipart/mixed; boundary=\"-\"",
        ] {
            assert!(is(none), "{none}");
        }
        for other in [
            "",
            " ",
            "text/plain",
            " TEXT/event-stream",
            "Application/Json",
            "application/octet-stream",
            "binary/octet-stream",
            "event-stream",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn the_ai_sdk_says_it_in_headers_of_its_own() {
        let content_type = "text/plain; charset=utf-8";
        let data = Hints {
            content_type,
            ai_data_stream: true,
            ..Hints::default()
        };
        assert_eq!(by_headers(&data), Some(Framing::DataStream));
        let ui = Hints {
            content_type,
            ai_ui_message_stream: true,
            ..Hints::default()
        };
        assert_eq!(by_headers(&ui), Some(Framing::Sse));
    }

    #[test]
    fn few_bytes_decide_otherwise() {
        for (body, framing) in [
            ("data: {}", Framing::Sse),
            ("event:x", Framing::Sse),
            ("id: 1", Framing::Sse),
            ("retry: 1", Framing::Sse),
            (": ping", Framing::Sse),
            ("{\"a\":1}", Framing::Ndjson),
            ("[{", Framing::JsonArray),
            ("[\n", Framing::JsonArray),
            ("[Paris](https://example.com)", Framing::Plain),
            ("[1] says", Framing::Plain),
            ("0:\"Hi\"", Framing::DataStream),
            ("f:{\"messageId\":1}", Framing::DataStream),
            ("2:[1]", Framing::DataStream),
            ("d: no", Framing::Plain),
            ("data for you", Framing::Plain),
            ("Hello", Framing::Plain),
            ("idle", Framing::Plain),
            ("<!doctype html>", Framing::Plain),
            ("\0\0\0\u{1}Hello, world", Framing::Plain),
        ] {
            assert_eq!(
                by_beginning(body.as_bytes(), false),
                Some(framing),
                "{body}"
            );
            // Never undone by a later byte.
            let first =
                (1..=body.len()).find_map(|len| by_beginning(&body.as_bytes()[..len], false));
            assert_eq!(first, Some(framing), "{body}");
        }
        for open in ["d", "da", "data", "e", "event", "re", "0", "0:", "\0\0\0"] {
            assert_eq!(by_beginning(open.as_bytes(), false), None, "{open}");
        }
        assert_eq!(by_beginning(b"{\n", true), Some(Framing::JsonArray));
    }
}

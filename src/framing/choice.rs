//! Which framing a body has: by its type, then other headers, then how it
//! begins.

use super::sse::BOM;
use super::{Framing, Hints};
use crate::find::{cut, search};

/// Bytes that are looked at when the headers don't say.
pub(super) const SNIFF: usize = 16;

/// No text of an answer's: a picture, speech, a form, the components of a React
/// server, and binary formats that this build does not read.
pub(super) fn is_opaque(hints: &Hints<'_>) -> bool {
    let given = hints.content_type.as_bytes().trim_ascii();
    [&b"audio/"[..], b"image/", b"video/", b"multipart/"]
        .into_iter()
        .any(|kind| cut(given, kind.len()).0.eq_ignore_ascii_case(kind))
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
        || [&b"ndjson"[..], b"jsonl", b"json-lines", b"stream+json"]
            .into_iter()
            .any(|name| search(given, name).is_some())
}

/// What the type says of a body that is looked at all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    Json,
    /// JSON, a document per line.
    Lines,
    /// A web page, which servers and proxies answer with when something is wrong.
    /// But it is also what Flask, Django and PHP call a stream that nobody gave a
    /// type.
    Html,
    /// Server-sent events. Many an app's server puts this on whatever streams.
    Events,
}

impl Said {
    pub(super) fn by(hints: &Hints<'_>) -> Self {
        if is(hints, "text/event-stream") {
            Self::Events
        } else if is(hints, "application/json") {
            Self::Json
        } else if is(hints, "text/html") {
            Self::Html
        } else if is_stream(hints) {
            Self::Lines
        } else {
            Self::Nothing
        }
    }
}

/// What the headers say, if they are to be believed.
///
/// `text/plain`, `application/octet-stream` and no type at all say nothing:
/// proxies and frameworks put them on server-sent events, too.
pub(super) fn by_headers(hints: &Hints<'_>) -> Option<Framing> {
    let is = |name: &str| is(hints, name);
    #[cfg(feature = "aws-eventstream")]
    if is("application/vnd.amazon.eventstream") {
        return Some(Framing::AwsEventStream);
    }
    #[cfg(feature = "length-prefixed")]
    if is("application/vnd.ag-ui.event+proto") {
        return Some(Framing::LengthPrefixed);
    }
    if is("text/event-stream") {
        return None;
    }
    if hints.ai_ui_message_stream {
        return Some(Framing::Sse);
    }
    if hints.ai_data_stream {
        return Some(Framing::DataStream);
    }
    None
}

/// What the first bytes say, white space and byte order mark left out but for
/// events; `None` while they could still be several things.
pub(super) fn by_beginning(bytes: &[u8], said: Said) -> Option<Framing> {
    let [first, rest @ ..] = bytes else {
        return None;
    };
    if said == Said::Events {
        return of_events(bytes);
    }
    match first {
        b'[' if said == Said::Json => return Some(Framing::JsonArray),
        // Documents of a JSON response may run over several lines; those of
        // NDJSON may not, and a broken line must not spoil the next.
        b'{' if said == Said::Json => return Some(Framing::JsonArray),
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
    open |= BOM.starts_with(bytes);
    for field in [&b"data:"[..], b"event:", b"id:", b"retry:"] {
        if bytes.starts_with(field) {
            return Some(Framing::Sse);
        }
        open |= field.starts_with(bytes);
    }
    match coded(bytes) {
        Some(true) => return Some(Framing::DataStream),
        Some(false) => {}
        None => open = true,
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

/// The same of what its type calls events. Servers put that on bare text as well,
/// on the AI SDK's data stream and on lines of JSON; those are read as events.
///
/// A field's name begins with a small letter. Most answers do not, and none that
/// does has a colon right behind its first word.
fn of_events(bytes: &[u8]) -> Option<Framing> {
    match coded(bytes) {
        Some(true) => return Some(Framing::DataStream),
        Some(false) => {}
        None => return None,
    }
    let text = bytes.trim_ascii_start();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let name = text.iter().take_while(is_name);
    match (text, text.get(name.count())) {
        _ if bytes.starts_with(b"\r") || bytes.starts_with(b"\n") => Some(Framing::Sse),
        _ if text.starts_with(BOM) => Some(Framing::Sse),
        // Padding, against what buffers on the way.
        ([], _)
            if bytes.len() == SNIFF || bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n')) =>
        {
            Some(Framing::Sse)
        }
        // A web page is no answer.
        ([b':' | b'{', ..] | [b'<', b'!' | b'?' | b'h', ..], _) => Some(Framing::Sse),
        ([b'a'..=b'z', ..], Some(b':' | b'\r' | b'\n')) => Some(Framing::Sse),
        ([] | [b'a'..=b'z', ..], None) if bytes.len() < SNIFF => None,
        ([b'<'] | [0xef] | [0xef, 0xbb], _) => None,
        _ => Some(Framing::Plain),
    }
}

/// Whether these are lines with a code, as the AI SDK's data stream has them;
/// `None` while they could be.
fn coded(bytes: &[u8]) -> Option<bool> {
    // What assistant-ui adds has names.
    const OWN: &[u8] = b"aui-";
    match bytes {
        [b'0'..=b'9' | b'a'..=b'k'] | [b'0'..=b'9' | b'a'..=b'k', b':'] => None,
        [b'0'..=b'9' | b'a'..=b'k', b':', b'"' | b'[' | b'{', ..] => Some(true),
        _ if OWN.starts_with(bytes) && bytes.len() < OWN.len() => None,
        _ => Some(bytes.starts_with(OWN)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Framing, Hints, Said, by_beginning, by_headers};

    fn headers(content_type: &str) -> Option<Framing> {
        by_headers(&Hints {
            content_type,
            ..Hints::default()
        })
    }

    #[test]
    fn the_type_decides_where_it_says_something() {
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
            "application/json-lines",
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
            "text/html; charset=utf-8",
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
    fn of_events_text_and_coded_lines_are_told_apart() {
        let is = |hints: &Hints<'_>| Said::by(hints) == Said::Events && by_headers(hints).is_none();
        for content_type in ["text/event-stream", "Text/Event-Stream ; charset=UTF-8"] {
            assert!(is(&Hints {
                content_type,
                ai_data_stream: true,
                ..Hints::default()
            }));
        }
        for (body, framing) in [
            ("data: {}", Framing::Sse),
            ("data\n", Framing::Sse),
            ("error: {}", Framing::Sse),
            ("message:\n", Framing::Sse),
            (": ping", Framing::Sse),
            ("\n", Framing::Sse),
            ("\r", Framing::Sse),
            (" data: {}", Framing::Sse),
            ("{\"a\":1}", Framing::Sse),
            ("<!doctype html>", Framing::Sse),
            ("\u{feff}data: {}", Framing::Sse),
            ("a: field of one letter", Framing::Sse),
            ("0:\"Hi\"", Framing::DataStream),
            ("f:{}", Framing::DataStream),
            ("Hello", Framing::Plain),
            (" Hello", Framing::Plain),
            ("hello there", Framing::Plain),
            ("hello, world", Framing::Plain),
            ("abcdefghijklmnopqrst", Framing::Plain),
            ("1. First", Framing::Plain),
            ("**Hi**", Framing::Plain),
            ("<think>", Framing::Plain),
            ("[1] says", Framing::Plain),
            ("你好", Framing::Plain),
            ("！", Framing::Plain),
        ] {
            let decided = |len| by_beginning(&body.as_bytes()[..len], Said::Events);
            assert_eq!(decided(body.len()), Some(framing), "{body}");
            // Never undone by a later byte.
            assert_eq!((1..=body.len()).find_map(decided), Some(framing), "{body}");
        }
        for open in [
            "d", "data", "hello", " ", " da", "<", "0", "0:", "a", "aui", "\u{feff}",
        ] {
            let known = open.len() - usize::from(open == "\u{feff}");
            assert_eq!(
                by_beginning(&open.as_bytes()[..known], Said::Events),
                None,
                "{open}"
            );
        }
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
            ("aui-state:[]", Framing::DataStream),
            ("automatic", Framing::Plain),
            ("Hello", Framing::Plain),
            ("idle", Framing::Plain),
            ("<!doctype html>", Framing::Plain),
            ("\0\0\0\u{1}Hello, world", Framing::Plain),
        ] {
            assert_eq!(
                by_beginning(body.as_bytes(), Said::Nothing),
                Some(framing),
                "{body}"
            );
            // Never undone by a later byte.
            let first = (1..=body.len())
                .find_map(|len| by_beginning(&body.as_bytes()[..len], Said::Nothing));
            assert_eq!(first, Some(framing), "{body}");
        }
        for open in ["d", "da", "data", "e", "event", "re", "0", "0:", "\0\0\0"] {
            assert_eq!(by_beginning(open.as_bytes(), Said::Nothing), None, "{open}");
        }
        assert_eq!(by_beginning(b"{\n", Said::Json), Some(Framing::JsonArray));
    }
}

//! A request's address, without anything that could identify a person.

use crate::find::{cut, search, until, valid};

/// Splits an absolute URL into its origin and its path, the path without query
/// and fragment and with `:id` in place of segments that look like ids.
///
/// `None` if it is not `scheme://host…`.
#[must_use]
pub fn reduce(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = cut(url.as_bytes(), search(url.as_bytes(), b"://")? + 3);
    let (authority, rest) = until(rest, b"/?#");
    let (path, _) = until(rest, b"?#");
    // `user:password@` is no part of an origin.
    let host = authority.rsplit(|&byte| byte == b'@').next();
    let origin = [scheme, host.unwrap_or_default()].concat();

    let mut reduced = vec![];
    for segment in path.split(|&byte| byte == b'/').skip(1) {
        reduced.push(b'/');
        reduced.extend_from_slice(if is_id(segment) { b":id" } else { segment });
    }
    if reduced.is_empty() {
        reduced.push(b'/');
    }
    Some((valid(&origin).into(), valid(&reduced).into()))
}

/// Numbers, UUIDs, hashes and tokens: a digit in something long, or nothing
/// but digits. A version (`v1`), a model (`gpt-4o-mini`) or a word is none.
fn is_id(segment: &[u8]) -> bool {
    let digits = segment.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        // An address of a person is an id however it is spelled.
        return search(segment, b"@").or(search(segment, b"%40")).is_some();
    }
    let is_long = segment.len() >= 20 && search(segment, b".").is_none();
    digits == segment.len() || digits >= 5 || is_long
}

#[cfg(test)]
mod tests {
    use super::reduce;

    fn path(url: &str) -> String {
        reduce(url).expect("an absolute URL").1
    }

    #[test]
    fn query_and_fragment_are_dropped() {
        let (origin, path) =
            reduce("https://u:p@api.example.com:8443/v1/chat?key=1#x").expect("url");
        assert_eq!(origin, "https://api.example.com:8443");
        assert_eq!(path, "/v1/chat");
        assert_eq!(reduce("https://example.com?x=1").expect("url").1, "/");
        assert_eq!(reduce("nonsense"), None);
    }

    #[test]
    fn segments_that_look_like_ids_are_replaced() {
        assert_eq!(path("https://a/chat/123/x"), "/chat/:id/x");
        assert_eq!(
            path("https://a/c/0192f0c1-7a7e-7cc3-98c4-dc0c0c07398f"),
            "/c/:id"
        );
        assert_eq!(path("https://a/c/user_2aBcD3eFgHiJkLmNoPq"), "/c/:id");
        assert_eq!(path("https://a/u/ann@example.com"), "/u/:id");
    }

    #[test]
    fn words_versions_and_models_stay() {
        for url in [
            "/v1/chat/completions",
            "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
            "/openai/deployments/gpt-4o-mini/chat",
        ] {
            let mut absolute = String::from("https://a");
            absolute.push_str(url);
            assert_eq!(path(&absolute), url);
        }
    }
}

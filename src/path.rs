//! Addresses of requests and scripts, without anything that could identify a
//! person.

use crate::find::{cut, search, until, valid};

/// Splits an absolute URL into its origin and its path, the path without query
/// and fragment and with `:id` in place of segments that look like ids.
///
/// `None` if it is not `scheme://host…`: all of a `data:` URL is content.
#[must_use]
pub fn reduce(url: &str) -> Option<(String, String)> {
    let (name, after) = until(url.as_bytes(), b":");
    if !after.starts_with(b"://") {
        return None;
    }
    let (scheme, rest) = cut(url.as_bytes(), name.len() + 3);
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

/// What a script that is no file is called.
const INLINE: &str = "inline";
/// How a script's file name ends.
const SCRIPTS: [&str; 8] = [
    ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".vue", ".svelte",
];

/// The file name of a script's URL, without origin, path and query.
///
/// A script that stands in a page has that page's address, of which the last
/// segment may be anything: an id, a person, words. `page` is the address of
/// this one; but one that routes by itself has had others since, which only
/// its `origin` tells. Bundles have hashes in their names, and keep them.
#[must_use]
pub fn script<'a>(url: &'a str, page: &str, origin: &str) -> &'a str {
    let (_, rest) = until(url.as_bytes(), b":");
    let (url, _) = until(url.as_bytes(), b"?#");
    let (page, _) = until(page.as_bytes(), b"?#");
    // `data:` and `blob:` have what the script is made of, or an id.
    if !rest.is_empty() && !rest.starts_with(b"://") || url == page {
        return INLINE;
    }
    let name = url.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    if SCRIPTS.iter().any(|end| name.ends_with(end.as_bytes())) {
        return valid(name);
    }
    let path = url.strip_prefix(origin.as_bytes());
    if !origin.is_empty() && path.is_some_and(|path| path.starts_with(b"/")) {
        return INLINE;
    }
    if is_id(name) { ":id" } else { valid(name) }
}

/// Numbers, UUIDs, hashes and tokens: a digit in something long or of both cases,
/// or nothing but digits. A version (`v1`), a model (`gpt-4o-mini`) or a word is
/// none.
fn is_id(segment: &[u8]) -> bool {
    let digits = segment.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        // An address of a person is an id however it is spelled.
        return search(segment, b"@").or(search(segment, b"%40")).is_some();
    }
    let is_long = segment.len() >= 20 && search(segment, b".").is_none();
    let has = |is: fn(&u8) -> bool| segment.iter().any(is);
    // As libraries make them: the AI SDK's have 16 letters and digits, a video's
    // 11. Names have their digit at the end, or few of them (`streamChatV2`).
    let is_random = segment.iter().all(u8::is_ascii_alphanumeric)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && segment
            .last()
            .is_some_and(|last| digits > 1 || !last.is_ascii_digit())
        && segment.len() >= if digits > 1 { 8 } else { 16 };
    digits == segment.len() || digits >= 5 || is_long || is_random
}

#[cfg(test)]
mod tests {
    use super::{reduce, script};

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
        assert_eq!(reduce("data:text/plain,see https://example.com"), None);
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
        assert_eq!(path("https://a/chat/9k3LmXbQpRtVwYzA/x"), "/chat/:id/x");
        assert_eq!(path("https://a/v/dQw4w9WgXcQ"), "/v/:id");
    }

    #[test]
    fn words_versions_and_models_stay() {
        for url in [
            "/v1/chat/completions",
            "/v1beta/models/gemini-2.5-flash:streamGenerateContent",
            "/openai/deployments/gpt-4o-mini/chat",
            "/deployments/Llama-3-70B/oauth2/OAuth2",
            "/api/streamChatV2/MyEndpoint1/Llama3Instruct",
        ] {
            let mut absolute = String::from("https://a");
            absolute.push_str(url);
            assert_eq!(path(&absolute), url);
        }
    }

    #[test]
    fn a_script_is_called_by_its_file() {
        for (url, name) in [
            (
                "https://app.example/assets/app-3f2a9b1c7d.js?v=2#x",
                "app-3f2a9b1c7d.js",
            ),
            (
                "https://cdn.example/8f14e45fceea167a5a36dedd4bea2543.mjs",
                "8f14e45fceea167a5a36dedd4bea2543.mjs",
            ),
            ("http://localhost:5173/src/App.tsx?t=1795972000", "App.tsx"),
            ("webpack-internal:///./src/chat.js", "chat.js"),
            ("worklet.js", "worklet.js"),
            ("https://tags.example/gtag/js?id=G-1", "js"),
            (
                "https://tags.example/t/0192f0c1-7a7e-7cc3-98c4-dc0c0c07398f",
                ":id",
            ),
            ("", ""),
        ] {
            assert_eq!(
                script(url, "https://app.example/c/1", "https://app.example"),
                name,
                "{url}"
            );
        }
    }

    #[test]
    fn a_script_within_a_page_does_not_tell_which() {
        for url in [
            "https://app.example/notes/today.js?x=1",
            "https://app.example/users/ann.smith@example.com",
            "https://app.example/tax/my%20wife%20left%20me#top",
            "https://app.example/",
            "data:text/javascript,name='Ann'//https://app.example/a.js",
            "blob:https://app.example/0192f0c1-7a7e-7cc3-98c4-dc0c0c07398f",
            "about:srcdoc",
        ] {
            let page = "https://app.example/notes/today.js#a";
            assert_eq!(script(url, page, "https://app.example"), "inline", "{url}");
        }
    }
}

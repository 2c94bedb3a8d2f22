//! The dashboard, embedded in the binary.

use crate::server::State;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;

/// Records carry text of pages that anybody can open, so nothing inline runs,
/// nothing foreign loads, and no site can frame the page.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Path, type and content of each file.
pub const FILES: [(&str, &str, &str); 8] = [
    ("/", HTML, include_str!("../assets/index.html")),
    (
        "/assets/dashboard.css",
        CSS,
        include_str!("../assets/dashboard.css"),
    ),
    (
        "/assets/dashboard.js",
        JS,
        include_str!("../assets/dashboard.js"),
    ),
    ("/assets/pieces.js", JS, include_str!("../assets/pieces.js")),
    (
        "/assets/waterfall.js",
        JS,
        include_str!("../assets/waterfall.js"),
    ),
    ("/assets/detail.js", JS, include_str!("../assets/detail.js")),
    ("/assets/dom.js", JS, include_str!("../assets/dom.js")),
    (
        "/assets/example.json",
        JSON,
        include_str!("../assets/example.json"),
    ),
];

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";

/// The routes of the dashboard's files.
pub fn routes() -> Router<Arc<State>> {
    FILES
        .iter()
        .fold(Router::new(), |router, &(path, kind, content)| {
            router.route(path, get(async move || file(kind, content)))
        })
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, kind),
        // A new binary brings new files under the same names.
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, content)
}

#[cfg(test)]
mod tests {
    use super::FILES;

    /// The policy forbids what is inline, so a slip would only show in a
    /// browser's console.
    #[test]
    fn nothing_in_the_page_is_inline_or_foreign() {
        let page = FILES[0].2;
        assert!(page.contains("<script type=\"module\" src=\"/assets/dashboard.js\"></script>"));
        assert_eq!(page.matches("<script").count(), 1);
        for inline in [
            "<style",
            "style=",
            "onclick",
            "onload",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!page.contains(inline), "{inline}");
        }
    }

    #[test]
    fn no_text_of_a_record_becomes_markup() {
        let scripts = FILES.iter().filter(|(path, ..)| path.ends_with(".js"));
        let mut count = 0;
        for (path, _, script) in scripts {
            count += 1;
            for sink in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "srcdoc",
            ] {
                assert!(!script.contains(sink), "{path}: {sink}");
            }
        }
        assert_eq!(count, 5);
    }
}

//! Folders served as files: pages, the package under test, the demo.

use std::collections::HashMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use axum::body::Body;
use axum::extract::{Query, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use crate::routes::RESERVED;

/// A folder and where it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Path under which the files appear: `/` or `/name`, without a slash at
    /// the end. Of several that fit a request the longest is taken.
    pub prefix: String,
    /// The folder. It must exist at the start; files may come and go.
    pub dir: PathBuf,
}

/// `/prefix=DIR`.
impl FromStr for Mount {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (prefix, dir) = text
            .split_once('=')
            .context("must be /prefix=DIR, as in /pkg=./pkg")?;
        ensure!(
            prefix.starts_with('/'),
            "the prefix must begin with a slash: /{prefix}={dir}"
        );
        let prefix = match prefix.trim_end_matches('/') {
            "" => "/",
            prefix => prefix,
        };
        ensure!(!dir.is_empty(), "the folder after `=` is missing");
        Ok(Mount {
            prefix: prefix.to_owned(),
            dir: dir.into(),
        })
    }
}

#[derive(Debug)]
pub(crate) struct Mounts(Vec<Mount>);

/// What the first segments of a path ask for.
#[derive(Debug, Default)]
struct Manner {
    isolated: bool,
    delay: Duration,
}

impl Mounts {
    pub(crate) fn new(mut mounts: Vec<Mount>) -> anyhow::Result<Self> {
        for Mount { prefix, dir } in &mounts {
            let first = prefix.split('/').nth(1).unwrap_or_default();
            if RESERVED.contains(&first) {
                bail!("mount {prefix}: /{first} is a route of the server; take another prefix");
            }
            ensure!(
                dir.is_dir(),
                "mount {prefix}: {} is not a folder",
                dir.display()
            );
        }
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.prefix.len()));
        Ok(Mounts(mounts))
    }

    pub(crate) async fn serve(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let Some((manner, path)) = manner(&path) else {
            let reason = "the path must be /slow/MILLISECONDS/…, with at most 600000\n";
            return (StatusCode::BAD_REQUEST, reason).into_response();
        };
        let policy = match content_security_policy(request.uri()) {
            Ok(policy) => policy,
            Err(reason) => return (StatusCode::BAD_REQUEST, reason).into_response(),
        };
        tokio::time::sleep(manner.delay).await;

        let mut response = self.file(path, request).await;
        let headers = response.headers_mut();
        // Not no-store: that keeps a page out of the back/forward cache.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if manner.isolated {
            for (name, value) in [
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-embedder-policy", "require-corp"),
                ("cross-origin-resource-policy", "cross-origin"),
            ] {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
        }
        if let Some(content_type) = headers.get(header::CONTENT_TYPE).and_then(completed) {
            if content_type.as_bytes().starts_with(b"text/html")
                && let Some(policy) = policy
            {
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            }
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        response
    }

    /// `path`: the request's, without `/isolated` and `/slow/…`.
    async fn file(&self, path: &str, mut request: Request) -> Response {
        let Some((mount, rest)) = self.find(path) else {
            return (
                StatusCode::NOT_FOUND,
                format!("nothing is mounted on {path}\n"),
            )
                .into_response();
        };
        let asked = request.uri().clone();
        let Ok(rest) = PathAndQuery::try_from(rest) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        *request.uri_mut() = Uri::from(rest);
        let Ok(response) = ServeDir::new(&mount.dir).oneshot(request).await;
        let mut response = response.map(Body::new);
        // A folder without a slash at its end: ServeDir redirects, but knows
        // only the path inside the mount.
        if response.status().is_redirection() && response.headers().contains_key(header::LOCATION) {
            let query = asked
                .query()
                .map_or_else(String::new, |query| format!("?{query}"));
            if let Ok(location) = HeaderValue::try_from(format!("{}/{query}", asked.path())) {
                response.headers_mut().insert(header::LOCATION, location);
            }
        }
        response
    }

    /// The mount for a path, and the path inside of it.
    fn find<'a>(&self, path: &'a str) -> Option<(&Mount, &'a str)> {
        self.0.iter().find_map(|mount| {
            let rest = match mount.prefix.as_str() {
                "/" => path,
                prefix => path.strip_prefix(prefix)?,
            };
            match rest {
                "" => Some((mount, "/")),
                _ => rest.starts_with('/').then_some((mount, rest)),
            }
        })
    }
}

/// `/isolated` and `/slow/{ms}` in any order; `None` if the delay is none.
fn manner(path: &str) -> Option<(Manner, &str)> {
    const LONGEST_MS: u64 = 600_000;

    let mut manner = Manner::default();
    let mut path = path;
    loop {
        if let Some(rest) = path.strip_prefix("/isolated/") {
            manner.isolated = true;
            path = &path[path.len() - rest.len() - 1..];
        } else if let Some(rest) = path.strip_prefix("/slow/") {
            let (ms, _) = rest.split_once('/')?;
            let delay: u64 = ms.parse().ok().filter(|ms| *ms <= LONGEST_MS)?;
            manner.delay += Duration::from_millis(delay);
            path = &rest[ms.len()..];
        } else {
            return Some((manner, path));
        }
    }
}

/// A text's type with its encoding, without which a browser takes a page or a
/// classic script for Windows-1252; `None` for what is no text.
fn completed(content_type: &HeaderValue) -> Option<HeaderValue> {
    let content_type = match content_type.to_str().ok()? {
        // What ServeDir says of `.mjs`; RFC 9239 has one type for all scripts.
        "application/javascript" => "text/javascript",
        content_type => content_type,
    };
    let is_text = content_type.starts_with("text/") && !content_type.contains(';');
    let content_type = is_text.then(|| format!("{content_type}; charset=utf-8"))?;
    HeaderValue::try_from(content_type).ok()
}

fn content_security_policy(uri: &Uri) -> Result<Option<HeaderValue>, &'static str> {
    let Ok(Query(mut query)) = Query::<HashMap<String, String>>::try_from_uri(uri) else {
        return Ok(None);
    };
    match query.remove("csp").map(HeaderValue::try_from) {
        None => Ok(None),
        Some(Ok(policy)) => Ok(Some(policy)),
        Some(Err(_)) => Err("csp: is not a header value\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_combine_in_any_order() {
        for path in ["/isolated/slow/20/a/b.js", "/slow/20/isolated/a/b.js"] {
            let (manner, rest) = manner(path).expect(path);
            assert!(manner.isolated);
            assert_eq!(manner.delay, Duration::from_millis(20));
            assert_eq!(rest, "/a/b.js");
        }
        for path in ["/slow/x/a.js", "/slow/20", "/slow/600001/a.js"] {
            assert!(manner(path).is_none(), "{path}");
        }
        assert_eq!(
            manner("/isolatedness").expect("is plain").1,
            "/isolatedness"
        );
    }

    #[test]
    fn longest_mount_wins_and_names_are_whole() {
        let mount = |text: &str| text.parse::<Mount>().expect(text);
        let mounts = Mounts::new(vec![mount("/=."), mount("/a/=."), mount("/a/b=.")]).expect("fit");
        let found = |path| {
            mounts
                .find(path)
                .map(|(mount, rest)| (mount.prefix.as_str(), rest))
        };
        assert_eq!(found("/a/b/c.js"), Some(("/a/b", "/c.js")));
        assert_eq!(found("/a/c.js"), Some(("/a", "/c.js")));
        assert_eq!(found("/a"), Some(("/a", "/")));
        assert_eq!(found("/ab/c.js"), Some(("/", "/ab/c.js")));
    }

    #[test]
    fn mount_on_a_route_is_refused() {
        let mount = "/s/x=.".parse::<Mount>().expect("parses");
        assert!(Mounts::new(vec![mount]).is_err());
    }
}

//! Which pages may talk to the collector.

use crate::host;
use axum::http::Uri;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// One `--allow-origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginRule {
    /// Every origin, `null` included.
    Any,
    /// http or https on `localhost`, 127.0.0.0/8 or `[::1]`, any port.
    Loopback,
    /// The opaque origin of files and sandboxed frames.
    Null,
    /// Exactly this one.
    Exact(Origin),
    /// Every subdomain of this one, but not the domain itself.
    SubdomainsOf(Origin),
}

/// A page's origin, in lower case and without its scheme's own port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

/// Whether one of the rules allows an `Origin` header.
///
/// CORS alone keeps nobody out: a browser delivers a `text/plain` POST of any
/// page and only hides the answer. So this is asked before a beacon is read.
#[must_use]
pub fn is_allowed(rules: &[OriginRule], header: &[u8]) -> bool {
    let Ok(header) = std::str::from_utf8(header) else {
        return false;
    };
    let origin = Origin::parse(header);
    rules.iter().any(|rule| match (rule, &origin) {
        (OriginRule::Any, _) => true,
        (OriginRule::Null, _) => header == "null",
        (_, None) => false,
        (OriginRule::Loopback, Some(origin)) => origin.is_loopback(),
        (OriginRule::Exact(allowed), Some(origin)) => origin == allowed,
        (OriginRule::SubdomainsOf(parent), Some(origin)) => origin.is_below(parent),
    })
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let uri = Uri::from_str(text).ok()?;
        // `Uri` reads "https://a" and "https://a/" alike.
        if uri.path() != "/" || text.ends_with('/') || uri.query().is_some() {
            return None;
        }
        if uri.authority()?.as_str().contains('@') {
            return None;
        }
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let own_port = match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        Some(Self {
            host: uri
                .host()
                .filter(|host| !host.is_empty())?
                .to_ascii_lowercase(),
            port: uri.port_u16().filter(|port| Some(*port) != own_port),
            scheme,
        })
    }

    fn is_loopback(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https")
            && (host::is_localhost(&self.host)
                || self.host == "[::1]"
                || self
                    .host
                    .parse::<Ipv4Addr>()
                    .is_ok_and(|ip| ip.is_loopback()))
    }

    fn is_below(&self, parent: &Self) -> bool {
        self.scheme == parent.scheme
            && self.port == parent.port
            // With the dot, or evilexample.com would be below example.com.
            && self.host.strip_suffix(&parent.host).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
    }
}

impl FromStr for OriginRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "*" => return Ok(Self::Any),
            "loopback" => return Ok(Self::Loopback),
            "null" => return Ok(Self::Null),
            _ => {}
        }
        let wrong = || {
            "expected an origin such as https://app.example.com (no path), https://*.example.com, \
             `loopback`, `null` or `*`"
                .to_owned()
        };
        let text = text.strip_suffix('/').unwrap_or(text);
        match text.split_once("://*.") {
            Some((scheme, parent)) => Origin::parse(&format!("{scheme}://{parent}"))
                .map(Self::SubdomainsOf)
                .ok_or_else(wrong),
            None if text.contains('*') => Err(wrong()),
            None => Origin::parse(text).map(Self::Exact).ok_or_else(wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OriginRule, is_allowed};

    fn allows(rule: &str, origin: &str) -> bool {
        is_allowed(
            &[rule.parse::<OriginRule>().expect(rule)],
            origin.as_bytes(),
        )
    }

    #[test]
    fn loopback_is_any_port_of_this_machine() {
        for origin in [
            "http://127.0.0.1:5173",
            "https://localhost",
            "http://localhost:3000",
            "http://[::1]:8080",
            "http://app.localhost:80",
        ] {
            assert!(allows("loopback", origin), "{origin}");
        }
    }

    #[test]
    fn loopback_is_not_what_only_looks_like_it() {
        for origin in [
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "https://example.com",
            "null",
            "file://localhost",
            "http://localhost:3000/path",
            "http://evil.com@localhost",
            "http://localhost@evil.com",
            "",
            "localhost",
        ] {
            assert!(!allows("loopback", origin), "{origin}");
        }
    }

    #[test]
    fn an_exact_origin_is_scheme_host_and_port() {
        assert!(allows("https://app.example.com", "https://app.example.com"));
        assert!(allows(
            "https://App.example.com:443/",
            "https://app.example.com"
        ));
        for other in [
            "http://app.example.com",
            "https://app.example.com:8443",
            "https://x.app.example.com",
            "null",
        ] {
            assert!(!allows("https://app.example.com", other), "{other}");
        }
    }

    #[test]
    fn subdomains_end_at_a_dot() {
        assert!(allows("https://*.example.com", "https://a.b.example.com"));
        for other in [
            "https://evilexample.com",
            "https://example.com",
            "https://.example.com",
            "http://a.example.com",
        ] {
            assert!(!allows("https://*.example.com", other), "{other}");
        }
    }

    #[test]
    fn null_and_everything_have_to_be_asked_for() {
        assert!(allows("null", "null"));
        assert!(!allows("null", "https://example.com"));
        assert!(allows("*", "https://example.com"));
        assert!(allows("*", "null"));
    }

    #[test]
    fn what_is_no_origin_is_no_rule() {
        for text in [
            "example.com",
            "https://example.com/path",
            "https://a.*.com",
            "",
            "https://",
            "https://u@h",
        ] {
            assert!(text.parse::<OriginRule>().is_err(), "{text}");
        }
    }
}

//! The names under which a collector answers that is there for this machine.

use crate::ingest;
use crate::refusal::Refusal;
use crate::server::State;
use axum::extract::{self, Request};
use axum::http::header;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Turns requests for another name away.
///
/// The owner of a name can point it at 127.0.0.1; to the browser his page and
/// the dashboard are one origin then, and he may read all records. An address
/// or `localhost` cannot be pointed anywhere.
pub async fn guard(
    extract::State(state): extract::State<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let stranger = hosts.find(|host| state.is_local && !is_local(host.as_bytes()));
    let Some(host) = stranger else {
        return next.run(request).await;
    };
    let refusal = Refusal::Host(ingest::quote(host.as_bytes()));
    if request.uri().path() == state.options.beacon_path {
        ingest::refuse(&state, refusal)
    } else {
        refusal.into_response()
    }
}

fn is_local(header: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(header) else {
        return false;
    };
    let host = authority.host();
    let v6 = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    !authority.as_str().contains('@')
        && (is_localhost(&host.to_ascii_lowercase())
            || host.parse::<Ipv4Addr>().is_ok()
            || v6.is_some_and(|v6| v6.parse::<Ipv6Addr>().is_ok()))
}

/// Whether a name in lower case is this machine's, whatever DNS says.
pub(crate) fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn addresses_and_localhost_are_local() {
        for host in [
            "127.0.0.1:4790",
            "127.0.0.1",
            "192.168.1.5:80",
            "[::1]:4790",
            "[::1]",
            "localhost",
            "LocalHost:4790",
            "app.localhost:4790",
        ] {
            assert!(is_local(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn names_that_dns_answers_for_are_not() {
        for host in [
            "evil.example:4790",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "localhost@evil.example",
            "evil.example@localhost",
            "::1",
            "[evil.example]",
            "",
        ] {
            assert!(!is_local(host.as_bytes()), "{host}");
        }
    }
}

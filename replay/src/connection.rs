//! One connection, from the accepted socket to its end.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::http2;
use crate::ledger::Ledger;
use crate::outgoing::Outgoing;
use crate::tls::ALPN_HTTP2;
use crate::wire::{Socket, Wire};

/// The origin that a request came to, as an extension of the request.
#[derive(Clone, Debug)]
pub(crate) struct Origin(pub(crate) Arc<str>);

/// Errors end the connection and nothing else: what they did to an exchange
/// is in the log.
pub(crate) async fn serve(
    tcp: TcpStream,
    tls: Option<TlsAcceptor>,
    origin: Origin,
    router: Router,
) {
    // Nagle's algorithm would hold a token back until the one before is
    // acknowledged.
    if tcp.set_nodelay(true).is_err() {
        return;
    }
    let Some(tls) = tls else {
        return serve_http1(tcp, origin, router).await;
    };
    let Ok(tls) = tls.accept(tcp).await else {
        return;
    };
    if tls.get_ref().1.alpn_protocol() == Some(ALPN_HTTP2) {
        http2::serve(tls, origin, router).await;
    } else {
        serve_http1(tls, origin, router).await;
    }
}

async fn serve_http1(socket: impl Socket, origin: Origin, router: Router) {
    let ledger = Arc::new(Ledger::http1());
    let wire = Wire::new(socket, ledger.clone());
    let outgoing = Outgoing {
        ledger,
        stream: 0,
        informational: None,
    };
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(origin.clone());
        request.extensions_mut().insert(outgoing.clone());
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, request).await) }
    });
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(wire), service)
        .with_upgrades()
        .await;
}

pub(crate) async fn answer(router: Router, request: Request<Body>) -> axum::response::Response {
    let Ok(response) = router.oneshot(request).await;
    response
}

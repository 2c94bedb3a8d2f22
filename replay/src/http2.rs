//! HTTP/2 on the h2 crate itself: hyper tells neither the id of a stream,
//! without which frames cannot be told apart in the log, nor writes
//! informational responses.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use h2::server::{Builder, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http_body::Frame;
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;

use crate::connection::{Origin, answer};
use crate::ledger::Ledger;
use crate::outgoing::Outgoing;
use crate::wire::{Socket, Wire};

/// Uploads are counted, not slowed down: h2's 64 KiB would be a round trip
/// per 64 KiB.
const WINDOW: u32 = 1 << 20;

pub(crate) async fn serve(socket: impl Socket, origin: Origin, router: Router) {
    let ledger = Arc::new(Ledger::http2());
    let wire = Wire::new(socket, ledger.clone());
    let handshake = Builder::new()
        .initial_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .handshake(wire)
        .await;
    let Ok(mut connection) = handshake else {
        return;
    };
    // The streams live in the connection's own task: what one of them hands
    // over is written when this loop comes to `accept`, and no thread is in
    // between.
    let mut streams = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            Some(()) = streams.next() => {}
            accepted = connection.accept() => {
                let Some(Ok((mut request, respond))) = accepted else {
                    return;
                };
                let (informational, queue) = mpsc::unbounded_channel();
                request.extensions_mut().insert(origin.clone());
                request.extensions_mut().insert(Outgoing {
                    ledger: ledger.clone(),
                    stream: respond.stream_id().as_u32(),
                    informational: Some(informational),
                });
                streams.push(serve_stream(request, respond, queue, router.clone()));
            }
        }
    }
}

async fn serve_stream(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    mut informational: mpsc::UnboundedReceiver<Response<()>>,
    router: Router,
) {
    let request = request.map(|stream| Body::new(Upload(stream)));
    let mut response = pin!(answer(router, request));
    let response = loop {
        tokio::select! {
            biased;
            Some(head) = informational.recv() => {
                if respond.send_informational(head).is_err() {
                    return;
                }
            }
            _ = poll_fn(|cx| respond.poll_reset(cx)) => return,
            response = &mut response => break response,
        }
    };
    let (parts, body) = response.into_parts();
    let head = Response::from_parts(parts, ());
    let empty = http_body::Body::is_end_stream(&body);
    let Ok(stream) = respond.send_response(head, empty) else {
        return;
    };
    if !empty {
        // An error is the stream's or the connection's end. The body, dropped
        // with it, has noted what it must.
        let _ = send_body(stream, body).await;
    }
}

async fn send_body(mut stream: SendStream<Bytes>, mut body: Body) -> Result<(), h2::Error> {
    loop {
        let frame = tokio::select! {
            biased;
            reset = poll_fn(|cx| stream.poll_reset(cx)) => return reset.map(drop),
            frame = body.frame() => frame,
        };
        match frame {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    send_data(&mut stream, data).await?;
                }
            }
            Some(Err(_)) => {
                stream.send_reset(Reason::INTERNAL_ERROR);
                return Ok(());
            }
            None => return stream.send_data(Bytes::new(), true),
        }
    }
}

/// As the client's window allows.
async fn send_data(stream: &mut SendStream<Bytes>, mut data: Bytes) -> Result<(), h2::Error> {
    while !data.is_empty() {
        stream.reserve_capacity(data.len());
        let window = match poll_fn(|cx| stream.poll_capacity(cx)).await {
            Some(window) => window?,
            None => return Err(Reason::CANCEL.into()),
        };
        stream.send_data(data.split_to(window.min(data.len())), false)?;
    }
    Ok(())
}

/// A request's body, read as fast as it comes.
struct Upload(RecvStream);

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let data = ready!(self.0.poll_data(cx));
        Poll::Ready(data.map(|data| {
            let data = data?;
            self.0.flow_control().release_capacity(data.len())?;
            Ok(Frame::data(data))
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }
}

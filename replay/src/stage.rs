//! Between the timetable and the connection: the parts of a response pass one
//! by one, each only after the one before was written.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::exchange::Entry;

/// The client went away; there is nobody to write for.
#[derive(Debug)]
pub(crate) struct Gone;

/// What comes before the body.
#[derive(Debug)]
pub(crate) enum Prelude {
    Informational(StatusCode, HeaderMap, oneshot::Sender<()>),
    Headers(oneshot::Sender<()>),
}

/// A piece of a step.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The step whose stamp comes before the bytes.
    pub(crate) stamp: Option<usize>,
    pub(crate) bytes: Bytes,
    /// Their `bytes` don't count the stamp, which is not yet known.
    pub(crate) entries: Vec<Entry>,
}

/// What becomes of the body.
#[derive(Debug)]
pub(crate) enum Message {
    Piece(Piece, oneshot::Sender<()>),
    End(oneshot::Sender<()>),
    Cut(oneshot::Sender<()>),
}

/// The timetable's side.
#[derive(Debug)]
pub(crate) struct Stage {
    prelude: mpsc::Sender<Prelude>,
    body: mpsc::Sender<Message>,
    headers: HeadersState,
    /// At 0 the connection ends the response with the last byte.
    left: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeadersState {
    ToCome,
    WithFirstPiece,
    Sent,
}

/// The connection's side.
#[derive(Debug)]
pub(crate) struct Backstage {
    pub(crate) prelude: mpsc::Receiver<Prelude>,
    pub(crate) body: mpsc::Receiver<Message>,
    /// How much of a stated length is still to come.
    pub(crate) left: Option<u64>,
}

/// `length`: the stated length of the body, where there is one.
pub(crate) fn stage(length: Option<u64>) -> (Stage, Backstage) {
    let (prelude, prelude_end) = mpsc::channel(1);
    let (body, body_end) = mpsc::channel(1);
    (
        Stage {
            prelude,
            body,
            headers: HeadersState::ToCome,
            left: length,
        },
        Backstage {
            prelude: prelude_end,
            body: body_end,
            left: length,
        },
    )
}

impl Stage {
    pub(crate) async fn wait_until(&self, at: Instant) -> Result<(), Gone> {
        if at <= Instant::now() {
            // A timer that is due would still take up to a millisecond.
            return if self.body.is_closed() {
                Err(Gone)
            } else {
                Ok(())
            };
        }
        tokio::select! {
            biased;
            () = self.body.closed() => Err(Gone),
            () = tokio::time::sleep_until(at) => Ok(()),
        }
    }

    pub(crate) async fn inform(&self, status: StatusCode, headers: HeaderMap) -> Result<(), Gone> {
        let (done, written) = oneshot::channel();
        self.announce(Prelude::Informational(status, headers, done))
            .await?;
        self.until(written).await
    }

    pub(crate) async fn send_headers(&mut self) -> Result<(), Gone> {
        let (done, written) = oneshot::channel();
        self.announce(Prelude::Headers(done)).await?;
        self.headers = HeadersState::Sent;
        self.until(written).await
    }

    /// For a response without a body: nothing is left to wait for.
    pub(crate) async fn send_headers_alone(self) -> Result<(), Gone> {
        self.announce(Prelude::Headers(oneshot::channel().0)).await
    }

    /// They leave together with the first piece.
    pub(crate) fn keep_headers(&mut self) {
        self.headers = HeadersState::WithFirstPiece;
    }

    pub(crate) async fn write(&mut self, piece: Piece) -> Result<(), Gone> {
        let bytes = piece.bytes.len() as u64;
        let (done, written) = oneshot::channel();
        self.send(Message::Piece(piece, done)).await?;
        if self.headers == HeadersState::WithFirstPiece {
            // The piece waits in the channel already, so the connection finds
            // it when it has buffered the headers and asks for the body.
            self.headers = HeadersState::Sent;
            self.announce(Prelude::Headers(oneshot::channel().0))
                .await?;
        }
        self.left = self.left.map(|left| left.saturating_sub(bytes));
        if self.left == Some(0) {
            return written.await.map_err(|_| Gone);
        }
        self.until(written).await
    }

    pub(crate) async fn finish(&mut self) -> Result<(), Gone> {
        self.leave_no_headers().await?;
        if self.left == Some(0) {
            return Ok(());
        }
        let (done, written) = oneshot::channel();
        self.send(Message::End(done)).await?;
        // The connection drops the body before its end is written, so only
        // the ledger knows now.
        written.await.map_err(|_| Gone)
    }

    pub(crate) async fn cut(&mut self) -> Result<(), Gone> {
        self.leave_no_headers().await?;
        let (done, written) = oneshot::channel();
        self.send(Message::Cut(done)).await?;
        written.await.map_err(|_| Gone)
    }

    pub(crate) async fn stall(&mut self) -> Result<(), Gone> {
        self.leave_no_headers().await?;
        self.body.closed().await;
        Err(Gone)
    }

    async fn leave_no_headers(&mut self) -> Result<(), Gone> {
        if self.headers == HeadersState::WithFirstPiece {
            self.send_headers().await?;
        }
        Ok(())
    }

    async fn announce(&self, prelude: Prelude) -> Result<(), Gone> {
        self.prelude.send(prelude).await.map_err(|_| Gone)
    }

    async fn send(&self, message: Message) -> Result<(), Gone> {
        self.body.send(message).await.map_err(|_| Gone)
    }

    async fn until(&self, written: oneshot::Receiver<()>) -> Result<(), Gone> {
        tokio::select! {
            biased;
            written = written => written.map_err(|_| Gone),
            () = self.body.closed() => Err(Gone),
        }
    }
}

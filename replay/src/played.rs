//! The body of a played response, as the connection asks for it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use http_body::{Body, Frame};

use crate::outgoing::Delivery;
use crate::stage::{Backstage, Message};

#[derive(Debug)]
pub(crate) struct Played {
    backstage: Backstage,
    delivery: Delivery,
    /// All was handed over: dropping the body now gives nothing up.
    complete: bool,
}

impl Played {
    pub(crate) fn new(backstage: Backstage, delivery: Delivery) -> Self {
        Played {
            backstage,
            delivery,
            complete: false,
        }
    }
}

/// Ends a response before its time.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the scenario cuts the connection here")
    }
}

impl std::error::Error for Cut {}

impl Body for Played {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.complete {
            return Poll::Ready(None);
        }
        let message = ready!(self.backstage.body.poll_recv(cx));
        let this = self.get_mut();
        Poll::Ready(match message {
            Some(Message::Piece(piece, done)) => {
                if let Some(left) = &mut this.backstage.left {
                    *left = left.saturating_sub(piece.bytes.len() as u64);
                    this.complete = *left == 0;
                }
                let bytes = this
                    .delivery
                    .data(piece.stamp, piece.bytes, piece.entries, done);
                if this.complete {
                    this.delivery.end(None);
                }
                Some(Ok(Frame::data(bytes)))
            }
            Some(Message::End(done)) => {
                this.complete = true;
                this.delivery.end(Some(done));
                None
            }
            Some(Message::Cut(done)) => {
                this.complete = true;
                this.delivery.cut(done);
                Some(Err(Cut))
            }
            // The timetable's task died. To end the body would pass for a
            // proper end.
            None => Some(Err(Cut)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.complete
    }
}

impl Drop for Played {
    fn drop(&mut self) {
        if !self.complete {
            self.delivery.give_up();
        }
    }
}

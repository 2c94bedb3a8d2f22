//! Where a response goes. Each part is entered in the connection's ledger in
//! the moment in which the connection gets it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Response, StatusCode};
use tokio::sync::{mpsc, oneshot};

use crate::exchange::{Entry, Exchange, What};
use crate::ledger::{Expected, Ledger, Part};

/// Travels with the request, as an extension.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) ledger: Arc<Ledger>,
    /// 0 over HTTP/1, where there is one response at a time.
    pub(crate) stream: u32,
    /// Over HTTP/2, to the task that owns the stream.
    pub(crate) informational: Option<mpsc::UnboundedSender<Response<()>>>,
}

/// The outgoing side of one exchange.
#[derive(Debug)]
pub(crate) struct Delivery {
    outgoing: Outgoing,
    exchange: Arc<Exchange>,
}

impl Delivery {
    pub(crate) fn new(outgoing: Outgoing, exchange: Arc<Exchange>) -> Self {
        Delivery { outgoing, exchange }
    }

    pub(crate) fn inform(&self, status: StatusCode, headers: HeaderMap, done: oneshot::Sender<()>) {
        let mut response = Response::new(());
        *response.status_mut() = status;
        *response.headers_mut() = headers;

        let mut entry = Entry::new(What::Informational);
        entry.status = Some(status.as_u16());
        let expected = self.expected(Part::Informational, vec![entry], Some(done));
        let Outgoing {
            ledger,
            stream,
            informational,
        } = &self.outgoing;
        match informational {
            Some(task) => {
                ledger.expect(*stream, expected);
                // Fails when the stream was reset, of which others hear.
                let _ = task.send(response);
            }
            None => ledger.write_ahead(http1_head(&response), expected),
        }
    }

    /// `dur`: what the response's own `Server-Timing` says.
    pub(crate) fn headers(&self, status: StatusCode, dur: Option<f64>, done: oneshot::Sender<()>) {
        let mut entry = Entry::new(What::Headers);
        entry.status = Some(status.as_u16());
        entry.dur = dur;
        self.expect(Part::Headers, vec![entry], Some(done));
    }

    /// The bytes of a piece, with its stamp if it has one.
    pub(crate) fn data(
        &self,
        stamp: Option<usize>,
        mut bytes: Bytes,
        mut entries: Vec<Entry>,
        done: oneshot::Sender<()>,
    ) -> Bytes {
        if let Some(step) = stamp {
            let stamp = self.exchange.stamp(step);
            if let Some(entry) = entries.first_mut() {
                entry.bytes = entry.bytes.map(|bytes| bytes + stamp.len());
            }
            bytes = [stamp, bytes].concat().into();
        }
        self.expect(Part::Data(bytes.len()), entries, Some(done));
        bytes
    }

    pub(crate) fn end(&self, done: Option<oneshot::Sender<()>>) {
        let mut entry = Entry::new(What::End);
        entry.why = Some("close");
        self.expect(Part::End, vec![entry], done);
    }

    pub(crate) fn cut(&self, done: oneshot::Sender<()>) {
        let mut entry = Entry::new(What::End);
        entry.why = Some("cut");
        self.expect(Part::Cut, vec![entry], Some(done));
    }

    /// Nothing of what was expected will come any more.
    pub(crate) fn give_up(&self) {
        self.outgoing.ledger.forget(self.outgoing.stream);
    }

    fn expect(&self, part: Part, entries: Vec<Entry>, done: Option<oneshot::Sender<()>>) {
        let expected = self.expected(part, entries, done);
        self.outgoing.ledger.expect(self.outgoing.stream, expected);
    }

    fn expected(
        &self,
        part: Part,
        entries: Vec<Entry>,
        done: Option<oneshot::Sender<()>>,
    ) -> Expected {
        Expected {
            part,
            exchange: self.exchange.clone(),
            entries,
            done,
        }
    }
}

fn http1_head(response: &Response<()>) -> Bytes {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or_default();
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
    for (name, value) in response.headers() {
        head.extend(name.as_str().as_bytes());
        head.extend(b": ");
        head.extend(value.as_bytes());
        head.extend(b"\r\n");
    }
    head.extend(b"\r\n");
    Bytes::from(head)
}

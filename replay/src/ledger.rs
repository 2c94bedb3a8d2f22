//! Keeps what a connection is about to write until the socket has taken it,
//! and then notes in the log when that was.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use tokio::sync::oneshot;

use crate::exchange::{Entry, Exchange, Span};
use crate::frames::{CLIENT_PREFACE, Frames, Kind};
use crate::log::lock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Informational,
    Headers,
    Data(usize),
    End,
    Cut,
}

/// A part of a response that is on its way to the socket.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) part: Part,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) entries: Vec<Entry>,
    /// Told when the part is written; dropped when it never will be.
    pub(crate) done: Option<oneshot::Sender<()>>,
}

impl Expected {
    fn written(self, span: Span) {
        for entry in self.entries {
            self.exchange.record_write(span, entry);
        }
        if let Some(done) = self.done {
            // Whoever waited has seen the client leave.
            let _ = done.send(());
        }
    }
}

#[derive(Debug)]
pub(crate) struct Ledger(Mutex<Connection>);

#[derive(Debug)]
enum Connection {
    Http1(Http1),
    Http2(Http2),
}

/// Parts are put into the connection's buffer one after the other and only
/// after the part before was written, so a flush with nothing left behind says
/// that all expected parts are out.
#[derive(Debug, Default)]
struct Http1 {
    expected: VecDeque<Expected>,
    span: Option<Span>,
    /// Informational responses, which hyper's server cannot write.
    ahead: VecDeque<(Bytes, Expected)>,
    cut: Option<Expected>,
}

/// Streams share the connection, so what was written is read off the frames.
#[derive(Debug)]
struct Http2 {
    expected: HashMap<u32, VecDeque<Expected>>,
    /// Start of the first of several frames that carry one part.
    began: HashMap<u32, f64>,
    outbound: Frames,
    inbound: Frames,
}

impl Ledger {
    pub(crate) fn http1() -> Self {
        Ledger(Mutex::new(Connection::Http1(Http1::default())))
    }

    pub(crate) fn http2() -> Self {
        Ledger(Mutex::new(Connection::Http2(Http2 {
            expected: HashMap::new(),
            began: HashMap::new(),
            outbound: Frames::after(0),
            inbound: Frames::after(CLIENT_PREFACE),
        })))
    }

    /// The part is handed to the connection in this same moment.
    pub(crate) fn expect(&self, stream: u32, expected: Expected) {
        match &mut *lock(&self.0) {
            Connection::Http1(http1) if expected.part == Part::Cut => http1.cut = Some(expected),
            Connection::Http1(http1) => http1.expected.push_back(expected),
            Connection::Http2(http2) => {
                http2
                    .expected
                    .entry(stream)
                    .or_default()
                    .push_back(expected);
            }
        }
    }

    /// Bytes to write before anything else on an HTTP/1 connection.
    pub(crate) fn write_ahead(&self, bytes: Bytes, expected: Expected) {
        if let Connection::Http1(http1) = &mut *lock(&self.0) {
            http1.ahead.push_back((bytes, expected));
        }
    }

    pub(crate) fn ahead(&self) -> Option<Bytes> {
        match &*lock(&self.0) {
            Connection::Http1(http1) => http1.ahead.front().map(|(bytes, _)| bytes.clone()),
            Connection::Http2(_) => None,
        }
    }

    pub(crate) fn wrote_ahead(&self, bytes: usize, span: Span) {
        if let Connection::Http1(http1) = &mut *lock(&self.0)
            && let Some((mut rest, expected)) = http1.ahead.pop_front()
        {
            let _ = rest.split_to(bytes);
            if rest.is_empty() {
                expected.written(span);
            } else {
                http1.ahead.push_front((rest, expected));
            }
        }
    }

    /// The socket took these bytes.
    pub(crate) fn wrote(&self, bytes: &[u8], span: Span) {
        match &mut *lock(&self.0) {
            Connection::Http1(http1) if !http1.expected.is_empty() => {
                http1.span.get_or_insert(span).after = span.after;
            }
            Connection::Http1(_) => {}
            Connection::Http2(http2) => http2.wrote(bytes, span),
        }
    }

    /// Nothing is left in the buffers before the socket.
    pub(crate) fn flushed(&self) {
        if let Connection::Http1(http1) = &mut *lock(&self.0) {
            let span = http1.span.take();
            for expected in http1.expected.drain(..) {
                expected.written(span.unwrap_or_else(Span::now));
            }
        }
    }

    /// The client sent these bytes.
    pub(crate) fn read(&self, bytes: &[u8]) {
        if let Connection::Http2(http2) = &mut *lock(&self.0) {
            for frame in http2.inbound.push(bytes, 0.0) {
                if frame.kind == Kind::Reset {
                    http2.forget(frame.stream);
                }
            }
        }
    }

    /// The response was given up: what it still expected will not come.
    pub(crate) fn forget(&self, stream: u32) {
        match &mut *lock(&self.0) {
            Connection::Http1(http1) => {
                http1.expected.clear();
                http1.ahead.clear();
            }
            Connection::Http2(http2) => http2.forget(stream),
        }
    }

    /// Whether the connection is to end with a reset, not a proper close.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(&*lock(&self.0), Connection::Http1(http1) if http1.cut.is_some())
    }

    /// The connection is gone.
    pub(crate) fn close(&self) {
        match &mut *lock(&self.0) {
            Connection::Http1(http1) => {
                http1.expected.clear();
                http1.ahead.clear();
                if let Some(cut) = http1.cut.take() {
                    cut.written(Span::now());
                }
            }
            Connection::Http2(http2) => http2.expected.clear(),
        }
    }
}

impl Http2 {
    fn forget(&mut self, stream: u32) {
        self.expected.remove(&stream);
        self.began.remove(&stream);
    }

    fn wrote(&mut self, bytes: &[u8], span: Span) {
        for frame in self.outbound.push(bytes, span.before) {
            if frame.kind == Kind::Other {
                continue;
            }
            let Some(expected) = self.expected.get_mut(&frame.stream) else {
                continue;
            };
            let began = *self.began.entry(frame.stream).or_insert(frame.began);
            let span = Span {
                before: began,
                after: span.after,
            };
            let mut payload = frame.bytes;
            while let Some(front) = expected.front_mut() {
                let complete = match &mut front.part {
                    Part::Data(left) if frame.kind == Kind::Data => {
                        let taken = payload.min(*left);
                        payload -= taken;
                        *left -= taken;
                        taken > 0 && *left == 0
                    }
                    Part::Informational | Part::Headers => {
                        let first = frame.kind == Kind::Headers && payload > 0;
                        payload = 0;
                        first
                    }
                    Part::End => frame.end_stream,
                    Part::Cut => frame.kind == Kind::Reset,
                    Part::Data(_) => false,
                };
                if !complete {
                    break;
                }
                self.began.remove(&frame.stream);
                if let Some(part) = expected.pop_front() {
                    part.written(span);
                }
            }
            if expected.is_empty() {
                self.forget(frame.stream);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use tokio::sync::oneshot::error::TryRecvError;
    use tokio::sync::watch;

    use super::*;
    use crate::exchange::What;

    fn expected(part: Part) -> (Expected, oneshot::Receiver<()>) {
        let (parts, ()) = Request::new(()).into_parts();
        let exchange = Arc::new(Exchange::begin(&parts, "", watch::Sender::new(())));
        let (done, written) = oneshot::channel();
        let entries = vec![Entry::new(What::Write)];
        let expected = Expected {
            part,
            exchange,
            entries,
            done: Some(done),
        };
        (expected, written)
    }

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).expect("is short");
        let mut frame = vec![0, 0, length, kind, flags, 0, 0, 0, stream];
        frame.extend(payload);
        frame
    }

    #[test]
    fn part_is_written_when_all_its_frames_are() {
        let ledger = Ledger::http2();
        let (data, mut written) = expected(Part::Data(5));
        let exchange = data.exchange.clone();
        ledger.expect(3, data);
        let span = |t: f64| Span {
            before: t,
            after: t + 0.5,
        };
        ledger.wrote(&frame(0, 0, 1, b"other"), span(1.0));
        ledger.wrote(&frame(0, 0, 3, b"abc"), span(2.0));
        assert!(written.try_recv().is_err());
        ledger.wrote(&frame(0, 0, 3, b"de"), span(3.0));
        written.try_recv().expect("is written");
        let log = serde_json::to_value(&*exchange).expect("is JSON");
        assert_eq!(log["events"][1]["t"], 2.0);
        assert_eq!(log["events"][1]["t_done"], 3.5);
    }

    #[test]
    fn last_data_frame_ends_the_stream_as_well() {
        let ledger = Ledger::http2();
        let (data, mut written) = expected(Part::Data(1));
        let (end, mut ended) = expected(Part::End);
        ledger.expect(3, data);
        ledger.expect(3, end);
        ledger.wrote(&frame(0, 1, 3, b"a"), Span::now());
        written.try_recv().expect("is written");
        ended.try_recv().expect("is written");
    }

    #[test]
    fn reset_by_the_client_gives_up_its_stream_only() {
        let ledger = Ledger::http2();
        let (end, mut ended) = expected(Part::End);
        let (other, mut other_ended) = expected(Part::End);
        ledger.expect(3, end);
        ledger.expect(5, other);
        ledger.read(&[b'.'; CLIENT_PREFACE]);
        ledger.read(&frame(3, 0, 3, &[0, 0, 0, 8]));
        assert_eq!(ended.try_recv(), Err(TryRecvError::Closed));
        ledger.wrote(&frame(0, 1, 5, b""), Span::now());
        other_ended.try_recv().expect("is written");
    }

    #[test]
    fn closed_connection_gives_up_everything() {
        for ledger in [Ledger::http1(), Ledger::http2()] {
            let (data, mut written) = expected(Part::Data(1));
            ledger.expect(0, data);
            ledger.close();
            assert_eq!(written.try_recv(), Err(TryRecvError::Closed));
        }
    }
}

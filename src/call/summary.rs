//! A call's record: all that was seen of it, put together.

use super::{Call, Commit, End, Painted};
use crate::decoder::Decoder;
use crate::record::{
    Failure, Flag, Found, MainThread, NetworkMissing, Outcome, Paint, Record, Request, Server,
    Source, Stage, Tokens,
};
use crate::surroundings::{Engine, Surroundings};
use crate::timeline::{Network, Shown, settle};

impl Call {
    /// How it ended, as of now.
    pub(crate) fn outcome(&self) -> Outcome {
        let ended = self.has_ended();
        if self.failure().is_some() {
            return Outcome::Error;
        }
        match self.closed {
            None if !ended => Outcome::Open,
            Some(End::Unobserved | End::Lost) => Outcome::Unobserved,
            // A page may cancel once it saw the marker.
            Some(End::Cancel | End::Fail) if !ended => Outcome::Aborted,
            // There may have been any, while nobody could decode it.
            _ if self.seen.first_token.is_none() && self.decoder_late => Outcome::Unobserved,
            _ if self.seen.first_token.is_none() => Outcome::NoOutput,
            _ if !ended && !self.decoder_late && self.lacks_marker() => Outcome::Truncated,
            _ => Outcome::Complete,
        }
    }

    fn lacks_marker(&self) -> bool {
        self.decoder.as_deref().is_some_and(Decoder::has_end_marker)
    }

    /// What went wrong; an error in the stream is told by the decoder.
    fn failure(&self) -> Option<Failure> {
        let in_stream = || {
            let decoder = self.decoder.as_deref()?;
            decoder.failed().then(|| Failure {
                stage: Stage::Stream,
                kind: decoder.error_type().map(String::from),
                status: None,
            })
        };
        self.error.clone().or_else(in_stream)
    }

    /// What was asked of whom, with what the stream, the header and the app
    /// say; the app's word goes first.
    fn request(&self) -> Request {
        let mut request = self.request.clone();
        let owned = |text: Option<&str>| text.map(String::from);
        let decoder = self.decoder.as_deref();
        request.dialect = owned(decoder.and_then(Decoder::dialect));
        request.operation = owned(decoder.and_then(Decoder::operation));
        request.provider = self
            .facts
            .provider
            .clone()
            .or_else(|| owned(decoder.and_then(Decoder::provider)));
        request.region = self
            .facts
            .region
            .clone()
            .or_else(|| self.header.region.clone());
        let said = owned(decoder.and_then(Decoder::model));
        (request.model, request.source) = match (&self.facts.model, said, &self.header.model) {
            (Some(model), _, _) => (Some(model.clone()), Some(Source::App)),
            (_, Some(model), _) => (Some(model), Some(Source::Body)),
            (_, _, Some(model)) => (Some(model.clone()), Some(Source::Header)),
            _ => (None, None),
        };
        request.protocol = self
            .matched
            .as_ref()
            .and_then(|matched| matched.protocol.clone());
        request
    }

    /// What the server itself said: the body's word goes first, since it was
    /// written after the fact.
    fn server(&self) -> Server {
        let mut server = self
            .decoder
            .as_deref()
            .map(Decoder::server)
            .unwrap_or_default();
        let in_body = server != Server::default();
        let header = &self.header;
        server.headers_ms = server.headers_ms.or(header.headers);
        server.queue_ms = server.queue_ms.or(header.queue);
        server.prefill_ms = server.prefill_ms.or(header.prefill);
        server.source = None;
        if server != Server::default() {
            server.source = Some(if in_body {
                Source::Body
            } else {
                Source::Header
            });
        }
        server
    }

    fn tokens(&self) -> Option<Tokens> {
        self.seen.first_token.as_ref()?;
        let mut tokens = self.decoder.as_deref()?.tokens()?;
        if self.decoder_late && !self.has_ended() {
            // Of a part only.
            tokens.output = None;
            tokens.reasoning = None;
            tokens.estimated = false;
        }
        Some(tokens)
    }

    /// The record, as far as it goes now.
    pub(crate) fn record(&mut self, page: &Surroundings) -> Record {
        self.seen.network = match &self.matched {
            // Firefox makes up times for a call that has no answer.
            Some(_) if self.seen.rejected => Network::default(),
            Some(matched) => matched.network,
            None if self.closed.is_none() && !self.lacks_entry => Network::default(),
            None if !self.contested.is_empty() => Network::missing(NetworkMissing::Ambiguous),
            None if self.lacks_entry => Network::missing(NetworkMissing::NoEntry),
            None => Network::missing(NetworkMissing::Timeout),
        };
        if !matches!(self.closed, Some(End::Close) | None) {
            self.seen.network.response_end = None;
        }
        self.seen.server = self.server();
        self.seen.answer = shown(self.answer.as_ref(), page);
        // Reasoning may be shown in a panel that somebody opens later.
        let texts = self.reasoning.iter().chain(&self.answer);
        self.seen.text = shown(texts.min_by_key(|commit| commit.at), page);
        self.seen.last = self.last_shown().unwrap_or_default();
        self.seen.paint_error = page.paint_error(self.painted());
        self.seen.resolves_with_headers = page.engine == Engine::Chromium;
        let settled = settle(&self.seen);

        let mut info = page.info.clone();
        info.route = self.opening.route.clone();
        let is_hidden = settled.flags.contains(&Flag::Hidden);
        let mut flags = settled.flags;
        let mut flag = |flag, is: bool| {
            if is {
                flags.push(flag);
            }
        };
        flag(Flag::Hidden, self.broke_hidden() && !is_hidden);
        flag(Flag::DecoderLate, self.decoder_late);
        flag(
            Flag::Restored,
            page.restored.is_some_and(|at| at >= self.opening.t0),
        );
        flag(
            Flag::ServiceWorker,
            self.matched.as_ref().is_some_and(|matched| matched.worker)
                && settled.network_missing != Some(NetworkMissing::ServiceWorker),
        );

        Record {
            id: self.opening.id.clone(),
            rev: self.rev,
            t0: self.opening.t0,
            outcome: self.outcome(),
            turn: self.opening.turn.as_ref().map(|(turn, _)| turn.clone()),
            page: info,
            request: self.request(),
            marks: settled.marks,
            segments: settled.segments,
            shares: settled.shares,
            arrival: settled.arrival,
            paint: self.paint(page),
            verdict: settled.verdict,
            server: (self.seen.server != Server::default()).then_some(self.seen.server),
            stream: self
                .seen
                .first_byte
                .map(|_| self.statistics.stream(&self.seen.busy.known())),
            main_thread: settled.busy.map(|[to, busy_ms]| MainThread {
                busy_ms,
                scripts: page.scripts_between(self.opening.t0, self.opening.t0 + to),
            }),
            tokens: self.tokens(),
            network_missing: settled.network_missing,
            error: self.failure(),
            flags,
            labels: self.facts.labels.clone(),
        }
    }

    fn painted(&self) -> Option<Painted> {
        self.answer.as_ref()?.painted
    }

    /// Absent if there was no answer to look for, or nobody looked.
    fn paint(&self, page: &Surroundings) -> Option<Paint> {
        if !page.paints || self.seen.first_answer_token.is_none() {
            return None;
        }
        let painted = self.painted();
        let method = painted.map(|painted| painted.method);
        Some(Paint {
            method,
            resolution_ms: method.map(|method| page.paint_resolution(method)),
            error_ms: page.paint_error(painted),
            found: self
                .answer
                .as_ref()
                .map_or(Found::None, |commit| commit.found),
            on_screen: self.on_screen,
        })
    }
}

fn shown(commit: Option<&Commit>, page: &Surroundings) -> Shown {
    let Some(commit) = commit else {
        return Shown::default();
    };
    Shown {
        commit: Some(commit.at),
        paint: commit
            .painted
            .map(|painted| page.presented(painted).max(commit.at)),
    }
}

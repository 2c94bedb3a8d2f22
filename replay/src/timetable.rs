//! Plays a scenario: waits for each part's time and hands it to the stage.

use std::sync::Arc;

use axum::body::Body;
use http_body_util::BodyExt as _;
use tokio::time::Instant;

use crate::exchange::{Entry, Exchange, What};
use crate::scenario::{End, Scenario, Step};
use crate::stage::{Gone, Piece, Stage};

/// Runs in a task of its own: it outlives the connection, to note its end.
pub(crate) async fn play(
    scenario: Arc<Scenario>,
    exchange: Arc<Exchange>,
    mut request: Body,
    stage: Stage,
    without_body: bool,
) {
    let read = read_body(&mut request, &exchange).await;
    let played = match read {
        Ok(()) => {
            Timetable::new(&scenario, &exchange, stage)
                .run(without_body)
                .await
        }
        Err(gone) => Err(gone),
    };
    if let Err(Gone) = played {
        let mut entry = Entry::new(What::Close);
        entry.why = Some("the client closed the connection or cancelled the request");
        exchange.record(entry);
    }
}

async fn read_body(request: &mut Body, exchange: &Exchange) -> Result<(), Gone> {
    while let Some(frame) = request.frame().await {
        let frame = frame.map_err(|_| Gone)?;
        if let Some(data) = frame.data_ref() {
            exchange.add_body(data);
        }
    }
    exchange.complete_request();
    Ok(())
}

struct Timetable<'a> {
    scenario: &'a Scenario,
    exchange: &'a Exchange,
    stage: Stage,
    /// The end of the part before, from which the next one counts.
    since: Instant,
    held: Option<Held>,
}

/// What a proxy that holds the body has gathered.
struct Held {
    until: Instant,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

impl<'a> Timetable<'a> {
    fn new(scenario: &'a Scenario, exchange: &'a Exchange, stage: Stage) -> Self {
        Timetable {
            scenario,
            exchange,
            stage,
            since: Instant::now(),
            held: None,
        }
    }

    async fn run(mut self, without_body: bool) -> Result<(), Gone> {
        self.before_the_body().await?;
        if without_body {
            return self.stage.send_headers_alone().await;
        }
        if self.scenario.headers_with_first_step {
            self.stage.keep_headers();
        } else {
            self.stage.send_headers().await?;
        }

        self.since = Instant::now();
        self.held = self.scenario.hold.map(|hold| Held {
            until: self.since + hold,
            bytes: Vec::new(),
            entries: Vec::new(),
        });
        let scenario = self.scenario;
        for (index, step) in scenario.steps.iter().enumerate() {
            for repetition in 0..step.repeat {
                self.step(index, repetition, step).await?;
            }
        }
        if let Some(until) = self.held.as_ref().map(|held| held.until) {
            self.wait_until(until).await?;
        }

        match self.scenario.end {
            End::Close => self.stage.finish().await,
            End::Cut => self.stage.cut().await,
            End::Stall => self.stage.stall().await,
        }
    }

    async fn before_the_body(&mut self) -> Result<(), Gone> {
        let headers_at = self.since + self.scenario.headers_after;
        for one in &self.scenario.informational {
            self.stage.wait_until(self.since + one.after).await?;
            self.stage.inform(one.status, one.headers.clone()).await?;
            self.since = Instant::now();
        }
        self.stage.wait_until(headers_at).await
    }

    async fn step(&mut self, index: usize, repetition: usize, step: &Step) -> Result<(), Gone> {
        self.wait_until(self.since + step.after).await?;
        for (piece, bytes) in step.pieces().into_iter().enumerate() {
            if piece > 0 {
                self.wait_until(self.since + step.split_after).await?;
            }
            let mut entry = Entry::new(What::Write);
            entry.step = Some(index);
            entry.repetition = (step.repeat > 1).then_some(repetition);
            entry.piece = step.split.map(|_| piece);
            entry.label.clone_from(&step.label);
            entry.bytes = Some(bytes.len());
            // Bytes belong to an event, and a stamp directly before it.
            let stamp = (step.stamp && piece == 0).then_some(index);
            self.write(Piece {
                stamp,
                bytes,
                entries: vec![entry],
            })
            .await?;
            self.since = Instant::now();
        }
        if step.bytes.is_empty() && !step.stamp {
            self.since = Instant::now();
        }
        Ok(())
    }

    /// Waits, and releases what is held when its time comes meanwhile.
    async fn wait_until(&mut self, at: Instant) -> Result<(), Gone> {
        if let Some(held) = self.held.take_if(|held| held.until <= at) {
            self.stage.wait_until(held.until).await?;
            if !held.entries.is_empty() {
                let Held { bytes, entries, .. } = held;
                self.stage
                    .write(Piece {
                        stamp: None,
                        bytes: bytes.into(),
                        entries,
                    })
                    .await?;
            }
        }
        self.stage.wait_until(at).await
    }

    async fn write(&mut self, piece: Piece) -> Result<(), Gone> {
        let Some(held) = &mut self.held else {
            if self.scenario.hold.is_some() {
                self.generated(&piece.entries);
            }
            return self.stage.write(piece).await;
        };
        let Piece {
            stamp,
            bytes,
            mut entries,
        } = piece;
        if let Some(step) = stamp {
            // The server behind the proxy stamps when it writes.
            let stamp = self.exchange.stamp(step);
            held.bytes.extend(&stamp);
            for entry in &mut entries {
                entry.bytes = entry.bytes.map(|bytes| bytes + stamp.len());
            }
        }
        held.bytes.extend(&bytes);
        held.entries.extend(entries.iter().cloned());
        self.generated(&entries);
        Ok(())
    }

    fn generated(&self, entries: &[Entry]) {
        for entry in entries {
            let mut entry = entry.clone();
            entry.what = What::Generated;
            self.exchange.record(entry);
        }
    }
}

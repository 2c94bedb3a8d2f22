//! The lines that tests/truth/run.mjs prints.

use serde::{Deserialize, Serialize};
use ttft::record::{Record, Verdict};

/// One line.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Line {
    /// A row begins.
    Row(Of),
    /// One answer.
    Sample(Box<Sample>),
    /// Answers that could not be measured.
    Lost { reason: String },
    /// The row ends.
    End(End),
}

/// What the row is of.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Of {
    pub(super) engine: String,
    pub(super) load: String,
    pub(super) stamps: bool,
    pub(super) tao: bool,
    pub(super) isolated: bool,
}

/// One answer. All in milliseconds from the record's `request_start`.
#[derive(Debug, Deserialize)]
pub(super) struct Sample {
    /// The clocks' tie may be wrong by this much, the clock's step included.
    pub(super) tolerance: f64,
    pub(super) record: Record,
    /// When the app's own timer saw the first token.
    pub(super) naive: f64,
    pub(super) truth: Truth,
}

/// What is known of it.
#[derive(Debug, Deserialize)]
pub(super) struct Truth {
    /// The server had read the request.
    pub(super) request: f64,
    /// It wrote the headers.
    pub(super) headers: f64,
    /// It wrote the first answer token.
    pub(super) arrival: f64,
    /// The app had written it to the DOM.
    pub(super) commit: f64,
    /// The app's own estimate of the frame, taken where no trace tells of it.
    pub(super) frame: Option<f64>,
    /// The traced presentation.
    pub(super) paint: Option<f64>,
}

/// How a row ended.
#[derive(Debug, Deserialize)]
pub(super) struct End {
    /// Why it cannot be relied on.
    pub(super) marked: Vec<String>,
    /// The worst tie of the clocks, in milliseconds.
    pub(super) clock_error: f64,
    /// The share of the machine that others used.
    pub(super) others: Option<f64>,
}

/// How far the largest share must lead for there to be a right verdict.
const LEAD_MS: f64 = 50.0;

impl Sample {
    /// The verdict that is right; `None` where no share leads by enough.
    ///
    /// What a proxy holds is the server's, as the record's `generate` has it.
    pub(super) fn expected(&self) -> Option<Verdict> {
        let Truth {
            request,
            arrival,
            frame,
            paint,
            ..
        } = self.truth;
        let mut shares = [
            (paint.or(frame)? - arrival, Verdict::Page),
            (request, Verdict::Network),
            (arrival - request, Verdict::Server),
        ];
        shares.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let [(most, verdict), (second, _), _] = shares;
        (most - second > LEAD_MS).then_some(verdict)
    }
}

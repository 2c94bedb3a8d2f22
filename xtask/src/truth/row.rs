//! A row: the errors of all its answers, summed up.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use ttft::millis::Millis;
use ttft::record::Verdict;

use super::bars::{self, Bar};
use super::sample::{End, Of, Sample};

/// The samples of a row, as they come.
#[derive(Debug)]
pub(super) struct Samples {
    of: Of,
    samples: Vec<Sample>,
    lost: Vec<String>,
}

/// What `--json` prints of a row. Errors are absolute, in milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    #[serde(flatten)]
    pub(super) of: Of,
    pub(super) n: usize,
    /// It was measured on a loaded machine, or some of it was lost: whatever
    /// it says, it counts as failed.
    pub(super) marked: bool,
    /// Absent without `Timing-Allow-Origin`.
    pub(super) headers: Option<Errors>,
    pub(super) arrival: Option<Arrival>,
    pub(super) commit: Option<Errors>,
    /// Absent where no trace tells the truth.
    pub(super) paint: Option<Errors>,
    pub(super) verdict: Verdicts,
    #[serde(skip)]
    pub(super) notes: Vec<String>,
    #[serde(skip)]
    pub(super) blamed_on_the_page: usize,
    #[serde(skip)]
    pub(super) bars: Vec<Bar>,
}

/// Of the absolute errors, by nearest rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Errors {
    pub(super) p50: f64,
    pub(super) p95: f64,
    pub(super) max: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Arrival {
    #[serde(flatten)]
    pub(super) errors: Errors,
    /// Of a timer in the app.
    pub(super) naive_p50: f64,
    pub(super) naive_p95: f64,
    /// Share of truths within `[lo, hi]`, give or take the clocks' tie.
    pub(super) inside: f64,
    pub(super) width_p50: f64,
    /// How many answers by which method.
    pub(super) methods: BTreeMap<String, usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Verdicts {
    pub(super) right: usize,
    pub(super) wrong: usize,
    pub(super) unclear: usize,
    /// No true share led by enough for there to be a right one.
    pub(super) excluded: usize,
}

impl Samples {
    pub(super) fn new(of: Of) -> Self {
        Samples {
            of,
            samples: vec![],
            lost: vec![],
        }
    }

    pub(super) fn add(&mut self, sample: Sample) {
        self.samples.push(sample);
    }

    pub(super) fn lost(&mut self, reason: String) {
        self.lost.push(reason);
    }

    pub(super) fn summary(self, end: End) -> Row {
        let Samples { of, samples, lost } = self;
        let errors = |error: &dyn Fn(&Sample) -> Option<f64>| {
            Errors::of(samples.iter().filter_map(error).map(f64::abs).collect())
        };
        let ms = |mark: Option<Millis>| mark.map(Millis::as_ms);

        let mut notes: Vec<String> = end.marked;
        notes.extend(lost.into_iter().map(|reason| format!("lost: {reason}")));
        let marked = !notes.is_empty();
        notes.push(format!("clocks tied to ±{:.2} ms", end.clock_error));
        if let Some(others) = end.others {
            notes.push(format!("others used {:.0} %", others * 100.0));
        }
        let unpainted = samples
            .iter()
            .filter(|sample| sample.record.verdict.is_none())
            .count();
        if unpainted > 0 {
            notes.push(format!("{unpainted} without a verdict"));
        }

        let mut row = Row {
            n: samples.len(),
            marked,
            headers: errors(&|it| Some(ms(it.record.marks.headers)? - it.truth.headers)),
            arrival: Arrival::of(&samples),
            commit: errors(&|it| Some(ms(it.record.marks.first_answer_commit)? - it.truth.commit)),
            paint: errors(&|it| Some(ms(it.record.marks.first_answer_paint)? - it.truth.paint?)),
            verdict: Verdicts::of(&samples),
            notes,
            blamed_on_the_page: samples
                .iter()
                .filter(|sample| sample.record.verdict == Some(Verdict::Page))
                .count(),
            bars: vec![],
            of,
        };
        row.bars = bars::of(&row);
        row
    }
}

impl Row {
    pub(super) fn misses(&self) -> usize {
        self.bars.iter().filter(|bar| !bar.kept).count() + usize::from(self.marked)
    }
}

impl Errors {
    fn of(mut errors: Vec<f64>) -> Option<Self> {
        errors.sort_by(f64::total_cmp);
        Some(Errors {
            p50: quantile(&errors, 0.5)?,
            p95: quantile(&errors, 0.95)?,
            max: quantile(&errors, 1.0)?,
        })
    }
}

impl Arrival {
    fn of(samples: &[Sample]) -> Option<Self> {
        let mut errors = vec![];
        let mut naive = vec![];
        let mut widths = vec![];
        let mut inside = 0;
        let mut methods = BTreeMap::new();
        for sample in samples {
            let (Some(backend), Some(arrival)) =
                (sample.record.segments.backend, &sample.record.arrival)
            else {
                continue;
            };
            let [lo, est, hi] = [backend.lo, backend.est, backend.hi].map(Millis::as_ms);
            let truth = sample.truth.arrival;
            errors.push((est - truth).abs());
            naive.push((sample.naive - truth).abs());
            widths.push(hi - lo);
            let within = lo - sample.tolerance..=hi + sample.tolerance;
            inside += usize::from(within.contains(&truth));
            let method = serde_json::to_value(arrival.method).unwrap_or_default();
            *methods
                .entry(method.as_str().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        let n = errors.len();
        let naive = Errors::of(naive)?;
        Some(Arrival {
            errors: Errors::of(errors)?,
            naive_p50: naive.p50,
            naive_p95: naive.p95,
            inside: inside as f64 / n as f64,
            width_p50: Errors::of(widths)?.p50,
            methods,
        })
    }
}

impl Verdicts {
    fn of(samples: &[Sample]) -> Self {
        let mut verdicts = Verdicts::default();
        for sample in samples {
            let count = match (sample.expected(), sample.record.verdict) {
                (None, _) => &mut verdicts.excluded,
                (Some(_), None | Some(Verdict::Unclear)) => &mut verdicts.unclear,
                (Some(expected), Some(said)) if expected == said => &mut verdicts.right,
                _ => &mut verdicts.wrong,
            };
            *count += 1;
        }
        verdicts
    }
}

/// The smallest value that so large a share of the sorted values does not
/// exceed.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil().max(1.0);
    sorted.get(rank as usize - 1).copied()
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Of {
            engine,
            load,
            stamps,
            tao,
            isolated,
        } = &self.of;
        let with = |is: &bool, what: &str| format!("{}{what}", if *is { "" } else { "no " });
        writeln!(
            f,
            "{engine} {load}: {}, {}, {}, n = {}",
            with(stamps, "stamps"),
            with(tao, "TAO"),
            if *isolated {
                "isolated"
            } else {
                "not isolated"
            },
            self.n
        )?;
        for (name, errors) in [
            ("headers", self.headers),
            ("arrival", self.arrival.as_ref().map(|it| it.errors)),
            ("commit", self.commit),
            ("paint", self.paint),
        ] {
            match errors {
                Some(Errors { p50, p95, max }) => {
                    write!(f, "  {name} {p50:.2}/{p95:.2}/{max:.2}")?;
                }
                None => write!(f, "  {name} -")?,
            }
        }
        if let Some(arrival) = &self.arrival {
            write!(
                f,
                "\n  naive {:.2}/{:.2}  inside {:.1} %  width {:.2} ",
                arrival.naive_p50,
                arrival.naive_p95,
                100.0 * arrival.inside,
                arrival.width_p50
            )?;
            for (method, count) in &arrival.methods {
                write!(f, " {method} {count}")?;
            }
        }
        let Verdicts {
            right,
            wrong,
            unclear,
            excluded,
        } = self.verdict;
        writeln!(
            f,
            "\n  verdict: {right} right, {wrong} wrong, {unclear} unclear, {excluded} apart"
        )?;
        for bar in &self.bars {
            writeln!(f, "  {bar}")?;
        }
        if self.marked {
            write!(f, "  MARKED ")?;
        }
        writeln!(f, "  ({})", self.notes.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Samples, quantile};
    use crate::truth::sample::Line;

    /// An answer that took 300 ms on the server, whose arrival is estimated
    /// `off` too late, with this verdict.
    fn sample(off: f64, verdict: &str) -> String {
        let est = 300.0 + off;
        format!(
            r#"{{"kind":"sample","tolerance":0.5,"naive":340,"number":0,
            "truth":{{"request":1,"headers":2,"arrival":300,"commit":341,"frame":350,"paint":352}},
            "record":{{"id":"a","rev":1,"t0":0,"outcome":"complete",
              "page":{{"id":"p","scope":"window","engine":"chromium/1","isolated":true,"resolution_ms":0.005,"sample_rate":1}},
              "request":{{"origin":"o","path":"/"}},
              "marks":{{"headers":2.5,"first_answer_commit":341.5,"first_answer_paint":354}},
              "segments":{{"backend":[{},{est},{}]}},
              "arrival":{{"method":"read"}},"verdict":"{verdict}","flags":[]}}}}"#,
            est - 1.0,
            est + 1.0,
        )
    }

    fn row(lines: &[String], marked: &str) -> super::Row {
        let of = r#"{"kind":"row","engine":"chromium","load":"idle","stamps":true,"tao":true,"isolated":true}"#;
        let mut samples = None;
        let end =
            format!(r#"{{"kind":"end","marked":[{marked}],"clock_error":0.5,"others":null}}"#);
        let all = std::iter::once(of).chain(lines.iter().map(String::as_str));
        for line in all.chain([end.as_str()]) {
            match serde_json::from_str(line).expect(line) {
                Line::Row(of) => samples = Some(Samples::new(of)),
                Line::Sample(sample) => samples.as_mut().expect("a row").add(*sample),
                Line::Lost { reason } => samples.as_mut().expect("a row").lost(reason),
                Line::End(end) => return samples.take().expect("a row").summary(end),
            }
        }
        unreachable!("the last line ends the row")
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(quantile(&values, 0.5), Some(10.0));
        assert_eq!(quantile(&values, 0.95), Some(19.0));
        assert_eq!(quantile(&values, 1.0), Some(20.0));
        assert_eq!(quantile(&[7.0], 0.05), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn errors_are_those_of_the_truth_in_either_direction() {
        let row = row(&[sample(-1.25, "server"), sample(1.0, "server")], "");
        let headers = row.headers.expect("headers");
        assert_eq!([headers.p50, headers.max], [0.5, 0.5]);
        let arrival = row.arrival.expect("arrivals");
        assert_eq!([arrival.errors.p50, arrival.errors.max], [1.0, 1.25]);
        assert_eq!(arrival.naive_p50, 40.0);
        assert_eq!(arrival.width_p50, 2.0);
        // The tie of the clocks lets 0.25 ms beside the interval pass.
        assert_eq!(arrival.inside, 1.0);
        assert_eq!(row.paint.expect("paint").max, 2.0);
        assert_eq!(row.commit.expect("commit").max, 0.5);
    }

    #[test]
    fn a_truth_beside_the_interval_is_outside() {
        let row = row(&[sample(1.6, "server"), sample(0.0, "server")], "");
        assert_eq!(row.arrival.expect("arrivals").inside, 0.5);
    }

    #[test]
    fn verdicts_are_right_wrong_or_unclear() {
        let row = row(
            &[
                sample(0.0, "server"),
                sample(0.0, "page"),
                sample(0.0, "unclear"),
            ],
            "",
        );
        let verdict = row.verdict;
        assert_eq!([verdict.right, verdict.wrong, verdict.unclear], [1, 1, 1]);
        assert!(row.misses() > 0);
    }

    #[test]
    fn a_close_race_has_no_right_verdict() {
        let close = sample(0.0, "page").replace("\"arrival\":300", "\"arrival\":190");
        let row = row(&[close], "");
        assert_eq!(row.verdict.excluded, 1);
    }

    #[test]
    fn a_marked_row_has_failed_whatever_it_says() {
        let good = [sample(0.0, "server")];
        assert_eq!(
            row(&good, "").bars.iter().filter(|bar| !bar.kept).count(),
            1
        );
        let marked = row(&good, "\"others used 60 %\"");
        assert!(marked.marked);
        assert_eq!(marked.misses(), row(&good, "").misses() + 1);
        let json = serde_json::to_value(&marked).expect("JSON");
        let keys: Vec<_> = json.as_object().expect("an object").keys().collect();
        assert_eq!(
            keys,
            [
                "arrival", "commit", "engine", "headers", "isolated", "load", "marked", "n",
                "paint", "stamps", "tao", "verdict"
            ]
        );
    }
}

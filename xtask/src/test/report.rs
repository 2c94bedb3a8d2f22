//! What the steps came to, and the lines that say so.

use std::time::{Duration, Instant};

/// How many cases passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Tally {
    pub(super) const PASSED: Tally = Tally {
        passed: 1,
        failed: 0,
        skipped: 0,
    };
    pub(super) const FAILED: Tally = Tally {
        passed: 0,
        failed: 1,
        skipped: 0,
    };

    pub(super) fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[derive(Debug)]
struct Step {
    name: String,
    time: Duration,
    tally: Tally,
}

/// Everything that ran.
#[derive(Debug, Default)]
pub(super) struct Report {
    steps: Vec<Step>,
    /// One line each: where, and what.
    remarks: Vec<String>,
}

impl Report {
    /// Runs a step that counts its cases itself.
    pub(super) fn step(
        &mut self,
        name: &str,
        run: impl FnOnce(&mut Self) -> anyhow::Result<Tally>,
    ) {
        println!("\n== {name}");
        let since = Instant::now();
        let tally = run(self).unwrap_or_else(|error| {
            self.failed(name, &format!("{error:#}"));
            Tally::FAILED
        });
        self.add(name, since.elapsed(), tally);
    }

    /// Runs a step that is one case; true when it passed.
    pub(super) fn check(&mut self, name: &str, run: impl FnOnce() -> anyhow::Result<()>) -> bool {
        let mut passed = false;
        self.step(name, |_| {
            run()?;
            passed = true;
            Ok(Tally::PASSED)
        });
        passed
    }

    pub(super) fn add(&mut self, name: &str, time: Duration, tally: Tally) {
        self.steps.push(Step {
            name: name.into(),
            time,
            tally,
        });
    }

    /// Says at once, and again in the summary, what failed. Counts nothing.
    pub(super) fn failed(&mut self, name: &str, message: &str) {
        eprintln!("{name} failed: {message}");
        self.failed_before(name, message);
    }

    /// As [`Report::failed`], for what was said when it happened.
    pub(super) fn failed_before(&mut self, name: &str, message: &str) {
        self.remarks.push(format!("FAILED {name}: {message}"));
    }

    /// Says in the summary what was left out and why. Counts nothing.
    pub(super) fn skipped(&mut self, name: &str, reason: &str) {
        self.remarks.push(format!("skipped {name}: {reason}"));
    }

    /// Also when nothing passed at all: then nothing was tested.
    pub(super) fn is_red(&self) -> bool {
        let total = self.total();
        total.failed > 0 || total.passed == 0
    }

    fn total(&self) -> Tally {
        let mut total = Tally::default();
        for step in &self.steps {
            total.add(step.tally);
        }
        total
    }

    /// The time and counts of each step, what failed or was skipped, and the
    /// line that scripts read.
    pub(super) fn print(&self) {
        println!(
            "\n{:>8}  {:>6} {:>6} {:>7}",
            "seconds", "passed", "failed", "skipped"
        );
        for Step { name, time, tally } in &self.steps {
            let Tally {
                passed,
                failed,
                skipped,
            } = tally;
            let seconds = time.as_secs_f64();
            println!("{seconds:>8.1}  {passed:>6} {failed:>6} {skipped:>7}  {name}");
        }
        let whole: Duration = self.steps.iter().map(|step| step.time).sum();
        println!("{:>8.1}  in all", whole.as_secs_f64());
        for remark in &self.remarks {
            println!("{remark}");
        }
        let Tally {
            passed,
            failed,
            skipped,
        } = self.total();
        println!("{passed} passed, {failed} failed, {skipped} skipped");
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::{Report, Tally};

    #[test]
    fn one_failed_step_turns_the_report_red() {
        let mut report = Report::default();
        assert!(report.check("good", || Ok(())));
        assert!(!report.is_red());
        assert!(!report.check("bad", || bail!("broken")));
        assert!(report.is_red());
        assert_eq!(
            report.total(),
            Tally {
                passed: 1,
                failed: 1,
                skipped: 0
            }
        );
        assert_eq!(report.remarks, ["FAILED bad: broken"]);
    }

    #[test]
    fn a_report_without_a_passed_case_is_red() {
        let mut report = Report::default();
        assert!(report.is_red());
        report.step("skips all", |_| {
            Ok(Tally {
                skipped: 3,
                ..Tally::default()
            })
        });
        assert!(report.is_red());
    }
}

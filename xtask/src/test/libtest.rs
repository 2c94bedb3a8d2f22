//! Reads what `cargo test` prints: cargo's own lines, and those of each test
//! binary between `running 3 tests` and `test result: …`.

use super::report::Tally;

/// What has been read so far.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) tally: Tally,
    /// Names of failed tests.
    pub(super) failures: Vec<String>,
    /// Names of tests that didn't run, and why.
    pub(super) skips: Vec<(String, String)>,
    /// What cargo said it would run, like `Running tests/page.rs (…)`.
    name: String,
    /// The binary that is running.
    binary: Option<Binary>,
}

#[derive(Debug, Default)]
struct Binary {
    lines: Vec<String>,
    /// The test whose captured output is being listed.
    listed: Option<String>,
    /// How many tests skipped themselves.
    skipped: u64,
}

impl Output {
    /// One line; passes on what a person should read. A binary whose tests all
    /// pass is worth one line, or none if it has no tests.
    pub(super) fn line(&mut self, line: &str, mut print: impl FnMut(&str)) {
        if is_start(line) {
            // The one before may have broken off.
            self.end(&mut print);
            self.binary = Some(Binary::default());
        } else if let Some(name) = name(line) {
            self.end(&mut print);
            name.clone_into(&mut self.name);
        } else if let Some(mut binary) = self.binary.take() {
            if let Some(counts) = line.strip_prefix("test result: ") {
                self.result(counts, &binary, print);
            } else {
                self.test(line, &mut binary);
                binary.lines.push(line.into());
                self.binary = Some(binary);
            }
        } else if !line.is_empty() {
            print(line);
        }
    }

    /// After the last line, and wherever a binary has broken off: what it
    /// printed, counted as one failure.
    pub(super) fn end(&mut self, mut print: impl FnMut(&str)) {
        let Some(binary) = self.binary.take() else {
            return;
        };
        print(&self.name);
        for line in &binary.lines {
            print(line);
        }
        self.failures
            .push(format!("{}: broke off", self.name.trim()));
        self.tally.failed += 1;
    }

    fn test(&mut self, line: &str, binary: &mut Binary) {
        if let Some(rest) = line.strip_prefix("---- ") {
            binary.listed = rest.split(" stdout").next().map(str::to_owned);
        } else if let Some(reason) = line.strip_prefix("skipped: ") {
            // A test that can't run here says so and returns.
            if let Some(test) = binary.listed.take() {
                self.skips.push((test, reason.into()));
                binary.skipped += 1;
            }
        } else if let Some(rest) = line.strip_prefix("test ") {
            if let Some(test) = rest.strip_suffix(" ... FAILED") {
                self.failures.push(test.into());
            } else if let Some((test, reason)) = rest.split_once(" ... ignored") {
                let reason = reason.trim_start_matches(", ");
                let reason = if reason.is_empty() { "ignored" } else { reason };
                self.skips.push((test.into(), reason.into()));
            }
        }
    }

    fn result(&mut self, counts: &str, binary: &Binary, mut print: impl FnMut(&str)) {
        let tally = tally(counts, binary.skipped);
        if tally.failed > 0 {
            for line in &binary.lines {
                print(line);
            }
        }
        if tally != Tally::default() {
            let counts = counts
                .replace("; 0 measured", "")
                .replace("; 0 filtered out", "");
            print(&format!("{}: {counts}", self.name));
        }
        self.tally.add(tally);
    }
}

fn is_start(line: &str) -> bool {
    line.strip_prefix("running ")
        .and_then(|rest| rest.split_once(' '))
        .is_some_and(|(number, tests)| {
            number.parse::<u64>().is_ok() && matches!(tests, "test" | "tests")
        })
}

/// cargo's announcement of a binary, without the file it was built to.
fn name(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let announced = rest.starts_with("Running ") || rest.starts_with("Doc-tests ");
    // libtest's own lines and those of tests stand at the margin.
    (announced && rest.len() < line.len())
        .then(|| line.split_once(" (").map_or(line, |(name, _)| name))
}

/// Reads `ok. 3 passed; 0 failed; 1 ignored; …`. Who skipped itself counts as
/// passed there.
fn tally(text: &str, skipped: u64) -> Tally {
    let count = |what: &str| {
        text.split(['.', ';'])
            .filter_map(|part| part.trim().split_once(' '))
            .find(|(_, word)| *word == what)
            .and_then(|(number, _)| number.parse::<u64>().ok())
            .unwrap_or_default()
    };
    Tally {
        passed: count("passed").saturating_sub(skipped),
        failed: count("failed"),
        skipped: count("ignored") + skipped,
    }
}

#[cfg(test)]
mod tests {
    use super::{Output, Tally};

    fn read(text: &str) -> (Output, Vec<String>) {
        let (mut output, mut printed) = (Output::default(), vec![]);
        for line in text.lines() {
            output.line(line, |line| printed.push(line.to_owned()));
        }
        output.end(|line| printed.push(line.to_owned()));
        (output, printed)
    }

    #[test]
    fn results_of_several_binaries_add_up() {
        let (output, printed) = read(
            "running 2 tests\n\
             test a ... ok\n\
             test b ... ignored, takes an hour\n\n\
             test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
             running 0 tests\n\n\
             test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
             running 1 test\n\
             test c ... ok\n\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(
            output.tally,
            Tally {
                passed: 2,
                failed: 0,
                skipped: 1
            }
        );
        assert_eq!(output.skips, [("b".into(), "takes an hour".into())]);
        assert_eq!(
            printed
                .iter()
                .filter(|line| line.contains(" passed"))
                .count(),
            2
        );
        assert!(
            !printed.iter().any(|line| line.contains("test a")),
            "{printed:?}"
        );
    }

    #[test]
    fn a_failed_test_is_named_and_its_binary_printed_whole() {
        let (output, printed) = read(
            "running 2 tests\n\
             test good ... ok\n\
             test module::bad ... FAILED\n\n\
             failures:\n\n\
             ---- module::bad stdout ----\n\
             thread 'module::bad' panicked at src/lib.rs:1:1:\n\n\
             test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!(
            output.tally,
            Tally {
                passed: 1,
                failed: 1,
                skipped: 0
            }
        );
        assert_eq!(output.failures, ["module::bad"]);
        assert!(
            printed.iter().any(|line| line.contains("panicked at")),
            "{printed:?}"
        );
    }

    #[test]
    fn a_test_that_skips_itself_is_not_counted_as_passed() {
        let (output, _) = read(
            "running 2 tests\n\
             test recorded ... ok\n\
             test other ... ok\n\n\
             successes:\n\n\
             ---- recorded stdout ----\n\
             skipped: no recorded streams at ../fixtures\n\n\
             successes:\n    other\n    recorded\n\n\
             test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        );
        assert_eq!(
            output.tally,
            Tally {
                passed: 1,
                failed: 0,
                skipped: 1
            }
        );
        assert_eq!(
            output.skips,
            [(
                "recorded".into(),
                "no recorded streams at ../fixtures".into()
            )]
        );
    }

    #[test]
    fn a_binary_that_broke_off_is_printed_and_counted() {
        let (output, printed) = read(
            "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\n\
             running 1 test\n\
             memory allocation failed\n\
             \x20    Running tests/page.rs (target/debug/deps/page-1)\n\n\
             running 1 test\n\
             test a ... ok\n\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n",
        );
        assert_eq!(
            output.tally,
            Tally {
                passed: 1,
                failed: 1,
                skipped: 0
            }
        );
        assert_eq!(output.failures, ["Running unittests src/lib.rs: broke off"]);
        assert!(printed.contains(&"memory allocation failed".to_owned()));
        assert!(
            printed.contains(
                &"     Running tests/page.rs: ok. 1 passed; 0 failed; 0 ignored; finished in 0.01s"
                    .to_owned()
            )
        );
    }

    #[test]
    fn what_cargo_itself_says_is_passed_on() {
        let (_, printed) = read("   Compiling ttft v0.1.0\nerror: could not compile `ttft`\n");
        assert_eq!(printed.len(), 2);
    }
}

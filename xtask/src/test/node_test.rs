//! `node --test`, and its results.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, bail};

use super::report::{Report, Tally};
use crate::{command, node};

/// The package as Node sees it: tests/node.
pub(super) fn package(report: &mut Report) {
    report.step("node --test", |report| {
        let folder = command::root().join("tests/node");
        let mut files: Vec<PathBuf> = fs::read_dir(&folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
            .collect();
        files.sort();
        let node = Command::new(node::tools()?.node());
        run(node, &files, "node --test", report)
    });
}

/// Runs test files with this Node. `name` is what failures are listed under.
pub(super) fn run(
    mut node: Command,
    files: &[PathBuf],
    name: &str,
    report: &mut Report,
) -> anyhow::Result<Tally> {
    let tap = command::root().join("target/node-test.tap");
    let _ = fs::remove_file(&tap);
    node.args([
        "--test",
        "--test-timeout=180000",
        "--test-reporter=dot",
        "--test-reporter-destination=stdout",
    ])
    .args(["--test-reporter=tap", "--test-reporter-destination"])
    .arg(&tap)
    .args(files);
    let green = command::tied(&mut node)?;
    let text = fs::read_to_string(&tap).context("node --test ended without a result")?;
    let tally = tap_tally(&text);
    for title in text.lines().filter_map(tap_failure) {
        report.failed_before(name, title);
    }
    if !green && tally.failed == 0 || tally.passed == 0 {
        bail!("node --test failed without naming a case");
    }
    Ok(tally)
}

/// The title in `not ok 3 - the title`.
fn tap_failure(line: &str) -> Option<&str> {
    let (_, title) = line
        .trim_start()
        .strip_prefix("not ok ")?
        .split_once(" - ")?;
    Some(title)
}

/// Reads the counts at the end of node's TAP: `# pass 3`.
fn tap_tally(text: &str) -> Tally {
    let count = |what: &str| {
        text.lines()
            .filter_map(|line| line.strip_prefix("# ")?.split_once(' '))
            .filter(|(word, _)| *word == what)
            .filter_map(|(_, number)| number.parse::<u64>().ok())
            .sum::<u64>()
    };
    Tally {
        passed: count("pass"),
        failed: count("fail") + count("cancelled"),
        skipped: count("skipped") + count("todo"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Tally, tap_failure, tap_tally};

    #[test]
    fn a_failed_node_test_is_named() {
        assert_eq!(tap_failure("    not ok 3 - a title"), Some("a title"));
        assert_eq!(tap_failure("    ok 4 - another"), None);
    }

    #[test]
    fn cancelled_node_tests_count_as_failed() {
        let tally = tap_tally(
            "ok 1 - a\n# tests 4\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n",
        );
        assert_eq!(
            tally,
            Tally {
                passed: 1,
                failed: 2,
                skipped: 1
            }
        );
    }
}

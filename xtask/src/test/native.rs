//! What cargo runs: formatting, lints, and the tests that need no browser.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use super::libtest::Output;
use super::report::Report;
use crate::{build, command};

pub(super) fn run(report: &mut Report) {
    report.check("cargo fmt", || {
        component("rustfmt", &["fmt", "--version"])?;
        command::run(
            &mut cargo(&["fmt", "--all", "--check"]),
            "run `cargo fmt --all`",
        )
    });
    report.check("cargo clippy", || {
        component("clippy", &["clippy", "--version"])?;
        // Warnings are errors here and not in the manifest, so that they never
        // stop a build while somebody is writing.
        command::run(
            &mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "-D",
                "warnings",
            ]),
            "repair what is named above",
        )?;
        // The parts that only exist for fuzzers, and for browsers.
        build::add_target()?;
        for part in [
            &["--", "--cfg", "fuzzing", "-D", "warnings"][..],
            &[
                "--target",
                build::TARGET,
                "--",
                "-Ctarget-feature=+simd128",
                "-D",
                "warnings",
            ],
        ] {
            command::run(
                cargo(&["clippy", "--package", "ttft", "--lib", "--quiet"]).args(part),
                "repair what is named above",
            )?;
        }
        Ok(())
    });
    report.step("cargo test", |report| {
        // --show-output, to hear from tests that skip themselves.
        let mut command = cargo(&[
            "test",
            "--workspace",
            "--no-fail-fast",
            "--",
            "--show-output",
        ]);
        // One pipe for both, or the names of the binaries, which cargo prints to
        // the other stream, would not stand by their results.
        let (lines, writer) = std::io::pipe()?;
        let mut child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
        // It holds our ends of the pipe, which would otherwise never end.
        drop(command);
        let mut output = Output::default();
        for line in BufReader::new(lines).lines() {
            output.line(&line?, |line| println!("{line}"));
        }
        let status = child.wait()?;
        output.end(|line| println!("{line}"));
        if !status.success() && output.tally.failed == 0 {
            output.failures.push(format!("{status}, see above"));
            output.tally.failed = 1;
        }
        for failure in &output.failures {
            report.failed("cargo test", failure);
        }
        for (test, reason) in &output.skips {
            report.skipped(test, reason);
        }
        Ok(output.tally)
    });
}

fn cargo(args: &[&str]) -> Command {
    let mut command = command::cargo();
    command.args(args);
    command
}

/// rustup's minimal profile comes without these two.
fn component(name: &str, probe: &[&str]) -> anyhow::Result<()> {
    if cargo(probe).output()?.status.success() {
        return Ok(());
    }
    println!("rustup component add {name}");
    command::run(
        Command::new("rustup").args(["component", "add", name]),
        &format!("install {name} beside the Rust that is on PATH"),
    )
}

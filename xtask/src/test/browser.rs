//! What browsers run: tests/browser/run.mjs and the proof that it turns red.

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::Options;
use super::install::{self, Engine};
use super::node_test;
use super::report::{Report, Tally};
use crate::node::{self, Tools};
use crate::{build, command, size};

pub(super) fn run(options: &Options, report: &mut Report) {
    for engine in &options.skip_browser {
        report.skipped(engine.name(), "left out by --skip-browser");
        report.add(
            engine.name(),
            Duration::ZERO,
            Tally {
                skipped: 1,
                ..Tally::default()
            },
        );
    }
    let engines = options.engines();
    report.check("browsers", || install::browsers(&engines));
    // Those that are there run, whatever became of the others.
    let engines: Vec<(Engine, PathBuf)> = engines
        .into_iter()
        .filter_map(|engine| Some((engine, engine.program()?)))
        .collect();
    if engines.is_empty() {
        return;
    }

    let mut built = None;
    let ready = report.check("cargo build", || {
        build::programs()?;
        built = Some(Runner::new()?);
        Ok(())
    });
    let Some(runner) = built.filter(|_| ready) else {
        return;
    };

    if options.suite.is_empty() {
        report.check("cargo xtask size", size::check);
    }

    // One engine is enough to prove the harness, and only Chromium takes the
    // seconds and not the minutes.
    if let Some(chromium) = engines
        .iter()
        .find(|(engine, _)| *engine == Engine::Chromium)
        && options.suite.is_empty()
    {
        report.step("harness turns red", |report| runner.prove(chromium, report));
    }
    report.run_suites(&runner, &engines, &options.suite);
}

fn folder() -> PathBuf {
    command::root().join("tests/browser")
}

/// Where the suite of this name would be.
pub(super) fn suite_file(name: &str) -> PathBuf {
    folder().join("suites").join(format!("{name}.mjs"))
}

impl Report {
    fn run_suites(&mut self, runner: &Runner, engines: &[(Engine, PathBuf)], suites: &[String]) {
        println!("\n== browser suites");
        match runner.run(engines, suites) {
            Ok(verdicts) => {
                for verdict in verdicts {
                    for (title, message) in &verdict.failures {
                        self.failed_before(&format!("{}: {title}", verdict.name), message);
                    }
                    for (title, reason) in &verdict.skips {
                        self.skipped(&format!("{}: {title}", verdict.name), reason);
                    }
                    self.add(&verdict.name, verdict.time, verdict.tally);
                }
            }
            Err(error) => {
                self.failed("browser suites", &format!("{error:#}"));
                self.add("browser suites", Duration::ZERO, Tally::FAILED);
            }
        }
    }
}

/// The runner and what it needs.
#[derive(Debug)]
pub(crate) struct Runner {
    tools: Tools,
    /// Where cargo puts the workspace's programs.
    programs: PathBuf,
    /// A certificate and its key, for what https pages report to.
    pem: PathBuf,
}

/// One suite in one engine.
#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    name: String,
    time: Duration,
    tally: Tally,
    failures: Vec<(String, String)>,
    skips: Vec<(String, String)>,
}

impl Runner {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let programs = program.parent().context("this program is in no folder")?;
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
        let pem = command::root().join("target/browser-inbox.pem");
        fs::write(&pem, made.cert.pem() + &made.signing_key.serialize_pem())?;
        Ok(Runner {
            tools: node::tools()?,
            programs: programs.into(),
            pem,
        })
    }

    /// The arguments that name servers and browsers.
    fn arguments(&self, engines: &[(Engine, PathBuf)]) -> Vec<String> {
        let program = |name: &str| self.programs.join(name).display().to_string();
        let mut arguments = vec![
            "--replay".into(),
            program("ttft-replay"),
            "--collector".into(),
            program("ttft-collector"),
            "--pem".into(),
            self.pem.display().to_string(),
        ];
        for (engine, path) in engines {
            arguments.push("--engine".into());
            arguments.push(format!("{}={}", engine.name(), path.display()));
        }
        arguments
    }

    fn run(
        &self,
        engines: &[(Engine, PathBuf)],
        suites: &[String],
    ) -> anyhow::Result<Vec<Verdict>> {
        let result = command::root().join("target/browser-result.json");
        let _ = fs::remove_file(&result);
        let together = thread::available_parallelism().map_or(1, NonZero::get);
        let mut node = Command::new(self.tools.node());
        node.arg(folder().join("run.mjs"))
            .args(self.arguments(engines))
            .args(["--together", &together.to_string()])
            .args(suites.iter().flat_map(|suite| ["--suite", suite]))
            .arg("--result")
            .arg(&result);
        let green = command::tied(&mut node)?;
        let verdicts = fs::read(&result)
            .context("the runner ended without a result")
            .and_then(|json| verdicts(&json))?;
        let failed = verdicts.iter().any(|verdict| verdict.tally.failed > 0);
        if !green && !failed {
            bail!("the runner failed, though no suite did");
        }
        for (engine, _) in engines {
            let prefix = format!("{}/", engine.name());
            if !failed
                && !verdicts
                    .iter()
                    .any(|verdict| verdict.name.starts_with(&prefix))
            {
                bail!("no suite ran in {}", engine.name());
            }
        }
        Ok(verdicts)
    }

    /// Runs a file of tests/browser/benches, if need be with one more folder
    /// mounted, and returns the runner's verdicts as they are, one per engine.
    pub(crate) fn bench(
        &self,
        name: &str,
        engines: &[(Engine, PathBuf)],
        mount: Option<&str>,
    ) -> anyhow::Result<Vec<Value>> {
        let result = command::root().join("target/bench-result.json");
        let _ = fs::remove_file(&result);
        let mut node = Command::new(self.tools.node());
        node.arg(folder().join("run.mjs"))
            .args(self.arguments(engines))
            .args(["--suites", "benches", "--suite", name])
            .args(mount.iter().flat_map(|mount| ["--mount", mount]))
            .arg("--result")
            .arg(&result)
            // The figures come in the result.
            .stdout(Stdio::null());
        command::tied(&mut node)?;
        let result = fs::read(&result).context("the runner ended without a result")?;
        Ok(serde_json::from_slice(&result)?)
    }

    /// Runs the harness's own tests.
    fn prove(&self, chromium: &(Engine, PathBuf), report: &mut Report) -> anyhow::Result<Tally> {
        let arguments = self.arguments(std::slice::from_ref(chromium));
        let mut node = Command::new(self.tools.node());
        node.env("TTFT_RUN", serde_json::to_string(&arguments)?);
        let file = folder().join("runner/harness.test.mjs");
        node_test::run(node, &[file], "harness turns red", report)
    }
}

fn verdicts(json: &[u8]) -> anyhow::Result<Vec<Verdict>> {
    let verdicts: Vec<Value> = serde_json::from_slice(json)?;
    verdicts.iter().map(verdict).collect()
}

fn verdict(value: &Value) -> anyhow::Result<Verdict> {
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    let count = |key: &str| {
        value[key]
            .as_u64()
            .with_context(|| format!("a verdict without {key}"))
    };
    let list = |key: &str| {
        let items = value[key].as_array().map(Vec::as_slice).unwrap_or_default();
        let part = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
        items
            .iter()
            .map(|item| (part(item, "title"), part(item, "message")))
            .collect()
    };
    Ok(Verdict {
        name: format!("{}/{}", text("engine"), text("suite")),
        time: Duration::from_secs_f64(value["seconds"].as_f64().unwrap_or_default()),
        tally: Tally {
            passed: count("passed")?,
            failed: count("failed")?,
            skipped: count("skipped")?,
        },
        failures: list("failures"),
        skips: list("skips"),
    })
}

#[cfg(test)]
mod tests {
    use super::{Tally, verdicts};

    #[test]
    fn a_verdict_keeps_its_counts_and_reasons() {
        let read = verdicts(
            br#"[{"engine":"webkit","suite":"harness","seconds":1.5,"passed":2,"failed":1,"skipped":1,
                "failures":[{"title":"a","message":"m"}],"skips":[{"title":"b","message":"r"}]}]"#,
        )
        .expect("verdicts");
        assert_eq!(read[0].name, "webkit/harness");
        assert_eq!(
            read[0].tally,
            Tally {
                passed: 2,
                failed: 1,
                skipped: 1
            }
        );
        assert_eq!(read[0].failures, [("a".into(), "m".into())]);
        assert_eq!(read[0].skips, [("b".into(), "r".into())]);
    }

    #[test]
    fn a_verdict_without_counts_is_an_error() {
        assert!(verdicts(br#"[{"engine":"webkit","suite":"harness"}]"#).is_err());
    }
}

//! `cargo xtask test`: every test there is, and one line that sums them up.

pub(crate) mod browser;
pub(crate) mod install;
mod libtest;
mod native;
mod node_test;
mod report;

use anyhow::bail;
use clap::ValueEnum;

use install::Engine;
use report::Report;

use crate::build;

/// Options of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Leave a browser out, where it can't be installed; not where CI=true
    #[arg(long, value_name = "NAME", value_enum)]
    skip_browser: Vec<Engine>,

    /// Run one half only: what cargo runs, or what browsers run
    #[arg(long, value_name = "HALF", value_enum)]
    only: Option<Half>,

    /// Run only this suite of tests/browser/suites, by the file's name;
    /// implies --only browser
    #[arg(long, value_name = "NAME")]
    suite: Vec<String>,

    /// Run browser suites only in this engine; implies --only browser
    #[arg(long, value_name = "NAME", value_enum)]
    engine: Vec<Engine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Half {
    Native,
    Browser,
}

/// Runs the tests; a failed one ends this process with code 1, after the
/// summary.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    options.check(std::env::var("CI").is_ok_and(|ci| ci == "true"))?;
    let half = options.half();
    let mut report = Report::default();
    if half != Some(Half::Browser) {
        native::run(&mut report);
    }
    // Node and the browsers both test the package.
    let built = report.check("cargo xtask build", || {
        build::run(&build::Options::default())
    });
    if built && half != Some(Half::Browser) {
        node_test::package(&mut report);
    }
    if built && half != Some(Half::Native) {
        browser::run(options, &mut report);
    }
    report.print();
    if report.is_red() {
        // Not an error for main: the summary is the last line.
        std::process::exit(1);
    }
    Ok(())
}

impl Options {
    fn check(&self, ci: bool) -> anyhow::Result<()> {
        if ci && !self.skip_browser.is_empty() {
            bail!(
                "--skip-browser is for a person's machine; with CI=true every browser must run: \
                 remove the option, or unset CI"
            );
        }
        let narrowed = !self.suite.is_empty() || !self.engine.is_empty();
        if narrowed && self.only == Some(Half::Native) {
            bail!("--suite and --engine choose among browser suites: remove --only native");
        }
        for name in &self.suite {
            if !browser::suite_file(name).is_file() {
                bail!("no suite is named {name}: tests/browser/suites/ has a file for each");
            }
        }
        if self.engines().is_empty() {
            bail!("no browser is left to run: remove a --skip-browser, or use --only native");
        }
        Ok(())
    }

    fn half(&self) -> Option<Half> {
        if self.suite.is_empty() && self.engine.is_empty() {
            self.only
        } else {
            Some(Half::Browser)
        }
    }

    /// The engines to run, in the order of their names.
    fn engines(&self) -> Vec<Engine> {
        Engine::value_variants()
            .iter()
            .copied()
            .filter(|engine| self.engine.is_empty() || self.engine.contains(engine))
            .filter(|engine| !self.skip_browser.contains(engine))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Engine, Half, Options};

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn options(words: &[&str]) -> Options {
        let line = std::iter::once("test").chain(words.iter().copied());
        Line::try_parse_from(line).expect("valid options").options
    }

    #[test]
    fn a_browser_can_be_left_out_but_not_in_ci() {
        let options = options(&["--skip-browser", "webkit"]);
        assert_eq!(options.engines(), [Engine::Chromium, Engine::Firefox]);
        assert!(options.check(false).is_ok());
        let refusal = options.check(true).expect_err("refused").to_string();
        assert!(refusal.contains("unset CI"), "{refusal}");
    }

    #[test]
    fn a_suite_or_an_engine_means_the_browser_half() {
        assert_eq!(options(&[]).half(), None);
        assert_eq!(options(&["--suite", "harness"]).half(), Some(Half::Browser));
        assert_eq!(
            options(&["--engine", "firefox"]).half(),
            Some(Half::Browser)
        );
        let contradiction = options(&["--only", "native", "--suite", "harness"]);
        assert!(contradiction.check(false).is_err());
    }

    #[test]
    fn leaving_every_browser_out_is_refused() {
        let none = options(&["--engine", "webkit", "--skip-browser", "webkit"]);
        assert!(none.check(false).is_err());
    }
}

//! The browsers, installed with apt-get where that is possible.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ValueEnum;

use crate::command;

/// A browser engine that suites run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    /// As options and reports have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::Webkit => "webkit",
        }
    }

    /// The program that the driver starts.
    pub(crate) fn program(self) -> Option<PathBuf> {
        let names: &[&str] = match self {
            Engine::Chromium => &["chromium", "chromium-browser", "google-chrome"],
            Engine::Firefox => &["firefox-esr", "firefox"],
            Engine::Webkit => &["WebKitWebDriver"],
        };
        // WebKitGTK has no headless mode.
        if self == Engine::Webkit {
            command::find("Xvfb")?;
        }
        names.iter().find_map(|name| command::find(name))
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Engine::Chromium => &["chromium"],
            Engine::Firefox => &["firefox-esr"],
            Engine::Webkit => &["webkit2gtk-driver", "xvfb"],
        }
    }
}

/// Installs what is missing of these engines, if that can be done without
/// asking anybody anything.
///
/// # Errors
///
/// Names what is missing and the command that would install it.
pub(crate) fn browsers(engines: &[Engine]) -> anyhow::Result<()> {
    let missing: Vec<Engine> = engines
        .iter()
        .copied()
        .filter(|engine| engine.program().is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|engine| engine.packages())
        .copied()
        .collect();
    let names: Vec<&str> = missing.iter().map(|engine| engine.name()).collect();
    let by_hand = format!(
        "install them with `sudo apt-get install {}`, or leave them out with `--skip-browser {}`",
        packages.join(" "),
        names.join(" --skip-browser "),
    );
    let Some(prefix) = privilege() else {
        anyhow::bail!(
            "{} missing, and no right to install: {by_hand}",
            names.join(" and ")
        );
    };
    println!("installing {}", packages.join(" "));
    // A fresh container has no package lists.
    apt_get(prefix, &["update", "--quiet=2"], &by_hand)?;
    let install = ["install", "--yes", "--quiet=2", "--no-install-recommends"];
    apt_get(prefix, &[&install[..], &packages[..]].concat(), &by_hand)?;
    match missing.iter().find(|engine| engine.program().is_none()) {
        Some(engine) => anyhow::bail!(
            "apt-get installed {}, but {} has no program on PATH: {by_hand}",
            engine.packages().join(" "),
            engine.name()
        ),
        None => Ok(()),
    }
}

fn apt_get(prefix: &[&str], args: &[&str], by_hand: &str) -> anyhow::Result<()> {
    // Through env, since sudo drops variables.
    let words = [
        prefix,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        args,
    ]
    .concat();
    let (program, args) = words.split_first().unwrap_or((&"apt-get", &[]));
    command::run(Command::new(program).args(args), by_hand)
}

/// What to put before a command to install packages; none if we may not, or
/// this is no Debian.
fn privilege() -> Option<&'static [&'static str]> {
    if !Path::new("/etc/debian_version").exists() {
        return None;
    }
    command::find("apt-get")?;
    let id = Command::new("id").arg("-u").output().ok()?;
    if id.stdout.trim_ascii() == b"0" {
        return Some(&[]);
    }
    // -n: fails where it would ask for a password.
    let sudo = Command::new("sudo")
        .args(["-n", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    sudo.then_some(&["sudo", "-n"])
}

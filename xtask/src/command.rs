//! Running other programs, with errors that name the fix.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// The root of the workspace.
///
/// cargo sets the variable for what it runs, so a target folder that two
/// clones share doesn't lead one clone's tasks into the other.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    package.parent().map_or_else(|| ".".into(), PathBuf::from)
}

/// Cargo in the workspace, as from a shell.
///
/// What the outer cargo said of our own package is withheld: ring's build
/// script watches these variables, so that each command would build ring, and
/// all that depends on it, twice.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if known.starts_with("CARGO_PKG_") || known.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Run to the end, its output on ours.
///
/// # Errors
///
/// When the program is missing or fails: what was run, how it ended, and
/// `fix`, which completes "to fix this: …".
pub(crate) fn run(command: &mut Command, fix: &str) -> anyhow::Result<()> {
    let status = command.status();
    let line = line(command);
    let status = status.with_context(|| not_started(&line, fix))?;
    if !status.success() {
        bail!("`{line}` failed ({status}); to fix this: {fix}");
    }
    Ok(())
}

/// Runs to the end, and says whether it succeeded. Its standard input ends when
/// this process does, so that what it started is not left behind when we are
/// killed.
pub(crate) fn tied(command: &mut Command) -> anyhow::Result<bool> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    // `wait` would close it at once.
    let _open = child.stdin.take();
    Ok(child.wait()?.success())
}

/// Where a program of this name is on `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

fn not_started(line: &str, fix: &str) -> String {
    format!("`{line}` could not be started; to fix this: {fix}")
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}

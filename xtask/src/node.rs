//! The JavaScript tools: Node 24 and what package.json names, from npm.
//!
//! The system's Node only runs npm. It may be 20, which half of the tools no
//! longer accept; the npm package `node` carries the binary of the right one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::command;

/// The installed tools.
#[derive(Debug)]
pub(crate) struct Tools {
    modules: PathBuf,
}

/// The tools, installed first when they are missing or not those of
/// package-lock.json.
///
/// # Errors
///
/// When npm is missing or fails; the message says what to do.
pub(crate) fn tools() -> anyhow::Result<Tools> {
    let root = command::root();
    let modules = root.join("node_modules");
    let tools = Tools { modules };
    let locked = fs::read(root.join("package-lock.json")).context(
        "package-lock.json is missing; restore it with `git checkout package-lock.json`",
    )?;

    // Two tasks at once (a build beside a test) would delete each other's
    // half-installed folder. The lock is released when the file is closed.
    let target = root.join("target");
    fs::create_dir_all(&target)?;
    let exclusive = File::create(target.join("npm.lock"))?;
    exclusive.lock()?;

    // A copy of the lock file, written last: modification times mean nothing
    // after a clone or in a restored cache, and an interrupted install leaves
    // no copy.
    let stamp = tools.modules.join(".installed-from.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == locked) && tools.node().exists() {
        return Ok(tools);
    }

    println!("npm ci: installing the JavaScript tools into node_modules/");
    let npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    command::run(
        Command::new("npm").args(npm).current_dir(&root),
        "install Node.js 20 or newer with npm (Debian: `apt-get install nodejs npm`), \
         then run `npm ci`",
    )?;
    if !tools.node().exists() {
        bail!(
            "npm installed no {}: npm runs install scripts only where they are allowed; \
             run `npm config set ignore-scripts false`, then `npm ci`",
            tools.node().display()
        );
    }
    fs::write(&stamp, &locked)?;
    Ok(tools)
}

impl Tools {
    /// Node 24.
    pub(crate) fn node(&self) -> PathBuf {
        self.modules.join("node/bin/node")
    }

    /// A command that an npm package brings (`wasm-opt`, `esbuild`), ready to
    /// take arguments.
    ///
    /// # Errors
    ///
    /// When no installed package has such a command.
    pub(crate) fn bin(&self, name: &str) -> anyhow::Result<Command> {
        let path = self.modules.join(".bin").join(name);
        if !path.exists() {
            bail!(
                "no npm package brings `{name}`: add its package to package.json with \
                 `npm install --save-dev`"
            );
        }
        let mut command = Command::new(path);
        command.env("PATH", self.path()?);
        Ok(command)
    }

    /// `PATH` with Node 24 first: most commands are scripts that begin with
    /// `#!/usr/bin/env node`, some are binaries.
    fn path(&self) -> anyhow::Result<OsString> {
        let bin = self.node();
        let bin = bin.parent().map(Path::to_path_buf);
        let path = std::env::var_os("PATH").unwrap_or_default();
        Ok(std::env::join_paths(
            bin.into_iter().chain(std::env::split_paths(&path)),
        )?)
    }
}

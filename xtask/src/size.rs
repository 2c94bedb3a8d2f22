//! `cargo xtask size`: what a page downloads, against the budget and against
//! `tests/size.snap`.
//!
//! Measured is what an app ships: `pkg/index.js` bundled by esbuild, each file
//! compressed by itself with brotli as a CDN would.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use crate::node::{self, Tools};
use crate::{build, command};

/// Bytes, compressed: the bar and the aim.
const TOTAL: [u64; 2] = [30_000, 20_000];
const EAGER: [u64; 2] = [6_000, 3_000];

/// Growth that is let through without `--update`, in thousandths.
const TOLERANCE: u64 = 10;

/// Options of `cargo xtask size`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Take today's sizes as the new snapshot
    #[arg(long)]
    update: bool,

    /// Also weigh the module with each cargo feature; minutes
    #[arg(long)]
    features: bool,

    /// Also weigh the module at other opt-levels and without LTO; minutes
    #[arg(long)]
    sweep: bool,
}

/// A file's bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    raw: u64,
    brotli: u64,
}

/// A file of the bundled page.
#[derive(Debug)]
struct Part {
    name: String,
    /// Downloaded with the app's own code, not when the first answer streams.
    eager: bool,
    weight: Weight,
}

/// All that a page downloads.
#[derive(Debug)]
struct Page {
    parts: Vec<Part>,
    /// The module by itself, as `./slim` serves it; not part of the total.
    module: Weight,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    build::run(&build::Options::default())?;
    let tools = node::tools()?;
    let page = measure(&tools)?;
    page.print();
    if options.features {
        features(&tools)?;
    }
    if options.sweep {
        sweep(&tools)?;
    }
    if options.update {
        fs::write(snapshot_file(), page.snapshot()?)?;
        println!("\ntests/size.snap is written");
        return Ok(());
    }
    page.compare(&fs::read_to_string(snapshot_file()).context(
        "tests/size.snap is missing; write it with `cargo xtask size --update` and commit it",
    )?)
}

/// The comparison alone, for `cargo xtask test`: pkg/ is built.
pub(crate) fn check() -> anyhow::Result<()> {
    let page = measure(&node::tools()?)?;
    page.print();
    page.compare(&fs::read_to_string(snapshot_file())?)
}

fn snapshot_file() -> PathBuf {
    command::root().join("tests/size.snap")
}

fn measure(tools: &Tools) -> anyhow::Result<Page> {
    let folder = command::root().join("target/size");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let meta = folder.join("meta.json");
    let mut argument = std::ffi::OsString::from("--metafile=");
    argument.push(&meta);
    let outdir = folder.join("bundle");
    let mut out = std::ffi::OsString::from("--outdir=");
    out.push(&outdir);
    command::run(
        tools
            .bin("esbuild")?
            .arg(build::pkg().join("index.js"))
            .args(["--bundle", "--splitting", "--format=esm", "--minify"])
            .args(["--chunk-names=[name]", "--log-level=warning"])
            .args([argument, out])
            .current_dir(&folder),
        "run `npm ci` to reinstall esbuild",
    )?;
    let meta: Value = serde_json::from_slice(&fs::read(meta)?)?;
    let outputs = meta["outputs"].as_object().context("no bundle was made")?;
    let eager = eager(outputs);

    let mut files: Vec<PathBuf> = outputs.keys().map(|name| folder.join(name)).collect();
    files.push(build::pkg().join("ttft_bg.wasm"));
    let mut weights = weigh(tools, &files)?;
    let module = weights.pop().context("no weights")?;
    let parts = outputs.keys().zip(weights).map(|(output, weight)| Part {
        name: Path::new(output)
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        eager: eager.contains(output),
        weight,
    });
    let mut parts: Vec<Part> = parts.collect();
    parts.sort_by_key(|part| !part.eager);
    Ok(Page { parts, module })
}

/// The entry and what it imports at once, as the bundler's report has it.
fn eager(outputs: &Map<String, Value>) -> Vec<String> {
    let mut eager: Vec<String> = outputs
        .iter()
        .filter(|(name, output)| name.ends_with("index.js") && output["entryPoint"].is_string())
        .map(|(name, _)| name.clone())
        .collect();
    let mut at = 0;
    while let Some(name) = eager.get(at) {
        let imports = outputs[name]["imports"].as_array();
        let more: Vec<String> = imports
            .into_iter()
            .flatten()
            .filter(|import| import["kind"] == "import-statement")
            .filter_map(|import| Some(import["path"].as_str()?.to_owned()))
            .filter(|path| !eager.contains(path))
            .collect();
        eager.extend(more);
        at += 1;
    }
    eager
}

/// Compresses with Node's own brotli, at the level for files that are
/// compressed once.
fn weigh(tools: &Tools, files: &[PathBuf]) -> anyhow::Result<Vec<Weight>> {
    const SCRIPT: &str = "
        const { brotliCompressSync, constants } = require('node:zlib');
        const { readFileSync } = require('node:fs');
        for (const file of process.argv.slice(1)) {
          const bytes = readFileSync(file);
          const params = {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          };
          console.log(bytes.length, brotliCompressSync(bytes, { params }).length);
        }";
    let output = Command::new(tools.node())
        .args(["-e", SCRIPT])
        .args(files)
        .stderr(Stdio::inherit())
        .output()?;
    let lines = String::from_utf8(output.stdout)?;
    let weights: Vec<Weight> = lines
        .lines()
        .filter_map(|line| {
            let (raw, brotli) = line.split_once(' ')?;
            Some(Weight {
                raw: raw.parse().ok()?,
                brotli: brotli.parse().ok()?,
            })
        })
        .collect();
    if weights.len() != files.len() {
        bail!("node weighed {} of {} files", weights.len(), files.len());
    }
    Ok(weights)
}

impl Page {
    fn sum(&self, which: impl Fn(&Part) -> bool) -> Weight {
        let mut sum = Weight::default();
        for part in self.parts.iter().filter(|part| which(part)) {
            sum.raw += part.weight.raw;
            sum.brotli += part.weight.brotli;
        }
        sum
    }

    fn print(&self) {
        println!("\n{:>8} {:>8}", "raw", "brotli");
        let line = |weight: Weight, what: &str| {
            println!("{:>8} {:>8}  {what}", weight.raw, weight.brotli);
        };
        for Part {
            name,
            eager,
            weight,
        } in &self.parts
        {
            let when = if *eager { "eager" } else { "lazy" };
            line(*weight, &format!("{name}, {when}"));
        }
        line(self.module, "(the module by itself)");
        let budget = |sum: Weight, name: &str, [bar, aim]: [u64; 2]| {
            let verdict = match sum.brotli {
                bytes if bytes <= aim => "reaches the aim".into(),
                bytes if bytes <= bar => format!("within the bar, {} above the aim", bytes - aim),
                bytes => format!("{} ABOVE THE BAR", bytes - bar),
            };
            line(sum, &format!("{name}: bar {bar}, aim {aim}: {verdict}"));
        };
        budget(self.sum(|part| part.eager), "eager", EAGER);
        budget(self.sum(|_| true), "in all", TOTAL);
    }

    /// What is held against growth, by name.
    fn figures(&self) -> BTreeMap<String, u64> {
        let mut figures: BTreeMap<String, u64> = self
            .parts
            .iter()
            .map(|part| (part.name.clone(), part.weight.brotli))
            .collect();
        figures.insert("ttft_bg.wasm".into(), self.module.brotli);
        figures.insert("in all".into(), self.sum(|_| true).brotli);
        figures
    }

    fn snapshot(&self) -> anyhow::Result<String> {
        let snapshot = json!({ "rustc": rustc()?, "brotli": self.figures() });
        Ok(serde_json::to_string_pretty(&snapshot)? + "\n")
    }

    /// # Errors
    ///
    /// When anything has grown beyond the tolerance; the message says what.
    fn compare(&self, snapshot: &str) -> anyhow::Result<()> {
        let snapshot: Value = serde_json::from_str(snapshot)?;
        let grown = grown(&self.figures(), &snapshot["brotli"]);
        if grown.is_empty() {
            println!("no growth beyond 1 % over tests/size.snap");
            return Ok(());
        }
        let (then, now) = (snapshot["rustc"].as_str().unwrap_or("?"), rustc()?);
        let compiler = if then == now {
            String::new()
        } else {
            format!(" (the snapshot was made with {then}, this is {now})")
        };
        bail!(
            "more to download than tests/size.snap allows: {}{compiler}; find the cause, or accept \
             it with `cargo xtask size --update` and say why in the commit",
            grown.join(", ")
        )
    }
}

/// What is larger than the snapshot says, beyond the tolerance; a file that the
/// snapshot does not know counts as grown from nothing.
fn grown(figures: &BTreeMap<String, u64>, snapshot: &Value) -> Vec<String> {
    figures
        .iter()
        .filter_map(|(name, &now)| {
            let then = snapshot[name].as_u64().unwrap_or(0);
            (now * 1000 > then * (1000 + TOLERANCE)).then(|| format!("{name} {then} -> {now}"))
        })
        .collect()
}

fn rustc() -> anyhow::Result<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    let text = String::from_utf8(output.stdout)?;
    // `rustc 1.95.0 (59807616e 2026-04-14)`
    Ok(text.split(" (").next().unwrap_or("").trim().to_owned())
}

/// What each cargo feature adds to the module.
fn features(tools: &Tools) -> anyhow::Result<()> {
    let sets = [
        "",
        "app-dialects",
        "rare-dialects",
        "aws-eventstream",
        "length-prefixed",
        "full",
    ];
    println!("\nthe module by its cargo features");
    let mut none = None;
    for features in sets {
        let weight = module(tools, features, &[])?;
        let base = *none.get_or_insert(weight.brotli);
        let more = weight.brotli as i64 - base as i64;
        let name = if features.is_empty() {
            "none"
        } else {
            features
        };
        println!("{:>8} {:>8}  {more:+} {name}", weight.raw, weight.brotli);
    }
    Ok(())
}

/// The module as it would be with another profile.
fn sweep(tools: &Tools) -> anyhow::Result<()> {
    println!("\nthe module by its profile");
    for (name, profile) in [
        ("opt-level z", [("OPT_LEVEL", "z"), ("LTO", "fat")]),
        ("opt-level s", [("OPT_LEVEL", "s"), ("LTO", "fat")]),
        ("opt-level 3", [("OPT_LEVEL", "3"), ("LTO", "fat")]),
        ("opt-level z, no LTO", [("OPT_LEVEL", "z"), ("LTO", "off")]),
    ] {
        let weight = module(tools, build::FEATURES, &profile)?;
        println!("{:>8} {:>8}  {name}", weight.raw, weight.brotli);
    }
    Ok(())
}

/// Builds and weighs a module beside the package's own.
fn module(tools: &Tools, features: &str, profile: &[(&str, &str)]) -> anyhow::Result<Weight> {
    let folder = command::root().join("target/size/module");
    fs::create_dir_all(&folder)?;
    let module = build::module(
        tools,
        &build::Variant {
            features,
            profile,
            work: folder,
        },
    )?;
    weigh(tools, &[module])?.pop().context("no weight")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{eager, grown};

    #[test]
    fn only_growth_beyond_the_tolerance_counts() {
        let snapshot = json!({ "a": 1000, "b": 1000, "gone": 5 });
        let figures = |a, b| BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b)]);
        assert!(grown(&figures(1010, 1), &snapshot).is_empty());
        assert_eq!(grown(&figures(1011, 1), &snapshot), ["a 1000 -> 1011"]);
        let new = BTreeMap::from([("new".to_owned(), 1)]);
        assert_eq!(grown(&new, &snapshot), ["new 0 -> 1"]);
    }

    #[test]
    fn what_is_imported_at_once_is_eager() {
        let outputs = json!({
            "o/index.js": { "entryPoint": "index.js", "imports": [
                { "path": "o/chunk.js", "kind": "import-statement" },
                { "path": "o/inlined.js", "kind": "dynamic-import" } ] },
            "o/chunk.js": { "imports": [] },
            "o/inlined.js": { "entryPoint": "inlined.js", "imports": [
                { "path": "o/chunk.js", "kind": "import-statement" } ] },
        });
        let eager = eager(outputs.as_object().expect("an object"));
        assert_eq!(eager, ["o/index.js", "o/chunk.js"]);
    }
}

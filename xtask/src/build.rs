//! `cargo xtask build`: the npm package, in pkg/.
//!
//! wasm32 build → bindings → wasm-opt → files. The hand-written half of the
//! package is `pkg-template/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::shorten::Names;
use crate::{command, node, prune, text};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Options of `cargo xtask build`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {}

/// The finished package's folder.
pub(crate) fn pkg() -> PathBuf {
    command::root().join("pkg")
}

/// The features a page gets. The defaults are for native use; a page needs no
/// inspection.
pub(crate) const FEATURES: &str = "app-dialects,rare-dialects";

/// Documents that the package has beside its README.
const DOCS: [&str; 3] = ["apps.md", "dialects.md", "server-stamps.md"];

/// Sections of the README that are of no use without the repository.
const OF_THE_REPOSITORY: [&str; 3] = ["See it\n", "Collect it\n", "Work on it\n"];

/// A way to build the module.
#[derive(Debug)]
pub(crate) struct Variant<'a> {
    /// Cargo features.
    pub(crate) features: &'a str,
    /// Settings that differ from `[profile.wasm]`, as in the names of cargo's
    /// environment variables.
    pub(crate) profile: &'a [(&'a str, &'a str)],
    /// Where bindings and module are written.
    pub(crate) work: PathBuf,
}

pub(crate) fn run(_options: &Options) -> anyhow::Result<()> {
    let tools = node::tools()?;
    add_target()?;
    for build in &BUILDS {
        module(&tools, &build.variant())?;
    }
    assemble()
}

/// One module of the package, with its bindings.
struct Build {
    /// Of its files' names.
    suffix: &'static str,
    features: &'static str,
}

const BUILDS: [Build; 2] = [
    Build {
        suffix: "",
        features: FEATURES,
    },
    // The entry `./full`. Shares all dependencies, so it costs a quarter of the
    // first one's time.
    Build {
        suffix: "-full",
        features: "full",
    },
];

impl Build {
    fn variant(&self) -> Variant<'_> {
        Variant {
            features: self.features,
            profile: &[],
            work: command::root().join(format!("target/pkg{}", self.suffix)),
        }
    }
}

/// Builds bindings and module, and returns the finished module's path.
pub(crate) fn module(tools: &node::Tools, variant: &Variant<'_>) -> anyhow::Result<PathBuf> {
    let compiled = compile(variant)?;
    fs::create_dir_all(&variant.work)?;
    if bind(&compiled, &variant.work)? {
        optimize(tools, &variant.work)?;
    }
    Ok(variant.work.join("ttft_bg.opt.wasm"))
}

/// The native programs. The same packages as `cargo test` and `cargo xtask`:
/// with another selection, shared dependencies are built again.
pub(crate) fn programs() -> anyhow::Result<()> {
    command::run(
        command::cargo().arg("build"),
        "repair what the compiler names above",
    )
}

/// Idempotent, and takes a second when the target is there.
pub(crate) fn add_target() -> anyhow::Result<()> {
    let installed = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .context("rustc could not be started; install Rust with rustup")?;
    let libdir = PathBuf::from(String::from_utf8_lossy(&installed.stdout).trim());
    if libdir.exists() {
        return Ok(());
    }
    println!("rustup target add {TARGET}");
    command::run(
        Command::new("rustup").args(["target", "add", TARGET]),
        "install Rust with rustup, or bring the target's standard library some other way",
    )
}

/// The module as rustc wrote it.
fn compile(variant: &Variant<'_>) -> anyhow::Result<PathBuf> {
    println!("compiling for {TARGET} with {}", variant.features);
    let profile = variant
        .profile
        .iter()
        .map(|(key, value)| (format!("CARGO_PROFILE_WASM_{key}"), value));
    let output = command::cargo()
        .envs(profile)
        // With one of them cargo ignores all flags that it is given below.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .args([
            "rustc",
            "--package",
            "ttft",
            "--lib",
            "--crate-type",
            "cdylib",
        ])
        .args(["--no-default-features", "--features", variant.features])
        .args(["--profile", "wasm", "--target", TARGET])
        .args(["--config", &flags()])
        .args(["--message-format", "json-render-diagnostics"])
        // For `prune`.
        .args(["--", "-C", "link-arg=--emit-relocs"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("the wasm32 build failed; its errors stand above");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| {
            let files = message.get("filenames")?.as_array()?.clone();
            files
                .iter()
                .filter_map(|file| file.as_str())
                .find(|file| file.ends_with("/ttft.wasm"))
                .map(PathBuf::from)
        })
        .next_back()
        .context("cargo named no ttft.wasm among its artifacts")
}

/// Cargo's setting of the module's compiler flags.
fn flags() -> String {
    // Optimised for size, LLVM inlines next to nothing: its threshold is 5. With
    // 15 the module is 0.3 KB smaller and the decoder 6 % faster; from there on
    // it grows, by 0.8 KB for the next 3 %.
    let mut flags = vec![
        "-Ctarget-feature=+simd128".to_owned(),
        "-Cllvm-args=-inline-threshold=15".to_owned(),
    ];
    // Keeps the folders of this machine out of the module: what is left of
    // panics may name the file of a dependency.
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    flags.extend(
        sources
            .into_iter()
            .flatten()
            .filter_map(|registry| Some(registry.ok()?.path()))
            .map(|registry| format!("--remap-path-prefix={}=crates", registry.display())),
    );
    format!("target.{TARGET}.rustflags={flags:?}")
}

/// What the module calls the bindings; nobody resolves it.
const SIDE: &str = "js";

/// Writes the bindings and the bound module into `work`; false when the module
/// is the one that was bound there before, and by this very program.
fn bind(compiled: &Path, work: &Path) -> anyhow::Result<bool> {
    let module = fs::read(compiled)?;
    let stamp = work.join("compiled.wasm");
    let optimized = work.join("ttft_bg.opt.wasm");
    let written = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    let program = std::env::current_exe()?;
    if written(&optimized) > written(&program) && fs::read(&stamp).is_ok_and(|last| last == module)
    {
        return Ok(false);
    }
    println!("generating bindings");
    let _ = fs::remove_file(&stamp);
    let mut output = Bindgen::new()
        .input_bytes("ttft", prune::panics(&module)?)
        .out_name("ttft")
        .web(true)?
        // The bytes are always given: the glue then has no `import.meta`,
        // which bundlers resolve each in their own way.
        .omit_default_module_path(true)
        .remove_producers_section(true)
        .typescript(false)
        // Every browser that has the module's own features has it.
        .encode_into(EncodeInto::Always)
        .generate_output()?;
    let mut names = Names::default();
    for import in output.wasm_mut().imports.iter_mut() {
        import.module = SIDE.into();
        import.name = names.shorten(&import.name);
    }
    for export in output.wasm_mut().exports.iter_mut() {
        // All but what `bridge.js` calls.
        if export.name.starts_with('_') || export.name.starts_with("wasm_bindgen") {
            export.name = names.shorten(&export.name);
        }
    }
    output.emit(work)?;
    let bindings = work.join("ttft.js");
    let text = fs::read_to_string(&bindings)?
        .replace("./ttft_bg.js", SIDE)
        // Nobody calls it, and what nobody can import bundlers leave out.
        .replace("export { initSync, ", "export { ");
    fs::write(&bindings, names.replace(&text))?;
    fs::write(&stamp, module)?;
    Ok(true)
}

/// No `--all-features`: that ships types which older engines refuse. wasm-opt
/// reads the module's own `target_features`.
fn optimize(tools: &node::Tools, work: &Path) -> anyhow::Result<()> {
    println!("wasm-opt -Oz");
    command::run(
        tools
            .bin("wasm-opt")?
            // Flat code is put together again a little smaller than rustc's.
            .args(["--flatten", "--rereloop"])
            .args([
                "-Oz",
                "-Oz",
                "--converge",
                "--low-memory-unused",
                "--zero-filled-memory",
            ])
            .args([
                "--strip-debug",
                "--strip-producers",
                "--strip-target-features",
            ])
            .arg(work.join("ttft_bg.wasm"))
            .arg("-o")
            .arg(work.join("ttft_bg.opt.wasm")),
        "run `npm ci` to reinstall binaryen",
    )
}

fn assemble() -> anyhow::Result<()> {
    let root = command::root();
    let template = root.join("pkg-template");
    let pkg = pkg();
    // In place, since a server may have the folder open; what no longer
    // belongs is removed.
    fs::create_dir_all(&pkg)?;
    let mut written = vec![];
    let mut write = |name: &str, content: &[u8]| -> anyhow::Result<()> {
        let path = pkg.join(name);
        if fs::read(&path).map_or(true, |old| old != content) {
            fs::write(&path, content)?;
        }
        written.push(path);
        Ok(())
    };

    for entry in fs::read_dir(&template)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        match name {
            "package.json" | "inlined.template.js" => {}
            _ => write(name, &fs::read(&path)?)?,
        }
    }
    // As text: the order of an exports map's conditions is part of its meaning.
    let package = fs::read_to_string(template.join("package.json"))?.replace(
        "\"version\": \"0.0.0\"",
        concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\""),
    );
    write("package.json", package.as_bytes())?;

    let template = fs::read_to_string(template.join("inlined.template.js"))?;
    let mut sizes = String::new();
    for build in &BUILDS {
        let (work, suffix) = (build.variant().work, build.suffix);
        let module = fs::read(work.join("ttft_bg.opt.wasm"))?;
        write(&format!("ttft{suffix}_bg.wasm"), &module)?;
        write(
            &format!("bindings{suffix}.js"),
            &fs::read(work.join("ttft.js"))?,
        )?;
        let inlined = template.replace("__TEXT__", &text::encode(&module));
        write(&format!("inlined{suffix}.js"), inlined.as_bytes())?;
        sizes += &format!(", module{suffix} {} bytes", module.len());
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        write(name, &fs::read(root.join(name))?)?;
    }
    let readme = fs::read_to_string(root.join("README.md"))?;
    write("README.md", of_the_package(&readme).as_bytes())?;
    for name in DOCS {
        let document = fs::read_to_string(root.join("docs").join(name))?;
        write(name, of_the_package(&document).as_bytes())?;
    }

    for entry in fs::read_dir(&pkg)? {
        let path = entry?.path();
        if !written.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    println!("pkg/: ttft {}{sizes}", env!("CARGO_PKG_VERSION"));
    Ok(())
}

/// A document as the package has it, where all files are in one folder.
fn of_the_package(document: &str) -> String {
    let is_kept = |section: &&str| !OF_THE_REPOSITORY.iter().any(|it| section.starts_with(it));
    let sections: Vec<&str> = document.split("\n## ").filter(is_kept).collect();
    sections
        .join("\n## ")
        .replace("](../pkg-template/", "](")
        .replace("](pkg-template/", "](")
        .replace("](docs/", "](")
}

#[cfg(test)]
mod tests {
    use super::{DOCS, of_the_package};
    use crate::command;
    use std::fs;

    #[test]
    fn the_package_has_whatever_its_documents_link_to() {
        let root = command::root();
        let mut links = 0;
        for name in ["README.md"].into_iter().chain(DOCS) {
            let folder = if name == "README.md" { "" } else { "docs" };
            let text = fs::read_to_string(root.join(folder).join(name)).expect(name);
            let text = of_the_package(&text);
            let own = text
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
                .filter(|link| !link.starts_with("http"));
            for link in own {
                links += 1;
                let file = link.split('#').next().unwrap_or_default();
                let is_there = file.is_empty()
                    || DOCS.contains(&file)
                    || root.join("pkg-template").join(file).exists()
                    || file.starts_with("LICENSE-") && root.join(file).exists();
                assert!(is_there, "{name}: {link}");
            }
            assert!(
                name != "README.md" || !text.contains("cargo xtask demo"),
                "it is the repository's"
            );
        }
        assert!(links > 8, "{links} links");
    }
}

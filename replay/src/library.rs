//! The scenarios that can be played: files in folders, and posted ones.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::definition::ScenarioError;
use crate::log::lock;
use crate::scenario::Scenario;

/// Posted scenarios begin with this, files with anything else.
const POSTED: &str = "posted-";

#[derive(Debug)]
pub(crate) struct Library {
    folders: Vec<PathBuf>,
    posted: Mutex<HashMap<String, Arc<Scenario>>>,
}

#[derive(Debug)]
pub(crate) enum NotPlayable {
    Unknown(String),
    Broken(PathBuf, ScenarioError),
}

impl Library {
    pub(crate) fn new(folders: Vec<PathBuf>) -> Self {
        Library {
            folders,
            posted: Mutex::default(),
        }
    }

    /// Keeps a posted scenario and gives its id.
    pub(crate) fn add(&self, json: &[u8]) -> Result<String, ScenarioError> {
        let scenario = Scenario::parse(json, &self.folders)?;
        let mut posted = lock(&self.posted);
        let id = format!("{POSTED}{}", posted.len() + 1);
        posted.insert(id.clone(), Arc::new(scenario));
        Ok(id)
    }

    /// Files are read anew each time, so an edit needs no restart.
    pub(crate) fn get(&self, id: &str) -> Result<Arc<Scenario>, NotPlayable> {
        let unknown = || NotPlayable::Unknown(id.to_owned());
        if id.starts_with(POSTED) {
            return lock(&self.posted).get(id).cloned().ok_or_else(unknown);
        }
        // The router has decoded the id: it may hold a slash.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if id.starts_with('.') || !id.chars().all(plain) {
            return Err(unknown());
        }
        for folder in &self.folders {
            let path = folder.join(format!("{id}.json"));
            if let Ok(json) = std::fs::read(&path) {
                return self.parse(&path, &json).map(Arc::new);
            }
        }
        Err(unknown())
    }

    /// Reads all files once, so that a broken one is heard of at the start.
    pub(crate) fn broken(&self) -> std::io::Result<Vec<NotPlayable>> {
        let mut broken = Vec::new();
        for folder in &self.folders {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path
                    .extension()
                    .is_some_and(|extension| extension == "json")
                {
                    broken.extend(self.parse(&path, &std::fs::read(&path)?).err());
                }
            }
        }
        Ok(broken)
    }

    fn parse(&self, path: &Path, json: &[u8]) -> Result<Scenario, NotPlayable> {
        // A file's own folder comes first.
        let own = path.parent().map(Path::to_path_buf);
        let folders: Vec<_> = own
            .into_iter()
            .chain(self.folders.iter().cloned())
            .collect();
        Scenario::parse(json, &folders)
            .map_err(|error| NotPlayable::Broken(path.to_path_buf(), error))
    }
}

impl std::fmt::Display for NotPlayable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotPlayable::Unknown(id) => write!(
                f,
                "there is no scenario {id:?}: POST one to /scenarios, or put {id}.json into a --scenarios folder"
            ),
            NotPlayable::Broken(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::scenario::Step;

    fn ready() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
    }

    fn data(step: &Step) -> Option<&str> {
        let block = std::str::from_utf8(&step.bytes).expect("is text");
        block.strip_prefix("data: ")?.strip_suffix("\n\n")
    }

    #[test]
    fn ready_scenarios_are_chat_streams_with_labels() {
        let library = Library::new(vec![ready()]);
        let mut played = 0;
        for entry in std::fs::read_dir(ready()).expect("is a folder") {
            let path = entry.expect("is readable").path();
            let name = path
                .file_stem()
                .and_then(|name| name.to_str())
                .expect("has a name");
            let scenario = library.get(name).unwrap_or_else(|error| panic!("{error}"));
            let mut ids = BTreeSet::new();
            let mut usage = 0;
            for step in scenario.steps.iter().filter(|step| !step.bytes.is_empty()) {
                let label = step.label.as_deref().expect("every write has a label");
                if label == "ping" {
                    assert!(step.bytes.starts_with(b":"), "{name}");
                    continue;
                }
                let data = data(step).unwrap_or_else(|| panic!("{name}: {step:?}"));
                if label == "done" {
                    assert_eq!(data, "[DONE]", "{name}");
                    continue;
                }
                let chunk: Value = serde_json::from_str(data).expect(name);
                if label == "error" {
                    assert!(chunk["error"]["message"].is_string(), "{name}");
                    continue;
                }
                assert_eq!(chunk["object"], "chat.completion.chunk", "{name}");
                ids.insert(chunk["id"].to_string());
                usage += usize::from(chunk["usage"].is_object());
                let delta = &chunk["choices"][0]["delta"];
                let filled =
                    |field: &str| delta[field].as_str().is_some_and(|text| !text.is_empty());
                assert_eq!(filled("content"), label == "token", "{name}: {chunk}");
                assert_eq!(
                    filled("reasoning_content"),
                    label == "reasoning",
                    "{name}: {chunk}"
                );
                assert_eq!(
                    delta["tool_calls"].is_array(),
                    label == "tool",
                    "{name}: {chunk}"
                );
            }
            let last = scenario.steps.last().and_then(|step| step.label.as_deref());
            let whole = name != "error-in-stream";
            assert_eq!(last, Some(if whole { "done" } else { "error" }), "{name}");
            assert_eq!(usage, usize::from(whole), "{name}");
            assert_eq!(ids.len(), 1, "{name}");
            played += 1;
        }
        assert_eq!(played, 10);
    }

    #[test]
    fn id_cannot_leave_the_folder() {
        let library = Library::new(vec![ready()]);
        for id in ["../scenarios/pings", "..", ".hidden", "a/b", ""] {
            assert!(
                matches!(library.get(id), Err(NotPlayable::Unknown(_))),
                "{id}"
            );
        }
    }
}

//! A scenario as it is written in JSON, and what is refused.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use base64::Engine as _;
use serde::Deserialize;

use crate::scenario::{Cors, End, Informational, Scenario, Step};

/// Why a scenario was refused: names the field and the fix.
#[derive(Debug)]
pub(crate) struct ScenarioError(String);

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, ScenarioError> {
    Err(ScenarioError(reason.into()))
}

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Definition {
    /// For whoever reads the file.
    #[serde(rename = "about")]
    _about: String,
    status: u16,
    headers: BTreeMap<String, Values>,
    headers_after_ms: Millis,
    headers_with_first_step: bool,
    hold_ms: Option<Millis>,
    informational: Vec<InformationalDefinition>,
    server_timing: bool,
    cors: Cors,
    steps: Vec<StepDefinition>,
    end: End,
}

impl Default for Definition {
    fn default() -> Self {
        Definition {
            _about: String::new(),
            status: 200,
            headers: BTreeMap::new(),
            headers_after_ms: Millis::default(),
            headers_with_first_step: false,
            hold_ms: None,
            informational: Vec::new(),
            server_timing: false,
            cors: Cors::default(),
            steps: Vec::new(),
            end: End::Close,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InformationalDefinition {
    #[serde(default)]
    after_ms: Millis,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, Values>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StepDefinition {
    after_ms: Millis,
    text: Option<String>,
    base64: Option<String>,
    file: Option<PathBuf>,
    split: Option<usize>,
    split_after_ms: Option<Millis>,
    stamp: bool,
    label: Option<String>,
    repeat: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a string or an array of strings")]
enum Values {
    One(String),
    Many(Vec<String>),
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "f64")]
struct Millis(Duration);

impl TryFrom<f64> for Millis {
    type Error = &'static str;

    fn try_from(ms: f64) -> Result<Self, Self::Error> {
        if (0.0..=86_400_000.0).contains(&ms) {
            Ok(Millis(Duration::from_secs_f64(ms / 1000.0)))
        } else {
            Err("must be milliseconds from 0 to 86400000 (one day)")
        }
    }
}

impl Scenario {
    /// `folders`: where the `file`s of steps are looked for, in this order.
    pub(crate) fn parse(json: &[u8], folders: &[PathBuf]) -> Result<Self, ScenarioError> {
        let mut json = serde_json::Deserializer::from_slice(json);
        let definition: Definition =
            serde_path_to_error::deserialize(&mut json).map_err(|error| {
                let path = error.path().to_string();
                match path.as_str() {
                    "." => ScenarioError(error.inner().to_string()),
                    _ => ScenarioError(format!("{path}: {}", error.inner())),
                }
            })?;
        if let Err(error) = json.end() {
            return refuse(format!("after the scenario's closing brace: {error}"));
        }
        Self::check(definition, folders)
    }

    fn check(definition: Definition, folders: &[PathBuf]) -> Result<Self, ScenarioError> {
        let status = match StatusCode::from_u16(definition.status) {
            Ok(status) if (200..600).contains(&status.as_u16()) => status,
            _ => {
                return refuse(
                    "status: must be from 200 to 599; 1xx responses go into `informational`",
                );
            }
        };
        let headers = header_map("headers", definition.headers)?;
        for name in &definition.cors.expose {
            if HeaderName::try_from(name).is_err() && name != "*" {
                return refuse(format!("cors.expose: {name:?} is not a header name"));
            }
        }

        let informational = definition.informational.into_iter().enumerate();
        let informational = informational
            .map(|(i, one)| {
                let status = match StatusCode::from_u16(one.status) {
                    Ok(status) if status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS => status,
                    _ => return refuse(format!("informational[{i}].status: must be 100 or from 102 to 199, 103 for early hints")),
                };
                let headers = header_map(&format!("informational[{i}].headers"), one.headers)?;
                Ok(Informational { after: one.after_ms.0, status, headers })
            })
            .collect::<Result<_, _>>()?;

        let steps = definition.steps.into_iter().enumerate();
        let steps: Vec<_> = steps
            .map(|(i, step)| {
                step.load(folders)
                    .map_err(|error| ScenarioError(format!("steps[{i}].{error}")))
            })
            .collect::<Result<_, _>>()?;

        let scenario = Scenario {
            status,
            headers,
            headers_after: definition.headers_after_ms.0,
            headers_with_first_step: definition.headers_with_first_step,
            hold: definition.hold_ms.map(|ms| ms.0),
            informational,
            server_timing: definition.server_timing,
            cors: definition.cors,
            steps,
            end: definition.end,
        };
        if scenario.is_without_body() && (!scenario.steps.is_empty() || scenario.end != End::Close)
        {
            return refuse(format!(
                "steps: a {} response has no body; remove `steps` and `end`, or take another status",
                status.as_u16()
            ));
        }
        check_content_length(&scenario)?;
        Ok(scenario)
    }
}

impl StepDefinition {
    fn load(self, folders: &[PathBuf]) -> Result<Step, ScenarioError> {
        let bytes = match (self.text, self.base64, self.file) {
            (None, None, None) => None,
            (Some(text), None, None) => Some(Bytes::from(text)),
            (None, Some(base64), None) => {
                match base64::engine::general_purpose::STANDARD.decode(base64) {
                    Ok(bytes) => Some(Bytes::from(bytes)),
                    Err(error) => {
                        return refuse(format!(
                            "base64: {error}; use the standard alphabet with padding"
                        ));
                    }
                }
            }
            (None, None, Some(file)) => Some(read(&file, folders)?),
            _ => return refuse("text: give only one of `text`, `base64` and `file`"),
        };
        if bytes.as_ref().is_some_and(Bytes::is_empty) {
            return refuse("text: is empty; leave the content out for a pause");
        }
        if bytes.is_none() {
            if self.split.is_some() {
                return refuse("split: has nothing to split; add `text`, `base64` or `file`");
            }
            if !self.stamp && self.label.is_some() {
                return refuse(
                    "label: nothing is written that it could label; add `text`, `base64`, `file` or `stamp`",
                );
            }
            if !self.stamp && self.after_ms.0.is_zero() {
                return refuse(
                    "text: the step does nothing; add `text`, `base64`, `file` or `stamp`, or `after_ms` for a pause",
                );
            }
        }
        if self.split == Some(0) {
            return refuse("split: must be at least 1 byte");
        }
        if self.split_after_ms.is_some() && self.split.is_none() {
            return refuse("split_after_ms: needs `split`, the size of a piece in bytes");
        }
        let repeat = self.repeat.unwrap_or(1);
        if !(1..=1_000_000).contains(&repeat) {
            return refuse("repeat: must be from 1 to 1000000");
        }
        Ok(Step {
            after: self.after_ms.0,
            stamp: self.stamp,
            bytes: bytes.unwrap_or_default(),
            split: self.split,
            split_after: self.split_after_ms.unwrap_or_default().0,
            label: self.label,
            repeat,
        })
    }
}

/// Scenarios are also posted, by any page that finds the port: nothing outside
/// the folders is readable.
fn read(file: &Path, folders: &[PathBuf]) -> Result<Bytes, ScenarioError> {
    if !file
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        return refuse("file: must be relative to the scenarios' folder, without `..`");
    }
    if folders.is_empty() {
        return refuse("file: there is no folder to look in; start with --scenarios DIR");
    }
    for folder in folders {
        match std::fs::read(folder.join(file)) {
            Ok(bytes) => return Ok(Bytes::from(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return refuse(format!("file: {} cannot be read: {error}", file.display()));
            }
        }
    }
    refuse(format!(
        "file: {} is in none of the scenarios' folders",
        file.display()
    ))
}

fn header_map(field: &str, headers: BTreeMap<String, Values>) -> Result<HeaderMap, ScenarioError> {
    let mut map = HeaderMap::new();
    for (name, values) in headers {
        let Ok(header) = HeaderName::try_from(&name) else {
            return refuse(format!("{field}: {name:?} is not a header name"));
        };
        if matches!(
            header.as_str(),
            "connection" | "keep-alive" | "proxy-connection" | "transfer-encoding" | "upgrade"
        ) {
            return refuse(format!(
                "{field}.{name}: belongs to the connection, which the server handles; remove it"
            ));
        }
        let values = match values {
            Values::One(value) => vec![value],
            Values::Many(values) => values,
        };
        for value in values {
            match HeaderValue::try_from(&value) {
                Ok(value) => map.append(header.clone(), value),
                Err(_) => {
                    return refuse(format!(
                        "{field}.{name}: {value:?} is not a header value; control characters are not allowed"
                    ));
                }
            };
        }
    }
    Ok(map)
}

/// A stated length that the steps don't keep would be a broken response that
/// the log calls whole.
fn check_content_length(scenario: &Scenario) -> Result<(), ScenarioError> {
    let values = scenario.headers.get_all("content-length").iter().count();
    let stated = match (values, scenario.content_length()) {
        (0, _) => return Ok(()),
        (1, Some(stated)) => stated,
        _ => return refuse("headers.content-length: must be one number"),
    };
    let steps = &scenario.steps;
    if steps.iter().any(|step| step.stamp) {
        return refuse(
            "headers.content-length: the length of a body with stamps is not known before; remove one of the two",
        );
    }
    let total: u64 = steps
        .iter()
        .map(|step| step.bytes.len() as u64 * step.repeat as u64)
        .sum();
    let kept = match scenario.end {
        End::Close => stated == total,
        End::Cut | End::Stall => stated > total,
    };
    if kept {
        Ok(())
    } else {
        refuse(format!(
            "headers.content-length: is {stated}, but the steps write {total} bytes; \"end\": \"close\" needs the same number, \"cut\" and \"stall\" a larger one"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(json: &str) -> String {
        Scenario::parse(json.as_bytes(), &[])
            .expect_err(json)
            .to_string()
    }

    #[test]
    fn refusal_names_the_field() {
        let cases = [
            (r#"{"stauts":200}"#, "stauts"),
            (r#"{"status":"200"}"#, "status"),
            (r#"{"status":103}"#, "informational"),
            (
                r#"{"steps":[{"text":"a"},{"text":"a","spilt":3}]}"#,
                "steps[1]",
            ),
            (
                r#"{"steps":[{"text":"a","after_ms":-1}]}"#,
                "steps[0].after_ms",
            ),
            (r#"{"steps":[{"text":"a","base64":"YQ=="}]}"#, "only one of"),
            (r#"{"steps":[{"base64":"a"}]}"#, "steps[0].base64"),
            (r#"{"steps":[{}]}"#, "steps[0].text"),
            (r#"{"steps":[{"text":""}]}"#, "steps[0].text"),
            (
                r#"{"steps":[{"after_ms":5,"label":"token"}]}"#,
                "steps[0].label",
            ),
            (r#"{"steps":[{"text":"a","split":0}]}"#, "steps[0].split"),
            (
                r#"{"steps":[{"text":"a","split_after_ms":1}]}"#,
                "steps[0].split_after_ms",
            ),
            (r#"{"steps":[{"text":"a","repeat":0}]}"#, "steps[0].repeat"),
            (r#"{"steps":[{"file":"../secret"}]}"#, "steps[0].file"),
            (r#"{"steps":[{"file":"/etc/passwd"}]}"#, "steps[0].file"),
            (r#"{"steps":[{"file":"a.sse"}]}"#, "--scenarios"),
            (r#"{"headers":{"a b":"c"}}"#, "a b"),
            (r#"{"headers":{"x":1}}"#, "headers.x"),
            (
                r#"{"headers":{"transfer-encoding":"chunked"}}"#,
                "headers.transfer-encoding",
            ),
            (
                r#"{"headers":{"content-length":"2"},"steps":[{"text":"a"}]}"#,
                "content-length",
            ),
            (
                r#"{"informational":[{"status":101}]}"#,
                "informational[0].status",
            ),
            (r#"{"cors":{"allowed":true}}"#, "cors"),
            (r#"{"end":"crash"}"#, "end"),
            (r#"{"status":204,"steps":[{"text":"a"}]}"#, "steps"),
            (r#"{} {}"#, "closing brace"),
        ];
        for (json, field) in cases {
            assert!(reason(json).contains(field), "{json}: {}", reason(json));
        }
    }

    #[test]
    fn empty_scenario_is_an_empty_200() {
        let scenario = Scenario::parse(b"{}", &[]).expect("is valid");
        assert_eq!(scenario.status, StatusCode::OK);
        assert!(scenario.cors.allow && !scenario.cors.timing_allow);
        assert!(scenario.steps.is_empty());
    }
}

//! A beacon's body: from JSON to rows that can be kept.

use crate::bounds;
use crate::refusal::Refusal;
use crate::store::Row;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use ttft::millis::Millis;
use ttft::record::{Envelope, Flag, Record, VERSION};
use uuid::Uuid;

/// Records looked at in one envelope: twice what a page's queue holds. A body
/// of a few hundred bytes can decompress to a hundred thousand.
pub const MAX_RECORDS: usize = 1_000;
/// Bad records of an envelope that are described.
const MAX_QUOTED: usize = 10;
/// Largest record in bytes: twice what the library allows itself.
const MAX_RECORD: usize = 8_192;
/// How far a page's clock may put a record into the future before it is taken
/// for wrong: the coarsest clocks step by 100 ms.
const MAX_LEAD_MS: f64 = 1_000.0;
const MAX_AGE_MS: f64 = 366.0 * 86_400_000.0;
/// Deferred beacons are sent when the page goes, so an older wall clock is a
/// wrong one.
const MAX_DEFERRED_MS: i64 = 86_400_000;
/// Texts of an answer stay readable, whatever they quote.
const MAX_WHY: usize = 300;

/// What a well-formed envelope held.
#[derive(Debug, Default)]
pub struct Batch {
    /// The good records.
    pub rows: Vec<Row>,
    /// Values that were shortened in the good ones.
    pub clipped: u64,
    /// As in the envelope.
    pub dropped: u32,
    /// As in the envelope.
    pub unrecognised: u32,
}

/// The bad records of an envelope.
#[derive(Debug, Default)]
pub struct Faults {
    /// How many there are of each reason.
    pub counts: BTreeMap<&'static str, u64>,
    /// The first of them, and those that were too many.
    pub quoted: Vec<Fault>,
    /// How many of those looked at are not quoted.
    pub unquoted: u64,
}

/// One record that is turned away.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The name it is counted under.
    pub reason: &'static str,
    /// Where it stood, which field, what was expected.
    pub why: String,
}

/// Describes a fault where somebody will read it.
type Why<'a> = Box<dyn FnOnce() -> String + 'a>;

impl Faults {
    fn add(&mut self, index: usize, reason: &'static str, why: Why<'_>) {
        *self.counts.entry(reason).or_default() += 1;
        if self.quoted.len() < MAX_QUOTED {
            let why = shorten(format!("records[{index}]: {}", why()));
            self.quoted.push(Fault { reason, why });
        } else {
            self.unquoted += 1;
        }
    }

    fn add_too_many(&mut self, count: usize) {
        let reason = "too-many";
        self.counts.insert(reason, count as u64);
        let why = format!(
            "records[{MAX_RECORDS}] and on, {count} in all: expected at most {MAX_RECORDS} records; send fewer at once"
        );
        self.quoted.push(Fault { reason, why });
    }
}

/// Reads a body that came at `received`, in milliseconds since 1970.
///
/// # Errors
///
/// [`Refusal::Malformed`] if it is no envelope.
pub fn read(body: &[u8], received: i64) -> Result<(Batch, Faults), Refusal> {
    let envelope: Envelope<&RawValue> = parse(body).map_err(|why| match version(body) {
        Some(v) if v != VERSION => other_version(v),
        _ => Refusal::Malformed(why),
    })?;
    if envelope.v != VERSION {
        return Err(other_version(envelope.v));
    }
    let mut batch = Batch {
        dropped: envelope.dropped,
        unrecognised: envelope.unrecognised,
        ..Batch::default()
    };
    let mut faults = Faults::default();
    for (index, raw) in envelope.records.iter().take(MAX_RECORDS).enumerate() {
        match row(raw, &envelope, received) {
            Ok((row, clipped)) => {
                batch.rows.push(row);
                batch.clipped += clipped;
            }
            Err((reason, why)) => faults.add(index, reason, why),
        }
    }
    match envelope.records.len().saturating_sub(MAX_RECORDS) {
        0 => {}
        count => faults.add_too_many(count),
    }
    Ok((batch, faults))
}

fn row<'a>(
    raw: &'a RawValue,
    envelope: &Envelope<&RawValue>,
    received: i64,
) -> Result<(Row, u64), (&'static str, Why<'a>)> {
    let raw = raw.get();
    if raw.len() > MAX_RECORD {
        let why = || format!("{} bytes, expected at most {MAX_RECORD}", raw.len());
        return Err(("too-large", Box::new(why)));
    }
    let mut record: Record = serde_json::from_str(raw).map_err(|_| {
        // Only now is it worth asking which field it was.
        let why = || parse::<Record>(raw.as_bytes()).err().unwrap_or_default();
        ("malformed", Box::new(why) as Why<'_>)
    })?;
    let Ok(id) = Uuid::try_parse(&record.id) else {
        let why = move || format!("id is {:?}: expected a UUID", record.id);
        return Err(("id", Box::new(why)));
    };
    // One spelling for all, or `stored` and `duplicate` would depend on it.
    record.id = id.hyphenated().to_string();
    let said = |reason, why: String| (reason, Box::new(|| why) as Why<'_>);
    let clipped = bounds::enforce(&mut record).map_err(|why| said("out-of-range", why))?;
    let at = wall_time(record.t0, envelope, received).map_err(|why| said("clock", why))?;
    if envelope.deferred && !record.flags.contains(&Flag::Deferred) {
        record.flags.push(Flag::Deferred);
    }
    // Written anew rather than kept as it came: nothing reaches the disk that
    // the record's type does not name.
    let json =
        serde_json::to_string(&record).map_err(|error| said("malformed", error.to_string()))?;
    Ok((
        Row {
            received,
            at,
            id,
            rev: record.rev,
            json,
        },
        clipped,
    ))
}

/// When the request was made, in milliseconds since 1970.
fn wall_time(t0: Millis, envelope: &Envelope<&RawValue>, received: i64) -> Result<i64, String> {
    if envelope.deferred {
        // The only case in which the visitor's wall clock is believed, and only
        // where it can be true.
        let at = envelope.time_origin + t0.as_ms();
        let earliest = received.saturating_sub(MAX_DEFERRED_MS);
        return Ok(
            if at.is_finite() && (earliest..=received).contains(&(at as i64)) {
                at as i64
            } else {
                received
            },
        );
    }
    let age = envelope.now.as_ms() - t0.as_ms();
    if !(-MAX_LEAD_MS..=MAX_AGE_MS).contains(&age) {
        let now = envelope.now.as_ms();
        return Err(format!(
            "t0 is {}: expected at most `now`, {now}, on the same clock",
            t0.as_ms()
        ));
    }
    Ok(received.saturating_sub(age.max(0.0).round() as i64))
}

/// Parses and says where it failed.
fn parse<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, String> {
    if json.is_empty() {
        return Err(
            "the body is empty: expected an envelope {\"v\":1,\"now\":…,\"records\":[…]}".into(),
        );
    }
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let error = shorten(error.into_inner().to_string());
        if path == "." {
            error
        } else {
            format!("{path}: {error}")
        }
    })?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// The version alone, of an envelope that may otherwise have changed.
fn version(body: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    serde_json::from_slice::<Version>(body)
        .ok()
        .map(|version| version.v)
}

fn other_version(v: u32) -> Refusal {
    Refusal::Malformed(format!(
        "v is {v}: this collector reads {VERSION}; use the collector of the release that the page uses"
    ))
}

fn shorten(mut text: String) -> String {
    bounds::clip(&mut text, MAX_WHY);
    text
}

#[cfg(test)]
mod tests {
    use super::{Batch, Faults, read};
    use crate::refusal::Refusal;
    use serde_json::{Value, json};

    const RECEIVED: i64 = 1_795_000_000_000;

    fn example() -> Value {
        serde_json::from_str(include_str!("../assets/example.json")).expect("JSON")
    }

    fn both(envelope: &Value) -> (Batch, Faults) {
        read(envelope.to_string().as_bytes(), RECEIVED).expect("an envelope")
    }

    fn batch(envelope: &Value) -> Batch {
        both(envelope).0
    }

    fn refused(body: &str) -> String {
        match read(body.as_bytes(), RECEIVED) {
            Err(Refusal::Malformed(why)) => why,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn the_page_s_example_is_a_good_beacon() {
        let (batch, faults) = both(&example());
        assert_eq!(
            (batch.rows.len(), faults.counts.len(), batch.clipped),
            (1, 0, 0)
        );
    }

    #[test]
    fn wall_time_is_the_arrival_less_the_age() {
        let mut envelope = example();
        envelope["now"] = json!(91_231.4);
        envelope["records"][0]["t0"] = json!(89_000.0);
        envelope["time_origin"] = json!(0);
        assert_eq!(batch(&envelope).rows[0].at, RECEIVED - 2_231);
    }

    #[test]
    fn wall_time_of_a_deferred_batch_is_the_page_s_unless_it_cannot_be() {
        let mut envelope = example();
        envelope["deferred"] = json!(true);
        envelope["records"][0]["t0"] = json!(1_000);
        for (origin, at) in [
            (RECEIVED - 60_000, RECEIVED - 59_000),
            (RECEIVED + 60_000, RECEIVED),
            (0, RECEIVED),
        ] {
            envelope["time_origin"] = json!(origin);
            let batch = batch(&envelope);
            assert_eq!(batch.rows[0].at, at);
            let record: Value = serde_json::from_str(&batch.rows[0].json).expect("JSON");
            assert_eq!(record["flags"], json!(["deferred"]));
        }
    }

    #[test]
    fn a_record_of_the_future_is_turned_away_but_a_coarse_clock_is_not() {
        let mut envelope = example();
        envelope["now"] = json!(1_000);
        envelope["records"][0]["t0"] = json!(1_100);
        assert_eq!(batch(&envelope).rows[0].at, RECEIVED);
        envelope["records"][0]["t0"] = json!(9_000);
        assert_eq!(both(&envelope).1.quoted[0].reason, "clock");
    }

    #[test]
    fn what_is_no_envelope_is_refused_with_the_field() {
        for (body, expected) in [
            ("", "empty"),
            ("nonsense", "line 1"),
            ("[]", "envelope"),
            (r#"{"v":1,"time_origin":0,"records":[]}"#, "now"),
            (r#"{"v":1,"now":"x","time_origin":0,"records":[]}"#, "now: "),
            (
                r#"{"v":1,"now":1,"time_origin":0,"records":[]} x"#,
                "trailing",
            ),
            (r#"{"v":9,"when":1}"#, "v is 9"),
            (r#"{"v":9,"now":1,"time_origin":0,"records":[]}"#, "v is 9"),
        ] {
            let why = refused(body);
            assert!(why.to_lowercase().contains(expected), "{body}: {why}");
        }
    }

    #[test]
    fn a_bad_record_is_named_and_the_good_ones_stay() {
        let mut envelope = example();
        let good = envelope["records"][0].clone();
        let mut wrong_type = good.clone();
        wrong_type["marks"]["headers"] = json!("soon");
        let mut wrong_id = good.clone();
        wrong_id["id"] = json!("7");
        let mut large = good.clone();
        large["padding"] = json!("x".repeat(9_000));
        envelope["records"] = json!([wrong_type, good, wrong_id, 7, large]);
        let (batch, faults) = both(&envelope);
        assert_eq!(batch.rows.len(), 1);
        let reasons: Vec<_> = faults.quoted.iter().map(|fault| fault.reason).collect();
        assert_eq!(reasons, ["malformed", "id", "malformed", "too-large"]);
        assert!(
            faults.quoted[0]
                .why
                .starts_with("records[0]: marks.headers: invalid type"),
            "{faults:?}"
        );
        assert!(faults.quoted[1].why.contains("UUID"), "{faults:?}");
    }

    #[test]
    fn records_beyond_a_thousand_are_counted_but_not_looked_at() {
        let mut envelope = example();
        let good = envelope["records"][0].clone();
        let mut records = vec![json!(1); 998];
        records.extend([good.clone(), json!(1), good.clone(), good]);
        envelope["records"] = json!(records);
        let (batch, faults) = both(&envelope);
        assert_eq!(batch.rows.len(), 1);
        assert_eq!(
            faults.counts.into_iter().collect::<Vec<_>>(),
            [("malformed", 999), ("too-many", 2)]
        );
        assert_eq!((faults.quoted.len(), faults.unquoted), (11, 989));
        let last = faults.quoted.last().expect("quoted");
        assert!(
            last.why.starts_with("records[1000] and on, 2 in all"),
            "{last:?}"
        );
    }

    #[test]
    fn nothing_the_type_does_not_name_is_kept() {
        let mut envelope = example();
        envelope["records"][0]["prompt"] = json!("a secret");
        let batch = batch(&envelope);
        assert!(!batch.rows[0].json.contains("secret"));
    }

    #[test]
    fn ids_have_one_spelling() {
        let mut envelope = example();
        let id = envelope["records"][0]["id"]
            .as_str()
            .expect("text")
            .to_owned();
        envelope["records"][0]["id"] = json!(id.to_uppercase());
        let batch = batch(&envelope);
        assert!(batch.rows[0].json.contains(&id));
    }
}

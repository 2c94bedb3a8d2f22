//! Records that wait to be sent, in bounded memory.

/// At most this many records wait.
pub const MAX_RECORDS: usize = 500;
/// At most this many bytes of them.
pub const MAX_BYTES: usize = 512 * 1024;

/// Serialised records, oldest first.
#[derive(Debug, Default)]
pub struct Outbox {
    records: Vec<String>,
    bytes: usize,
    dropped: u32,
}

impl Outbox {
    /// Adds the newest record. When there is no room the oldest give way: what
    /// is new says more about what is wrong now.
    pub fn push(&mut self, record: String) {
        self.bytes += record.len();
        self.records.push(record);
        self.make_room();
    }

    /// Takes the oldest records that fit into `max` bytes of body; at least
    /// one, if there is any.
    pub fn take(&mut self, max: usize) -> Vec<String> {
        let mut bytes = 0;
        let mut count = 0;
        for record in &self.records {
            // Each is followed by a comma or a bracket.
            bytes += record.len() + 1;
            if count > 0 && bytes > max {
                break;
            }
            count += 1;
            self.bytes -= record.len();
        }
        let mut batch = std::mem::take(&mut self.records);
        self.records.extend(batch.drain(count..));
        batch
    }

    /// Puts a batch back that could not be delivered.
    pub fn put_back(&mut self, mut batch: Vec<String>) {
        for record in &batch {
            self.bytes += record.len();
        }
        batch.append(&mut self.records);
        self.records = batch;
        self.make_room();
    }

    /// Counts a batch that was given up.
    pub fn give_up(&mut self, batch: &[String]) {
        self.dropped += batch.len() as u32;
    }

    /// How many records were lost so far.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn make_room(&mut self) {
        while self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            self.bytes -= self.records.remove(0).len();
            self.dropped += 1;
        }
    }
}

/// The body of a beacon: `head`, the JSON of an envelope without records, with
/// these, which are JSON already.
#[must_use]
pub fn envelope(head: &str, records: &[String]) -> String {
    let mut body = String::from(head);
    // The list is the last field: what comes off is `]}`.
    body.pop();
    body.pop();
    for (i, record) in records.iter().enumerate() {
        if i > 0 {
            body.push(',');
        }
        body.push_str(record);
    }
    body.push_str("]}");
    body
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, MAX_RECORDS, Outbox, envelope};
    use crate::millis::Millis;
    use crate::record::Envelope;

    #[test]
    fn the_oldest_give_way_and_are_counted() {
        let mut outbox = Outbox::default();
        for i in 0..MAX_RECORDS + 3 {
            outbox.push(i.to_string());
        }
        assert_eq!(outbox.dropped(), 3);
        assert_eq!(outbox.take(1), ["3"]);

        outbox.push("x".repeat(MAX_BYTES));
        assert_eq!(outbox.take(usize::MAX).len(), 1);
        assert_eq!(outbox.dropped(), 3 + MAX_RECORDS as u32 - 1);
    }

    #[test]
    fn batches_keep_to_their_size_in_bytes() {
        let mut outbox = Outbox::default();
        for _ in 0..10 {
            outbox.push("é".repeat(50)); // 100 bytes
        }
        assert_eq!(outbox.take(303).len(), 3);
        assert_eq!(outbox.take(302).len(), 2);
        assert_eq!(outbox.take(1).len(), 1);
    }

    #[test]
    fn what_comes_back_goes_first_again() {
        let mut outbox = Outbox::default();
        outbox.push("1".into());
        outbox.push("2".into());
        let batch = outbox.take(100);
        outbox.push("3".into());
        outbox.put_back(batch);
        assert_eq!(outbox.take(100), ["1", "2", "3"]);
        assert!(outbox.is_empty());
    }

    #[test]
    fn an_envelope_is_json() {
        let head: Envelope<()> = Envelope {
            v: 1,
            now: Millis::from_micros(1500),
            time_origin: 2.5,
            deferred: false,
            dropped: 3,
            unrecognised: 4,
            records: vec![],
        };
        let head = serde_json::to_string(&head).expect("JSON");
        let body = envelope(&head, &["{\"a\":1}".into(), "{}".into()]);
        assert_eq!(
            body,
            "{\"v\":1,\"now\":1.5,\"time_origin\":2.5,\"deferred\":false,\"dropped\":3,\
             \"unrecognised\":4,\"records\":[{\"a\":1},{}]}"
        );
    }
}

//! Records that wait to be sent, in bounded memory, and counts of what will
//! never be.

/// At most this many records wait.
pub const MAX_RECORDS: usize = 500;
/// At most this many bytes of them.
pub const MAX_BYTES: usize = 512 * 1024;

/// Serialised records, oldest first.
#[derive(Debug, Default)]
pub struct Outbox {
    records: Vec<String>,
    bytes: usize,
    counts: Counts,
    told: Counts,
}

/// Lost records, and streams that were not recognised.
pub type Counts = [u32; 2];

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

    /// Counts records that were given up.
    pub fn give_up(&mut self, records: usize) {
        self.counts[0] += records as u32;
    }

    /// How many streams were not recognised so far.
    pub fn count_unrecognised(&mut self, count: u32) {
        self.counts[1] = count;
    }

    /// What no envelope has told yet, for the next one. It counts as told from
    /// now on: before that one is answered, others may leave, and receivers add
    /// up what they hear.
    pub fn tell(&mut self) -> Counts {
        let untold = [0, 1].map(|i| self.counts[i] - self.told[i]);
        self.told = self.counts;
        untold
    }

    /// The envelope that told this was not delivered.
    pub fn take_back(&mut self, told: Counts) {
        for (sum, count) in self.told.iter_mut().zip(told) {
            *sum -= count;
        }
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn make_room(&mut self) {
        while self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES {
            self.bytes -= self.records.remove(0).len();
            self.counts[0] += 1;
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
        assert_eq!(outbox.tell(), [3, 0]);
        assert_eq!(outbox.take(1), ["3"]);

        outbox.push("x".repeat(MAX_BYTES));
        assert_eq!(outbox.take(usize::MAX).len(), 1);
        assert_eq!(outbox.tell(), [MAX_RECORDS as u32 - 1, 0]);
    }

    #[test]
    fn what_was_lost_is_told_once() {
        let mut outbox = Outbox::default();
        outbox.count_unrecognised(2);
        let first = outbox.tell();
        outbox.give_up(1);
        outbox.count_unrecognised(3);
        let second = outbox.tell();
        assert_eq!([first, second, outbox.tell()], [[0, 2], [1, 1], [0, 0]]);
        outbox.take_back(first);
        assert_eq!([outbox.tell(), outbox.tell()], [[0, 2], [0, 0]]);
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

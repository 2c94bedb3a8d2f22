//! The one thread that writes: many beacons, one commit.

use crate::batch::Batch;
use crate::clock::Clock;
use crate::counters::{Counters, Records};
use crate::ids::{Fate, Ids};
use crate::options::Retention;
use crate::store::{Row, Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Records in one commit. What waits while the disk works makes up the next
/// group, so nobody waits for a timer.
const MAX_GROUP: usize = 8_192;
/// Rows looked at, and deleted if old, at once: some milliseconds that beacons
/// wait.
const PRUNE_STEP: u32 = 2_000;
/// A pass reads the whole store, and retention counts days.
const PRUNE_EVERY: Duration = Duration::from_secs(3_600);
/// How often a disk that failed is tried again, beacons or not: out of rotation
/// none comes.
const PROBE_EVERY: Duration = Duration::from_secs(2);

/// The way to the disk.
#[derive(Debug)]
pub struct Writer {
    jobs: Sender<Job>,
    status: Arc<Status>,
}

/// The thread behind a [`Writer`].
#[derive(Debug)]
pub struct WriterThread {
    thread: JoinHandle<()>,
    /// Resolves when the thread has ended, whatever made it.
    pub ended: oneshot::Receiver<()>,
}

/// What others may know of the writer without asking it.
#[derive(Debug, Default)]
pub struct Status {
    failing: AtomicBool,
    held: AtomicU64,
    generation: AtomicU64,
}

/// The disk did not take the records: none of them is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotWritten;

#[derive(Debug)]
enum Job {
    Write(Write),
    Stop,
}

#[derive(Debug)]
struct Write {
    batch: Batch,
    /// The beacon's share of `--queue`, given back with the answer.
    space: Option<OwnedSemaphorePermit>,
    done: oneshot::Sender<Result<(), NotWritten>>,
}

impl Writer {
    /// Reads the ids that the store holds and starts the thread.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn start(
        store: Arc<dyn Store>,
        counters: Arc<Counters>,
        clock: Arc<Clock>,
        retention: Retention,
    ) -> Result<(Self, WriterThread), StoreError> {
        let mut ids = Ids::default();
        store.revisions(&mut |id, rev| ids.restore(id, rev))?;
        let status = Arc::new(Status::default());
        status.held.store(ids.len() as u64, Ordering::Relaxed);

        let (jobs, inbox) = channel();
        let (ending, ended) = oneshot::channel();
        let work = Work {
            store,
            ids,
            counters,
            status: Arc::clone(&status),
            clock,
            retention,
            pruned: 0,
        };
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                // Dropped with the thread, also by a panic.
                let _ending = ending;
                work.run(&inbox);
            })
            .map_err(|error| StoreError::Place {
                path: "a thread".into(),
                error,
            })?;
        Ok((Self { jobs, status }, WriterThread { thread, ended }))
    }

    /// Resolves once the batch's good records are on disk.
    ///
    /// Dropping the future does not take the batch back.
    ///
    /// # Errors
    ///
    /// If the disk did not take them.
    pub async fn write(
        &self,
        batch: Batch,
        space: Option<OwnedSemaphorePermit>,
    ) -> Result<(), NotWritten> {
        let (done, answer) = oneshot::channel();
        self.jobs
            .send(Job::Write(Write { batch, space, done }))
            .map_err(|_| NotWritten)?;
        answer.await.unwrap_or(Err(NotWritten))
    }

    /// Lets the thread write what waits and end.
    pub fn stop(&self) {
        // If it is gone already, that is what was wanted.
        let _ = self.jobs.send(Job::Stop);
    }

    /// What is known of it.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }
}

impl WriterThread {
    /// Waits for its end. Returns whether it ended well.
    pub fn join(self) -> bool {
        self.thread.join().is_ok()
    }
}

impl Status {
    /// The disk did not take what it was last given.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Records that are kept, each in its last revision.
    #[must_use]
    pub fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Changes whenever the kept records do.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }
}

#[derive(Debug)]
struct Work {
    store: Arc<dyn Store>,
    ids: Ids,
    counters: Arc<Counters>,
    status: Arc<Status>,
    clock: Arc<Clock>,
    retention: Retention,
    /// How far the pass of [`Store::prune`] that is under way has come.
    pruned: i64,
}

impl Work {
    fn run(mut self, inbox: &Receiver<Job>) {
        let mut next_prune = Instant::now();
        let mut next_probe = None;
        loop {
            let wake = next_probe.map_or(next_prune, |probe| next_prune.min(probe));
            let first = match inbox.recv_timeout(wake.saturating_duration_since(Instant::now())) {
                Ok(Job::Write(write)) => Some(write),
                Err(RecvTimeoutError::Timeout) => None,
                Ok(Job::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut stop = false;
            if let Some(first) = first {
                let mut records = first.batch.rows.len();
                let mut group = vec![first];
                while records < MAX_GROUP {
                    match inbox.try_recv() {
                        Ok(Job::Write(write)) => {
                            records += write.batch.rows.len();
                            group.push(write);
                        }
                        Ok(Job::Stop) => {
                            stop = true;
                            break;
                        }
                        Err(_) => break,
                    }
                }
                self.commit(group);
            }
            if stop {
                return;
            }
            if next_prune <= Instant::now() {
                // While there is more, a step follows every commit.
                next_prune = Instant::now()
                    + if self.prune() {
                        Duration::ZERO
                    } else {
                        PRUNE_EVERY
                    };
            }
            if next_probe.is_some_and(|probe| probe <= Instant::now()) {
                self.probe();
                next_probe = None;
            }
            next_probe = self
                .status
                .is_failing()
                .then(|| next_probe.unwrap_or_else(|| Instant::now() + PROBE_EVERY));
        }
    }

    fn commit(&mut self, mut group: Vec<Write>) {
        let mut rows = Vec::new();
        let mut counts = Vec::with_capacity(group.len());
        for write in &mut group {
            let before = rows.len();
            let count = self.sort_out(&mut write.batch, &mut rows);
            let is_new = count.received == 0 || rows.len() > before;
            counts.push((count, is_new));
        }
        // A group of nothing but duplicates needs no disk.
        let result = if rows.is_empty() {
            Ok(())
        } else {
            self.store.append(&rows)
        };
        match &result {
            Ok(()) => {
                self.ids.commit();
                if !rows.is_empty() {
                    self.status.failing.store(false, Ordering::Relaxed);
                    self.changed();
                }
            }
            Err(error) => {
                self.ids.roll_back();
                self.status.failing.store(true, Ordering::Relaxed);
                tracing::error!("{} records not written: {error}", rows.len());
            }
        }
        self.counters.update(|all| {
            for (write, (counts, is_new)) in group.iter().zip(&counts) {
                match result {
                    Ok(()) => {
                        all.records.received += counts.received;
                        all.records.stored += counts.stored;
                        all.records.duplicate += counts.duplicate;
                        all.records.replaced += counts.replaced;
                        all.clipped += write.batch.clipped;
                        // A beacon of nothing but duplicates and outdated
                        // revisions is one sent twice, and so is what it reports.
                        if *is_new {
                            all.pages.dropped += u64::from(write.batch.dropped);
                            all.pages.unrecognised += u64::from(write.batch.unrecognised);
                        }
                    }
                    Err(_) if counts.received > 0 => all.reject("store", counts.received),
                    Err(_) => {}
                }
            }
        });
        for Write { space, done, .. } in group {
            // Before the answer: whoever has it may send the next beacon.
            drop(space);
            // Nobody there any more: the page has gone, its records stay.
            let _ = done.send(result.as_ref().copied().map_err(|_| NotWritten));
        }
    }

    /// Moves what has to be written into `rows`.
    fn sort_out(&mut self, batch: &mut Batch, rows: &mut Vec<Row>) -> Records {
        let mut counts = Records::default();
        for row in batch.rows.drain(..) {
            counts.received += 1;
            match self.ids.admit(row.id, row.rev) {
                Fate::New => {
                    counts.stored += 1;
                    rows.push(row);
                }
                Fate::Replaces => {
                    counts.replaced += 1;
                    rows.push(row);
                }
                Fate::Outdated => counts.replaced += 1,
                Fate::Duplicate => counts.duplicate += 1,
            }
        }
        counts
    }

    fn probe(&self) {
        match self.store.probe() {
            Ok(()) => {
                self.status.failing.store(false, Ordering::Relaxed);
                tracing::info!("the disk takes records again");
            }
            Err(error) => tracing::debug!("the disk still fails: {error}"),
        }
    }

    /// Does one step. Returns whether the pass goes on.
    fn prune(&mut self) -> bool {
        let Retention::For(age) = self.retention else {
            return false;
        };
        if self.clock.was_set() {
            tracing::warn!(
                "the machine slept or its clock was set, by more than a day: old records are kept until the collector is restarted with the right time"
            );
            return false;
        }
        let before = self.clock.now() - i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        let (store, ids) = (&self.store, &mut self.ids);
        let mut gone = 0;
        let result = store.prune(before, self.pruned, PRUNE_STEP, &mut |id, rev| {
            gone += 1;
            ids.forget(id, rev);
        });
        if gone > 0 {
            tracing::debug!("{gone} rows are older than --retention-days and deleted");
            self.changed();
        }
        let next = result.unwrap_or_else(|error| {
            tracing::error!("old records not deleted: {error}");
            None
        });
        self.pruned = next.unwrap_or(0);
        next.is_some()
    }

    fn changed(&self) {
        self.status
            .held
            .store(self.ids.len() as u64, Ordering::Relaxed);
        self.status.generation.fetch_add(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::batch::Batch;
    use crate::clock::Clock;
    use crate::counters::Counters;
    use crate::options::Retention;
    use crate::store::{Row, Sqlite, Store as _};
    use std::sync::Arc;
    use std::time::Duration;
    use uuid::Uuid;

    const DAY: Retention = Retention::For(Duration::from_secs(86_400));

    fn row(id: u128) -> Row {
        Row {
            received: 1,
            at: 1,
            id: Uuid::from_u128(id),
            rev: 1,
            json: "{}".into(),
        }
    }

    /// How many of two old records are there once the writer has been round.
    async fn left(clock: Clock) -> u64 {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(directory.path()).expect("a store");
        store.append(&[row(1), row(2)]).expect("appended");
        let (writer, thread) = Writer::start(
            Arc::new(store),
            Arc::new(Counters::default()),
            Arc::new(clock),
            DAY,
        )
        .expect("a writer");
        for _ in 0..2 {
            writer
                .write(Batch::default(), None)
                .await
                .expect("an answer");
        }
        writer.stop();
        assert!(thread.join());
        writer.status().held()
    }

    #[tokio::test]
    async fn nothing_is_deleted_once_the_clock_was_set() {
        assert_eq!(left(Clock::new(1)).await, 0);
        assert_eq!(left(Clock::set_since()).await, 2);
    }
}

//! Where records are kept.

mod sqlite;

pub use sqlite::Sqlite;

use std::fmt::Debug;
use std::path::PathBuf;
use uuid::Uuid;

/// One record as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When its beacon came, in milliseconds since 1970.
    pub received: i64,
    /// When its request was made, in milliseconds since 1970.
    pub at: i64,
    /// The record's id.
    pub id: Uuid,
    /// The record's revision.
    pub rev: u32,
    /// The record.
    pub json: String,
}

/// Keeps rows in the order they came.
///
/// It is append-only and knows nothing of duplicates: whoever appends does so
/// in ascending revisions of an id, so the last row of an id is the one that
/// counts. One thread appends and prunes; any may read at the same time.
pub trait Store: Debug + Send + Sync + 'static {
    /// Appends all rows or none. Once it returns they survive a crash.
    ///
    /// # Errors
    ///
    /// None of the rows is kept then.
    fn append(&self, rows: &[Row]) -> Result<(), StoreError>;

    /// Writes something small that changes no row and survives a crash, as
    /// [`append`](Self::append) would.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    fn probe(&self) -> Result<(), StoreError>;

    /// Visits id and revision of every row, oldest first.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn revisions(&self, visit: &mut dyn FnMut(Uuid, u32)) -> Result<(), StoreError>;

    /// The newest `limit` records, each in its last revision, the latest
    /// arrival first. Fewer where it would take long to find them: a record of
    /// very many revisions hides those before it.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    fn newest(&self, limit: usize) -> Result<Vec<Row>, StoreError>;

    /// Looks at the `limit` rows that follow `after`, in the order they came,
    /// deletes those that came before `received`, and visits each of these.
    /// Returns the `after` of the next step, or `None` at the end.
    ///
    /// `after` is 0 at the start of a pass. A step is small, so that nobody
    /// waits long; a pass sees every row, so that none with a wrong stamp
    /// shields those behind it.
    ///
    /// # Errors
    ///
    /// If the store cannot be written.
    fn prune(
        &self,
        received: i64,
        after: i64,
        limit: u32,
        visit: &mut dyn FnMut(Uuid, u32),
    ) -> Result<Option<i64>, StoreError>;
}

/// Why a store cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The place is not usable.
    #[error("cannot use {path}: {error}; choose another place with --data", path = path.display())]
    Place {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Two collectors on one file would each miss the other's ids.
    #[error("{path} is in use by another collector; stop it or choose another place with --data", path = .0.display())]
    InUse(PathBuf),
    /// Another program's database.
    #[error("{path} holds something else than ttft's records; choose another place with --data", path = .0.display())]
    Foreign(PathBuf),
    /// Written by a later release.
    #[error("{path} was written by a newer ttft-collector; use that one or choose another place with --data", path = .0.display())]
    Newer(PathBuf),
    /// The database failed.
    #[error("the store failed: {0}")]
    Database(#[from] rusqlite::Error),
}

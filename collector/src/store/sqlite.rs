//! The embedded store: one SQLite file.

use super::{Row, Store, StoreError};
use rusqlite::{Connection, params};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// "ttft", so that `file` and we ourselves know whose database it is.
const APPLICATION_ID: i32 = 0x7474_6674;
const SCHEMA_VERSION: i32 = 1;

// No index and no key over `id`: pages send ids in no order, and looking for
// each one's place costs 6 to 14 times the insert (see `Ids`).
const SCHEMA: &str = "
    CREATE TABLE record (
        seq      INTEGER PRIMARY KEY,  -- order of arrival
        received INTEGER NOT NULL,     -- ms since 1970
        at       INTEGER NOT NULL,     -- ms since 1970, of the request
        id       BLOB    NOT NULL,     -- 16 bytes; the last row of an id counts
        rev      INTEGER NOT NULL,
        json     TEXT    NOT NULL
    ) STRICT;
";

/// Records in one SQLite file.
///
/// WAL with `synchronous=FULL`: each commit is on disk before it returns, and
/// readers never wait for it.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    /// Never used by two threads: the one writer appends and prunes.
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    /// Held as long as the store is open; the system lets go of it however the
    /// process ends.
    _lock: File,
}

impl Sqlite {
    /// Opens the store at `place`, a file if its name has an extension, else a
    /// directory, and makes what is missing.
    ///
    /// # Errors
    ///
    /// If the place cannot be used or holds something else.
    pub fn open(place: &Path) -> Result<Self, StoreError> {
        let is_file = !place.is_dir() && (place.is_file() || place.extension().is_some());
        let path = if is_file {
            place.to_owned()
        } else {
            place.join("ttft.sqlite")
        };
        let unusable = |path: &Path| {
            let path = path.to_owned();
            move |error| StoreError::Place { path, error }
        };
        if let Some(directory) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            fs::create_dir_all(directory).map_err(unusable(directory))?;
        }
        let mut lock_path = path.clone().into_os_string();
        lock_path.push("-lock");
        let lock = File::create(&lock_path).map_err(unusable(lock_path.as_ref()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path)),
            Err(TryLockError::Error(error)) => return Err(unusable(lock_path.as_ref())(error)),
        }
        // Where it can be told, before SQLite's "unable to open database file".
        File::options()
            .append(true)
            .create(true)
            .open(&path)
            .map_err(unusable(&path))?;

        let writer = Connection::open(&path)?;
        prepare(&writer, &path)?;
        let reader = Connection::open(&path)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            _lock: lock,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn prepare(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let is_not_ours = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
        _ => error.into(),
    };
    let (application, version) = (
        pragma("application_id").map_err(is_not_ours)?,
        pragma("user_version")?,
    );
    let tables: i32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version, tables) {
        (0, 0, 0) => {}
        (APPLICATION_ID, ..=SCHEMA_VERSION, _) => {}
        (APPLICATION_ID, ..) => return Err(StoreError::Newer(path.to_owned())),
        _ => return Err(StoreError::Foreign(path.to_owned())),
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS fsync alone leaves data in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // A long reader lets the WAL grow; give the space back afterwards.
    connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    if version == 0 {
        connection.execute_batch(&format!(
            "BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        ))?;
    }
    Ok(())
}

impl Store for Sqlite {
    fn append(&self, rows: &[Row]) -> Result<(), StoreError> {
        let mut connection = lock(&self.writer);
        // Rolled back when dropped without the commit.
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO record (received, at, id, rev, json) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for Row {
                received,
                at,
                id,
                rev,
                json,
            } in rows
            {
                insert.execute(params![received, at, id.as_bytes(), rev, json])?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn probe(&self) -> Result<(), StoreError> {
        // Writes the header's page, also where the number is there already.
        Ok(lock(&self.writer).pragma_update(None, "user_version", SCHEMA_VERSION)?)
    }

    fn revisions(&self, visit: &mut dyn FnMut(Uuid, u32)) -> Result<(), StoreError> {
        let connection = lock(&self.reader);
        let mut select = connection.prepare_cached("SELECT id, rev FROM record ORDER BY seq")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            visit(Uuid::from_bytes(row.get(0)?), row.get(1)?);
        }
        Ok(())
    }

    fn newest(&self, limit: usize) -> Result<Vec<Row>, StoreError> {
        let connection = lock(&self.reader);
        // A row is nearly all json, so only that of rows that are shown is read.
        let mut keys =
            connection.prepare_cached("SELECT seq, id FROM record ORDER BY seq DESC LIMIT ?1")?;
        let mut select = connection
            .prepare_cached("SELECT received, at, rev, json FROM record WHERE seq = ?1")?;
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        // While this is open, all is read as of one moment.
        let mut keys = keys.query([rows_looked_at(limit) as i64])?;
        while found.len() < limit
            && let Some(key) = keys.next()?
        {
            let (seq, id): (i64, _) = (key.get(0)?, Uuid::from_bytes(key.get(1)?));
            // Older revisions lie deeper than the one that replaced them.
            if seen.insert(id) {
                found.push(select.query_row([seq], |row| {
                    Ok(Row {
                        received: row.get(0)?,
                        at: row.get(1)?,
                        id,
                        rev: row.get(2)?,
                        json: row.get(3)?,
                    })
                })?);
            }
        }
        Ok(found)
    }

    fn prune(
        &self,
        received: i64,
        after: i64,
        limit: u32,
        visit: &mut dyn FnMut(Uuid, u32),
    ) -> Result<Option<i64>, StoreError> {
        let mut gone = Vec::new();
        let next;
        {
            let mut connection = lock(&self.writer);
            let transaction = connection.transaction()?;
            {
                let mut window = transaction.prepare_cached(
                    "SELECT count(*), max(seq) FROM
                     (SELECT seq FROM record WHERE seq > ?1 ORDER BY seq LIMIT ?2)",
                )?;
                let (count, last): (u32, Option<i64>) = window
                    .query_row(params![after, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
                next = last.filter(|_| count == limit);
                let mut delete = transaction.prepare_cached(
                    "DELETE FROM record WHERE received < ?1 AND seq > ?2 AND seq <= ?3
                     RETURNING id, rev",
                )?;
                let mut rows = delete.query(params![received, after, last.unwrap_or(after)])?;
                while let Some(row) = rows.next()? {
                    gone.push((Uuid::from_bytes(row.get(0)?), row.get(1)?));
                }
            }
            transaction.commit()?;
        }
        // Not before the commit: what is still there must still be known.
        for (id, rev) in gone {
            visit(id, rev);
        }
        Ok(next)
    }
}

/// At most this many for `limit` records: one id can have a million revisions,
/// and meanwhile nobody else reads.
const fn rows_looked_at(limit: usize) -> usize {
    20 * limit + 1_000
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    // A panic cannot leave a transaction open: it ends when dropped.
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Sqlite;
    use crate::store::{Row, Store, StoreError};
    use uuid::Uuid;

    fn row(id: u128, rev: u32, received: i64) -> Row {
        Row {
            received,
            at: received - 5,
            id: Uuid::from_u128(id),
            rev,
            json: format!("{{\"rev\":{rev}}}"),
        }
    }

    fn keys(rows: &[Row]) -> Vec<(u128, u32)> {
        rows.iter().map(|row| (row.id.as_u128(), row.rev)).collect()
    }

    #[test]
    fn the_library_is_one_whose_wal_reset_is_safe() {
        assert!(
            rusqlite::version_number() >= 3_051_003,
            "{}",
            rusqlite::version()
        );
    }

    #[test]
    fn commits_are_synced_to_the_disk() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(directory.path()).expect("a store");
        let connection = super::lock(&store.writer);
        let text = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        assert_eq!(text("journal_mode").expect("WAL"), "wal");
        assert_eq!(number("synchronous").expect("FULL"), 2);
    }

    #[test]
    fn a_probe_is_a_commit_that_changes_no_row() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(directory.path()).expect("a store");
        store.append(&[row(1, 1, 10)]).expect("appended");
        // Changes when another connection has committed.
        let commits = || {
            super::lock(&store.reader)
                .pragma_query_value(None, "data_version", |row| row.get::<_, i64>(0))
                .expect("a number")
        };
        let before = commits();
        store.probe().expect("written");
        assert_ne!(commits(), before);
        assert_eq!(store.newest(9).expect("rows"), [row(1, 1, 10)]);
    }

    #[test]
    fn newest_shows_the_last_revision_of_each_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(directory.path()).expect("a store");
        store
            .append(&[row(1, 1, 10), row(2, 1, 11), row(1, 2, 12), row(3, 1, 13)])
            .expect("appended");
        assert_eq!(
            keys(&store.newest(9).expect("rows")),
            [(3, 1), (1, 2), (2, 1)]
        );
        assert_eq!(keys(&store.newest(2).expect("rows")), [(3, 1), (1, 2)]);
        assert_eq!(store.newest(0).expect("rows"), []);
        assert_eq!(store.newest(1).expect("rows"), [row(3, 1, 13)]);
    }

    #[test]
    fn an_id_of_many_revisions_does_not_keep_the_reader() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(directory.path()).expect("a store");
        let append = |rows: Vec<Row>| store.append(&rows).expect("appended");
        append(vec![row(1, 1, 10)]);
        append((1..=1_039).map(|rev| row(2, rev, 11)).collect());
        let two = || keys(&store.newest(2).expect("rows"));
        assert_eq!(two(), [(2, 1_039), (1, 1)]);
        append(vec![row(2, 1_040, 12)]);
        assert_eq!(two(), [(2, 1_040)]);
    }

    #[test]
    fn pruning_passes_what_is_young_in_small_steps() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Sqlite::open(directory.path()).expect("a store");
        // The first two came while the clock was far ahead.
        let rows = [(1, 900), (2, 901), (3, 1), (4, 2), (5, 7), (6, 3), (7, 8)];
        store
            .append(&rows.map(|(id, received)| row(id, 1, received)))
            .expect("appended");
        let mut steps = Vec::new();
        let mut after = Some(0);
        while let Some(from) = after {
            let mut gone = Vec::new();
            after = store
                .prune(5, from, 2, &mut |id, _| gone.push(id.as_u128()))
                .expect("pruned");
            steps.push(gone);
        }
        assert_eq!(steps, [vec![], vec![3, 4], vec![6], vec![]]);
        assert_eq!(
            keys(&store.newest(9).expect("rows")),
            [(7, 1), (5, 1), (2, 1), (1, 1)]
        );
    }

    #[test]
    fn a_file_has_one_collector() {
        let directory = tempfile::tempdir().expect("a directory");
        let first = Sqlite::open(directory.path()).expect("a store");
        assert!(matches!(
            Sqlite::open(directory.path()),
            Err(StoreError::InUse(_))
        ));
        drop(first);
        Sqlite::open(directory.path()).expect("free again");
    }

    #[test]
    fn somebody_else_s_file_is_left_alone() {
        let directory = tempfile::tempdir().expect("a directory");
        let text = directory.path().join("notes.txt");
        std::fs::write(
            &text,
            "these are notes, and long enough to be no empty database",
        )
        .expect("written");
        assert!(matches!(Sqlite::open(&text), Err(StoreError::Foreign(_))));
        assert!(
            std::fs::read_to_string(&text)
                .expect("still there")
                .starts_with("these are notes")
        );

        let database = directory.path().join("other.sqlite");
        let other = rusqlite::Connection::open(&database).expect("a database");
        other
            .execute_batch("CREATE TABLE record (x); PRAGMA user_version = 1")
            .expect("made");
        assert!(matches!(
            Sqlite::open(&database),
            Err(StoreError::Foreign(_))
        ));
        other
            .execute_batch("PRAGMA application_id = 0x74746674; PRAGMA user_version = 99")
            .expect("made");
        assert!(matches!(Sqlite::open(&database), Err(StoreError::Newer(_))));
    }

    #[test]
    fn a_name_with_an_extension_is_the_file_itself() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("deep/er/records.db");
        assert_eq!(Sqlite::open(&file).expect("a store").path(), file);
        let nested = directory.path().join("data");
        assert_eq!(
            Sqlite::open(&nested).expect("a store").path(),
            nested.join("ttft.sqlite")
        );
    }
}

//! Which records are already there.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use uuid::Uuid;

/// The newest revision of every record that is kept.
///
/// In memory because the alternative, a primary key over ids that arrive in no
/// order, makes the store six to fourteen times slower. Rebuilt at start and
/// bounded by retention.
#[derive(Debug, Default)]
pub struct Ids {
    revisions: HashMap<Uuid, u32>,
    /// What the group that is not committed yet has overwritten, oldest first.
    undo: Vec<(Uuid, Option<u32>)>,
}

/// What becomes of a record that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The first with this id.
    New,
    /// A larger revision: takes the place of the one that is there.
    Replaces,
    /// A smaller revision than the one that is there.
    Outdated,
    /// The same revision again.
    Duplicate,
}

impl Ids {
    /// Takes a record that the store holds already.
    pub fn restore(&mut self, id: Uuid, rev: u32) {
        let newest = self.revisions.entry(id).or_insert(rev);
        *newest = rev.max(*newest);
    }

    /// Decides on a record, tentatively until [`commit`](Self::commit).
    pub fn admit(&mut self, id: Uuid, rev: u32) -> Fate {
        match self.revisions.entry(id) {
            Entry::Vacant(free) => {
                free.insert(rev);
                self.undo.push((id, None));
                Fate::New
            }
            Entry::Occupied(mut newest) if *newest.get() < rev => {
                self.undo.push((id, Some(newest.insert(rev))));
                Fate::Replaces
            }
            Entry::Occupied(newest) if *newest.get() == rev => Fate::Duplicate,
            Entry::Occupied(_) => Fate::Outdated,
        }
    }

    /// The disk has them.
    pub fn commit(&mut self) {
        self.undo.clear();
    }

    /// The disk has none of those admitted since the last commit: a page that
    /// sends them again must not be told that they are duplicates.
    pub fn roll_back(&mut self) {
        for (id, before) in self.undo.drain(..).rev() {
            match before {
                Some(rev) => self.revisions.insert(id, rev),
                None => self.revisions.remove(&id),
            };
        }
    }

    /// Takes back a row that the store no longer holds.
    pub fn forget(&mut self, id: Uuid, rev: u32) {
        if self.revisions.get(&id) == Some(&rev) {
            self.revisions.remove(&id);
        }
    }

    /// How many records are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Ids};
    use uuid::Uuid;

    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn the_larger_revision_wins_in_any_order() {
        let mut ids = Ids::default();
        assert_eq!(ids.admit(ID, 2), Fate::New);
        assert_eq!(ids.admit(ID, 1), Fate::Outdated);
        assert_eq!(ids.admit(ID, 3), Fate::Replaces);
        assert_eq!(ids.admit(ID, 3), Fate::Duplicate);
        assert_eq!(ids.len(), 1);
    }

    #[test]
    fn what_the_disk_refused_is_new_again() {
        let mut ids = Ids::default();
        ids.admit(ID, 1);
        ids.commit();
        ids.admit(ID, 2);
        ids.admit(ID, 3);
        ids.admit(Uuid::from_u128(8), 1);
        ids.roll_back();
        assert_eq!(ids.admit(ID, 1), Fate::Duplicate);
        assert_eq!(ids.admit(ID, 2), Fate::Replaces);
        assert_eq!(ids.admit(Uuid::from_u128(8), 1), Fate::New);
    }

    #[test]
    fn an_old_row_does_not_take_its_successor_along() {
        let mut ids = Ids::default();
        ids.restore(ID, 2);
        ids.restore(ID, 1);
        ids.forget(ID, 1);
        assert_eq!(ids.admit(ID, 2), Fate::Duplicate);
        ids.forget(ID, 2);
        assert!(ids.is_empty());
    }
}

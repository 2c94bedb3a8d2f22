//! All dialects, compiled into one tree of paths.

use super::code::{Code, What, decode};
use super::rule::{Class, Mark};
use super::{About, BUILT_IN, RULES, UserDialect, UserDialectError};
use crate::json::{Node, Paths, PathsError, Wants};
use std::cell::Cell;
use std::sync::Arc;

/// Which dialect, as an index into the built-in ones and, after them, the
/// page's own; 0 is none in particular.
pub(crate) type DialectId = u8;

/// A rule in the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compiled {
    pub(crate) code: Code,
    pub(crate) dialect: DialectId,
    /// The next rule at the same place; `END` for none.
    next: u16,
}

const END: u16 = u16::MAX;

/// Dialects of the page's own.
const MAX_USER: usize = 16;

/// The union of all dialects' rules.
///
/// One tree for all, because streams don't say which dialect they speak and
/// proxies mix them: a backend sends its own events around somebody else's.
/// That the union is unambiguous was checked on 717 recorded streams.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) paths: Paths,
    rules: Vec<Compiled>,
    /// First rule of each place.
    first: Vec<u16>,
    /// The page's own dialects; they come after the built-in ones.
    pub(crate) user: Vec<UserDialect>,
    /// A dialect of the page's reads documents that are no JSON.
    pub(crate) reads_raw: bool,
    /// The path of each rule.
    #[cfg(feature = "inspect")]
    sources: Vec<String>,
}

impl Table {
    /// The built-in dialects, compiled once per thread.
    pub(crate) fn built_in() -> Arc<Self> {
        thread_local!(static TABLE: Cell<Option<Arc<Table>>> = const { Cell::new(None) });
        TABLE.with(|cell| {
            let table = cell
                .take()
                .unwrap_or_else(|| Arc::new(Self::compile_built_in()));
            cell.set(Some(table.clone()));
            table
        })
    }

    /// The page's dialects before the built-in ones.
    pub(crate) fn with(user: Vec<UserDialect>) -> Result<Arc<Self>, (usize, UserDialectError)> {
        let mut table = Self::compile_built_in();
        // The last rule added goes first.
        for (index, dialect) in user.iter().enumerate().rev() {
            if index >= MAX_USER {
                return Err((index, UserDialectError::TooMany));
            }
            let id = (BUILT_IN.len() + index) as DialectId;
            dialect
                .compile(&mut |path, kind| {
                    table.add(id, path.as_bytes(), Code::new(kind, Mark::None))
                })
                .map_err(|error| (index, error))?;
            table.reads_raw |= dialect.reads_raw();
        }
        table.user = user;
        Ok(Arc::new(table))
    }

    fn compile_built_in() -> Self {
        let mut table = Self {
            paths: Paths::new(),
            rules: Vec::new(),
            first: Vec::new(),
            user: Vec::new(),
            reads_raw: false,
            #[cfg(feature = "inspect")]
            sources: Vec::new(),
        };
        decode(&RULES, &mut |dialect, path, code| {
            // The paths are ours and a test compiles them all.
            let _ = table.add(dialect, path, code);
        });
        table
    }

    fn add(&mut self, dialect: DialectId, path: &[u8], code: Code) -> Result<(), PathsError> {
        let node = self.paths.insert(path)?;
        self.first.resize(self.paths.len(), END);
        self.paths.want(node, wants(code));
        if let Some(first) = self.first.get_mut(usize::from(node)) {
            let next = std::mem::replace(first, self.rules.len() as u16);
            self.rules.push(Compiled {
                code,
                dialect,
                next,
            });
            #[cfg(feature = "inspect")]
            self.sources
                .push(String::from_utf8_lossy(path).into_owned());
        }
        Ok(())
    }

    /// The rules at a place, the page's own first.
    pub(crate) fn rules(&self, node: Node) -> impl Iterator<Item = (u16, Compiled)> {
        let mut at = self.first.get(usize::from(node)).copied().unwrap_or(END);
        std::iter::from_fn(move || {
            let rule = *self.rules.get(usize::from(at))?;
            Some((std::mem::replace(&mut at, rule.next), rule))
        })
    }

    pub(crate) fn rule(&self, index: u16) -> Option<Compiled> {
        self.rules.get(usize::from(index)).copied()
    }

    #[cfg(feature = "inspect")]
    pub(crate) fn path(&self, rule: u16) -> &str {
        self.sources
            .get(usize::from(rule))
            .map_or("", String::as_str)
    }

    pub(crate) fn is_user(id: DialectId) -> bool {
        usize::from(id) >= BUILT_IN.len()
    }

    fn user(&self, id: DialectId) -> Option<&UserDialect> {
        self.user.get(usize::from(id).checked_sub(BUILT_IN.len())?)
    }

    pub(crate) fn about(&self, id: DialectId) -> About {
        let built_in = BUILT_IN.get(usize::from(id)).copied();
        built_in.unwrap_or(About {
            has_end_marker: self.user(id).is_some_and(|user| user.end.is_some()),
            ..About::NONE
        })
    }

    pub(crate) fn name(&self, id: DialectId) -> &str {
        self.user(id)
            .map_or(self.about(id).name, |user| user.name.as_str())
    }
}

fn wants(code: Code) -> Wants {
    match code.what {
        What::TYPED | What::CUMULATIVE => Wants::TEXT.and(Wants::THINK),
        What::OUTPUT if code.of == Class::Text as u8 => Wants::TEXT.and(Wants::THINK),
        What::OUTPUT | What::PART_TEXT => Wants::TEXT,
        #[cfg(feature = "aws-eventstream")]
        What::BASE64 => Wants::TEXT.and(Wants::BASE64),
        #[cfg(feature = "inspect")]
        What::USAGE => Wants::VALUE.and(Wants::RAW),
        _ => Wants::VALUE,
    }
}

#[cfg(test)]
mod tests {
    use super::super::DIALECTS;
    use super::{BUILT_IN, Table};
    use crate::json::Paths;

    #[test]
    fn every_built_in_rule_is_in_the_table() {
        let table = Table::built_in();
        let mut paths = Paths::new();
        let mut rules = 0;
        for (id, dialect) in DIALECTS.iter().enumerate() {
            for rule in dialect.rules {
                assert!(paths.insert(rule.path.as_bytes()).is_ok(), "{}", rule.path);
                let compiled = table.rule(rules).expect("a rule");
                assert_eq!(usize::from(compiled.dialect), id);
                assert_eq!((compiled.code.what, compiled.code.of), rule.kind.encode());
                assert_eq!(compiled.code.needs, rule.needs as u8);
                rules += 1;
            }
        }
        assert_eq!(table.rules.len(), usize::from(rules));
    }

    #[test]
    fn each_name_is_given_once() {
        let mut names: Vec<_> = BUILT_IN.iter().map(|about| about.name).collect();
        names.retain(|name| !name.is_empty());
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

//! The places in a document that somebody asked for.

/// A place in the tree of [`Paths`].
pub(crate) type Node = u16;

/// No place of interest.
pub(crate) const NONE: Node = Node::MAX;

/// The document itself.
pub(crate) const ROOT: Node = 0;

/// More nesting than this has no place of interest in any dialect, and the
/// scanner's stack is sized for it.
pub(crate) const MAX_SEGMENTS: usize = 12;

/// What a place wants to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants(u8);

impl Wants {
    /// That there is a value, and which, if it is short.
    pub(crate) const VALUE: Self = Self(1);
    /// Some values of it have places of their own.
    pub(crate) const EXACT: Self = Self(32);
    /// All of a string, however long, in pieces.
    pub(crate) const TEXT: Self = Self(2);
    /// As `TEXT`, and the text may hold inline reasoning.
    pub(crate) const THINK: Self = Self(4);
    /// As `TEXT`, and the text is a document of its own in base64.
    #[cfg(feature = "aws-eventstream")]
    pub(crate) const BASE64: Self = Self(8);
    /// The raw bytes of the container.
    #[cfg(feature = "inspect")]
    pub(crate) const RAW: Self = Self(16);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Why a path cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathsError {
    /// A segment without a name, as in `a//b`, or nothing at all.
    EmptySegment,
    /// More than [`MAX_SEGMENTS`] segments, or a name above 64 bytes.
    TooLong,
    /// The tree is full.
    TooMany,
}

/// Paths, merged into one tree.
///
/// A path is a list of object keys joined by `/`; `*` stands for any element
/// of an array, a digit for the element at that index, and a last segment
/// `key=value` for a scalar with exactly that value. An index goes before `*`:
/// where both are asked for, the element at that index is seen by the index
/// only. A path that starts with `@` names no place in the document but
/// something about it (`@event`, `@data`).
#[derive(Debug, Default)]
pub(crate) struct Paths {
    nodes: Vec<Entry>,
    /// Names of all nodes, end to end.
    names: Vec<u8>,
    /// Open-addressed index from parent and name to node.
    slots: Vec<Node>,
}

#[derive(Debug)]
struct Entry {
    parent: Node,
    any: Node,
    name: u16,
    name_len: u8,
    wants: Wants,
    /// Whether anything lies below it, values excluded.
    open: bool,
}

/// The root of everything that starts with `@`.
const ABOUT: Node = 1;

/// Set in the parent of a place that stands for one value of its parent.
const VALUE: Node = 1 << 15;

impl Paths {
    pub(crate) fn new() -> Self {
        let mut paths = Self::default();
        paths.slots.resize(2048, NONE);
        paths.add(NONE, b"");
        paths.add(NONE, b"");
        paths
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Finds or makes the place of `path`.
    pub(crate) fn insert(&mut self, path: &[u8]) -> Result<Node, PathsError> {
        let (mut node, mut rest) = match path {
            [b'@', rest @ ..] => (ABOUT, rest),
            rest => (ROOT, rest),
        };
        // The root itself: a document that is one string.
        if path == b"." {
            return Ok(ROOT);
        }
        let mut segments = 0;
        loop {
            let end = rest.iter().position(|&byte| byte == b'/' || byte == b'=');
            let (name, stop) = match end {
                Some(end) => (rest.get(..end).unwrap_or_default(), rest.get(end)),
                None => (rest, None),
            };
            segments += 1;
            if name.is_empty() {
                return Err(PathsError::EmptySegment);
            }
            if segments > MAX_SEGMENTS || name.len() > 64 {
                return Err(PathsError::TooLong);
            }
            node = self.enter(node, name)?;
            rest = rest.get(name.len() + 1..).unwrap_or_default();
            match stop {
                None => return Ok(node),
                Some(b'=') => {
                    if rest.len() > 64 {
                        return Err(PathsError::TooLong);
                    }
                    self.want(node, Wants::VALUE.and(Wants::EXACT));
                    return self.enter(node | VALUE, rest);
                }
                Some(_) => {}
            }
        }
    }

    /// Adds to what a place wants to be told.
    pub(crate) fn want(&mut self, node: Node, wants: Wants) {
        if let Some(entry) = self.nodes.get_mut(usize::from(node)) {
            entry.wants = entry.wants.and(wants);
        }
    }

    pub(crate) fn wants(&self, node: Node) -> Wants {
        self.nodes
            .get(usize::from(node))
            .map(|entry| entry.wants)
            .unwrap_or_default()
    }

    /// The place at `key` of the object at `node`.
    pub(crate) fn key(&self, node: Node, key: &[u8]) -> Node {
        if node == NONE {
            return NONE;
        }
        self.find(node, key).unwrap_or(NONE)
    }

    /// The place of exactly this scalar at `node`.
    pub(crate) fn value(&self, node: Node, value: &[u8]) -> Node {
        self.find(node | VALUE, value).unwrap_or(NONE)
    }

    /// The place of an array's element.
    pub(crate) fn element(&self, node: Node, index: u16) -> Node {
        let Some(entry) = self.nodes.get(usize::from(node)) else {
            return NONE;
        };
        if entry.open && index < 10 {
            let found = self.key(node, &[b'0' + index as u8]);
            if found != NONE {
                return found;
            }
        }
        entry.any
    }

    /// The place that a path starting with `@` names.
    pub(crate) fn about(&self, name: &[u8]) -> Node {
        self.key(ABOUT, name)
    }

    /// Whether there is anything of interest below `node`.
    pub(crate) fn is_open(&self, node: Node) -> bool {
        self.nodes
            .get(usize::from(node))
            .is_some_and(|entry| entry.open)
    }

    fn enter(&mut self, parent: Node, name: &[u8]) -> Result<Node, PathsError> {
        if let Some(entry) = self.nodes.get_mut(usize::from(parent)) {
            entry.open = true;
        }
        if name == b"*" && parent & VALUE == 0 {
            let any = self
                .nodes
                .get(usize::from(parent))
                .map_or(NONE, |entry| entry.any);
            if any != NONE {
                return Ok(any);
            }
            let node = self.add(parent, name);
            if let Some(entry) = self.nodes.get_mut(usize::from(parent)) {
                entry.any = node;
            }
            return Ok(node);
        }
        let slot = match self.find(parent, name) {
            Ok(found) => return Ok(found),
            Err(slot) => slot,
        };
        // Half full at most, so that a probe stays short and always ends.
        if self.nodes.len() * 2 >= self.slots.len() {
            return Err(PathsError::TooMany);
        }
        let node = self.add(parent, name);
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = node;
        }
        Ok(node)
    }

    fn add(&mut self, parent: Node, name: &[u8]) -> Node {
        let node = self.nodes.len() as Node;
        self.nodes.push(Entry {
            parent,
            any: NONE,
            name: self.names.len() as u16,
            name_len: name.len() as u8,
            wants: Wants::default(),
            open: false,
        });
        self.names.extend_from_slice(name);
        node
    }

    /// The node, or else the slot where it would go.
    fn find(&self, parent: Node, name: &[u8]) -> Result<Node, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(parent, name) as usize & mask;
        loop {
            let node = self.slots.get(at).copied().unwrap_or(NONE);
            let Some(entry) = self.nodes.get(usize::from(node)) else {
                return Err(at);
            };
            if entry.parent == parent && usize::from(entry.name_len) == name.len() {
                let start = usize::from(entry.name);
                if self.names.get(start..start + name.len()) == Some(name) {
                    return Ok(node);
                }
            }
            at = (at + 1) & mask;
        }
    }
}

/// Every key in a stream is hashed, so not byte by byte: the first and the last
/// eight tell names apart well enough, and what they don't, a comparison does.
fn hash(parent: Node, name: &[u8]) -> u32 {
    let word = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(21)
        }
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) ^ u64::from(u32::from_le_bytes(*last)) << 32
            }
            _ => name
                .iter()
                .fold(0, |word, &byte| word << 8 | u64::from(byte)),
        },
    };
    let word =
        (word ^ (name.len() as u64) << 16 ^ u64::from(parent)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (word >> 40) as u32
}

#[cfg(test)]
mod tests {
    use super::{NONE, Paths, PathsError, ROOT};

    #[test]
    fn paths_share_what_they_have_in_common() {
        let mut paths = Paths::new();
        let content = paths.insert(b"choices/*/delta/content").expect("a path");
        let before = paths.len();
        let refusal = paths.insert(b"choices/*/delta/refusal").expect("a path");
        assert_eq!(paths.len(), before + 1);
        assert_ne!(content, refusal);
        assert_eq!(paths.insert(b"choices/*/delta/content"), Ok(content));

        let choices = paths.key(ROOT, b"choices");
        let delta = paths.key(paths.element(choices, 3), b"delta");
        assert_eq!(paths.key(delta, b"content"), content);
        assert_eq!(paths.key(delta, b"other"), NONE);
        assert!(paths.is_open(delta) && !paths.is_open(content));
    }

    #[test]
    fn a_value_is_no_key() {
        let mut paths = Paths::new();
        let stop = paths.insert(b"type=stop").expect("a path");
        let kind = paths.key(ROOT, b"type");
        assert_eq!(paths.value(kind, b"stop"), stop);
        assert_eq!(paths.key(kind, b"stop"), NONE);
        assert!(!paths.is_open(kind));
    }

    #[test]
    fn a_key_that_looks_like_a_name_about_the_document_is_not_one() {
        let mut paths = Paths::new();
        let event = paths.insert(b"@event").expect("a path");
        assert_eq!(paths.about(b"event"), event);
        assert_eq!(paths.key(ROOT, b"@event"), NONE);
        assert_eq!(paths.key(ROOT, b"event"), NONE);
    }

    #[test]
    fn an_index_goes_before_any() {
        let mut paths = Paths::new();
        let any = paths.insert(b"*/a").expect("a path");
        let first = paths.insert(b"0/a").expect("a path");
        assert_eq!(paths.key(paths.element(ROOT, 0), b"a"), first);
        assert_eq!(paths.key(paths.element(ROOT, 1), b"a"), any);
    }

    #[test]
    fn refuses_bad_paths() {
        let mut paths = Paths::new();
        assert_eq!(paths.insert(b""), Err(PathsError::EmptySegment));
        assert_eq!(paths.insert(b"a//b"), Err(PathsError::EmptySegment));
        assert_eq!(paths.insert(b"a/"), Err(PathsError::EmptySegment));
        assert_eq!(
            paths.insert(b"a/b/c/d/e/f/g/h/i/j/k/l/m"),
            Err(PathsError::TooLong)
        );
        assert_eq!(
            paths.insert("x".repeat(65).as_bytes()),
            Err(PathsError::TooLong)
        );
        let outcome: Result<Vec<_>, _> = (0..2000)
            .map(|n| paths.insert(n.to_string().as_bytes()))
            .collect();
        assert_eq!(outcome, Err(PathsError::TooMany));
    }
}

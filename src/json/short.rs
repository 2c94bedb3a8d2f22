//! A byte string with a bound.

/// At most `N` bytes; what does not fit is cut and said to be.
#[derive(Debug, Default)]
pub(crate) struct Short<const N: usize> {
    bytes: Vec<u8>,
    cut: bool,
}

impl<const N: usize> Short<N> {
    pub(crate) const EMPTY: Self = Self {
        bytes: Vec::new(),
        cut: false,
    };

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.cut = false;
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = N - self.bytes.len().min(N);
        self.bytes
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        self.cut |= bytes.len() > room;
    }

    /// The kept bytes: a prefix if it was cut.
    pub(crate) fn get(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }
}

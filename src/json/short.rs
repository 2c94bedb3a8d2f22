//! A byte string with a bound.

/// At most `N` bytes; what does not fit is cut and said to be.
///
/// In place: with each document several of them are filled and cleared, and a
/// scanner can be copied to go on from where it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Short<const N: usize> {
    bytes: [u8; N],
    len: u8,
    cut: bool,
}

impl<const N: usize> Short<N> {
    pub(crate) const EMPTY: Self = Self {
        bytes: [0; N],
        len: 0,
        cut: false,
    };

    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.cut = false;
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let free = self
            .bytes
            .get_mut(usize::from(self.len)..)
            .unwrap_or_default();
        let fits = free.len().min(bytes.len());
        if let (Some(free), Some(fitting)) = (free.get_mut(..fits), bytes.get(..fits)) {
            free.copy_from_slice(fitting);
        }
        self.len += fits as u8;
        self.cut |= bytes.len() > fits;
    }

    /// The kept bytes: a prefix if it was cut.
    pub(crate) fn get(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }
}

impl<const N: usize> PartialEq for Short<N> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get() && self.cut == other.cut
    }
}

impl<const N: usize> Eq for Short<N> {}

//! What a page wants to be told, what it tells the app, and what it has the
//! JavaScript part do.

/// What a page would like to be told from here on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Texts that enter the DOM: some answer is to be found.
    pub find: bool,
    /// Of those, only the ones that begin with this UTF-16 unit, unless one is
    /// known that goes on: nearly all others of a page are told by it.
    pub first: First,
    /// Changes in the place where an answer grows.
    pub follow: bool,
    /// Ticks, where they are the only evidence of a busy main thread.
    pub tick: bool,
}

/// What texts begin with that may be an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct First(u16);

impl First {
    /// Anything.
    pub const ANY: Self = Self(0);
    /// Nothing that a text can begin with.
    pub const NONE: Self = Self(u16::MAX);

    /// As the JavaScript part is told: 0 is anything.
    #[must_use]
    pub const fn unit(self) -> u16 {
        self.0
    }

    /// Only this letter.
    pub(crate) fn of(letter: char) -> Self {
        Self(*letter.encode_utf16(&mut [0; 2]).first().unwrap_or(&0))
    }

    /// What begins as either.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::NONE, only) | (only, Self::NONE) => only,
            _ if self == other => self,
            _ => Self::ANY,
        }
    }
}

/// Something the app can listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The first generated output of a call.
    FirstToken,
    /// Its answer is on screen.
    FirstAnswerPaint,
    /// It is over, or the page was hidden while it ran.
    Record,
}

/// What the JavaScript part has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The text `handle` is the answer of `call`: follow its place.
    Found {
        /// Number of the call.
        call: u32,
        /// Number of the text.
        handle: u32,
    },
    /// How does the place of this call's answer end? For [`Page::tail`](super::Page::tail).
    Tail(u32),
    /// Nothing more is wanted of this call.
    Over(u32),
    /// A stream from this origin and path is one that no dialect knows.
    Unrecognised(String),
    /// A dialect cannot be used: its name and why.
    Refused(String),
}

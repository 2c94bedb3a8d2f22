//! What one event of a stream showed.

/// A set of flags: what one protocol event carried.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Signals(u16);

impl Signals {
    /// Nothing at all.
    pub const NONE: Self = Self(0);
    /// The event shows that the server is alive and nothing else: a role
    /// without text, a ping, the usage, framing such as `message_start`.
    pub const LIVENESS: Self = Self(1);
    /// Generated reasoning: text of it, or the server's word that there was
    /// some (redacted thinking).
    pub const REASONING: Self = Self(1 << 1);
    /// Visible text, not empty, refusals included. May be blank.
    pub const TEXT: Self = Self(1 << 2);
    /// Visible text that is not only white space.
    pub const ANSWER: Self = Self(1 << 3);
    /// Visible text that the protocol marks as a refusal.
    pub const REFUSAL: Self = Self(1 << 4);
    /// A tool call: its start with the tool's name, or arguments.
    pub const TOOL: Self = Self(1 << 5);
    /// The stream says that the call failed.
    pub const ERROR: Self = Self(1 << 6);
    /// The protocol's end marker.
    pub const END: Self = Self(1 << 7);
    /// Token counts.
    pub const USAGE: Self = Self(1 << 8);
    /// Text of which it is not known yet whether it is the answer or opens
    /// inline reasoning: a beginning of `<think>`. Generated output all the
    /// same; the event that settles it carries `ANSWER` or `REASONING`.
    pub const UNDECIDED: Self = Self(1 << 9);

    const TOKEN: Self = Self(Self::REASONING.0 | Self::TEXT.0 | Self::TOOL.0 | Self::UNDECIDED.0);

    /// Whether it shares a flag with `other`.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds all flags of `other`.
    pub const fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether the event carried generated output of any kind: reasoning,
    /// visible text, a tool call.
    #[must_use]
    pub const fn is_token(self) -> bool {
        self.contains(Self::TOKEN)
    }

    /// The flags as a number, for a border that knows only numbers.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }
}

/// Names of the flags, lowest bit first.
const NAMES: [&str; 10] = [
    "liveness",
    "reasoning",
    "text",
    "answer",
    "refusal",
    "tool",
    "error",
    "end",
    "usage",
    "undecided",
];

impl Signals {
    /// The names of the flags that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let mut bit = 0;
        NAMES.into_iter().filter(move |_| {
            bit += 1;
            self.0 & (1 << (bit - 1)) != 0
        })
    }
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Signals;

    #[test]
    fn a_tool_call_is_a_token_and_usage_is_not() {
        let mut signals = Signals::USAGE;
        assert!(!signals.is_token());
        signals.insert(Signals::TOOL);
        assert!(signals.is_token() && signals.contains(Signals::USAGE));
        assert_eq!(signals.names().collect::<Vec<_>>(), ["tool", "usage"]);
    }
}

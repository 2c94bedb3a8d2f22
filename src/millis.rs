//! Time as ttft keeps it: integer microseconds, written as milliseconds.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::num::NonZeroI64;
use std::ops::{Add, Neg, Sub};

/// A moment or a span on the page's monotonic clock.
///
/// Held as integer microseconds, so that sums of segments are exact, and
/// written to JSON as a number of milliseconds. A browser's clock is rounded
/// to its resolution *once*, when a mark is made; everything later is exact
/// arithmetic on these.
///
/// The number inside is twice the microseconds plus one. That is never zero, so
/// an absent time needs no flag beside it, and sums and order are as cheap:
/// half of what the module does is with times that may be absent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(NonZeroI64);

/// An f64 holds every integer up to 2^53: 285 years of microseconds.
const MOST: i64 = 1 << 53;

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self::from_micros(0);

    /// Whole microseconds; beyond ±146,000 years it is these.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        let limit = i64::MAX >> 1;
        let micros = if micros > limit {
            limit
        } else if micros < !limit {
            !limit
        } else {
            micros
        };
        Self::from_odd(micros << 1)
    }

    /// From a number that is odd, as all inside are, or becomes so here.
    const fn from_odd(odd: i64) -> Self {
        match NonZeroI64::new(odd | 1) {
            Some(odd) => Self(odd),
            // Never: the compiler sees that, too.
            None => Self(NonZeroI64::MAX),
        }
    }

    /// Milliseconds as the platform gives them, rounded to the microsecond.
    ///
    /// `None` for NaN and infinities, and beyond ±285 years.
    #[must_use]
    pub fn from_ms(ms: f64) -> Option<Self> {
        let micros = (ms * 1000.0).round();
        (micros.abs() <= MOST as f64).then_some(Self::from_odd((micros as i64) << 1))
    }

    /// Reads a plain decimal number of milliseconds, such as `231.4`, rounded
    /// to the microsecond. `None` for anything else: signs, exponents, more
    /// than 285 years.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.');
        if !text.first()?.is_ascii_digit() || !text.iter().all(plain) {
            return None;
        }
        let micros = crate::decimal::scaled(text, 3)?;
        (micros <= MOST).then_some(Self::from_micros(micros))
    }

    /// As microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0.get() >> 1
    }

    /// As milliseconds.
    #[must_use]
    pub fn as_ms(self) -> f64 {
        self.as_micros() as f64 / 1000.0
    }

    /// Rounded to the nearest multiple of `step`; unchanged for no step.
    #[must_use]
    pub fn round_to(self, step: Self) -> Self {
        let (micros, step) = (self.as_micros(), step.as_micros());
        if step <= 1 {
            return self;
        }
        Self::from_micros((micros + step / 2).div_euclid(step) * step)
    }

    /// Half of it, rounded down.
    #[must_use]
    pub const fn half(self) -> Self {
        Self::from_odd(self.as_micros())
    }
}

impl Default for Millis {
    fn default() -> Self {
        Self::ZERO
    }
}

impl fmt::Debug for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.as_ms())
    }
}

// The sum of two odd numbers less one is odd again, and so is the difference of
// two plus one.
#[allow(clippy::suspicious_arithmetic_impl)]
impl Add for Millis {
    type Output = Self;
    #[expect(
        clippy::suspicious_arithmetic_impl,
        reason = "one of the two odd bits is too many"
    )]
    fn add(self, other: Self) -> Self {
        Self::from_odd(self.0.get().wrapping_add(other.0.get() - 1))
    }
}

#[allow(clippy::suspicious_arithmetic_impl)]
impl Sub for Millis {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::from_odd(self.0.get().wrapping_sub(other.0.get() - 1))
    }
}

impl Neg for Millis {
    type Output = Self;
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_ms())
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ms = f64::deserialize(deserializer)?;
        Self::from_ms(ms).ok_or_else(|| {
            de::Error::invalid_value(de::Unexpected::Float(ms), &"milliseconds within ±285 years")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Millis;

    #[test]
    fn rounds_to_the_clock_step_once() {
        let step = Millis::from_micros(100);
        assert_eq!(
            Millis::from_micros(1249).round_to(step),
            Millis::from_micros(1200)
        );
        assert_eq!(
            Millis::from_micros(1250).round_to(step),
            Millis::from_micros(1300)
        );
        assert_eq!(
            Millis::from_micros(-1249).round_to(step),
            Millis::from_micros(-1200)
        );
    }

    #[test]
    fn is_written_as_milliseconds() {
        let json = serde_json::to_string(&Millis::from_micros(1_234_500)).expect("a number");
        assert_eq!(json, "1234.5");
        let back: Millis = serde_json::from_str(&json).expect("a number");
        assert_eq!(back, Millis::from_micros(1_234_500));
    }

    #[test]
    fn reads_plain_decimals() {
        for (text, micros) in [
            ("0", 0),
            ("231.4", 231_400),
            ("7.", 7_000),
            ("1.23456", 1_235),
        ] {
            assert_eq!(
                Millis::parse(text.as_bytes()),
                Some(Millis::from_micros(micros)),
                "{text}"
            );
        }
        for text in [
            "",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1.x",
            "1.0000x",
            "NaN",
            "9999999999999",
        ] {
            assert_eq!(Millis::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        assert_eq!(Millis::from_ms(f64::NAN), None);
        assert_eq!(Millis::from_ms(f64::INFINITY), None);
        assert!(serde_json::from_str::<Millis>("1e300").is_err());
    }
}

//! Time as ttft keeps it: integer microseconds, written as milliseconds.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::ops::{Add, Neg, Sub};

/// A moment or a span on the page's monotonic clock.
///
/// Held as integer microseconds, so that sums of segments are exact, and
/// written to JSON as a number of milliseconds. A browser's clock is rounded
/// to its resolution *once*, when a mark is made; everything later is exact
/// arithmetic on these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(i64);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Whole microseconds.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Milliseconds as the platform gives them, rounded to the microsecond.
    ///
    /// `None` for NaN and infinities, and beyond ±285 years.
    #[must_use]
    pub fn from_ms(ms: f64) -> Option<Self> {
        let micros = (ms * 1000.0).round();
        // An f64 holds every integer up to 2^53.
        (micros.abs() <= 9_007_199_254_740_992.0).then_some(Self(micros as i64))
    }

    /// Reads a plain decimal number of milliseconds, such as `231.4`; digits
    /// beyond the microsecond are cut. `None` for anything else: signs,
    /// exponents, more than 285 years.
    ///
    /// By hand: the standard library's float parser costs kilobytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() || whole.len() > 12 {
            return None;
        }
        let mut micros = 0_i64;
        for byte in whole.bytes().chain(fraction.bytes().take(3)) {
            micros = micros * 10 + i64::from(digit(byte)?);
        }
        for byte in fraction.bytes().skip(3) {
            digit(byte)?;
        }
        for _ in fraction.len()..3 {
            micros *= 10;
        }
        Some(Self(micros))
    }

    /// As microseconds.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// As milliseconds.
    #[must_use]
    pub fn as_ms(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Rounded to the nearest multiple of `step`; unchanged for no step.
    #[must_use]
    pub fn round_to(self, step: Self) -> Self {
        if step.0 <= 1 {
            return self;
        }
        Self((self.0 + step.0 / 2).div_euclid(step.0) * step.0)
    }

    /// Half of it, rounded down.
    #[must_use]
    pub fn half(self) -> Self {
        Self(self.0.div_euclid(2))
    }
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

impl Add for Millis {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Millis {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Millis {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
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
            ("1.23456", 1_234),
        ] {
            assert_eq!(
                Millis::parse(text),
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
            assert_eq!(Millis::parse(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        assert_eq!(Millis::from_ms(f64::NAN), None);
        assert_eq!(Millis::from_ms(f64::INFINITY), None);
        assert!(serde_json::from_str::<Millis>("1e300").is_err());
    }
}

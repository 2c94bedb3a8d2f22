//! Decimal numbers without floats.

/// The number times 10^`shift`, rounded to the nearest integer.
///
/// Units are converted while reading, so `0.005626991` seconds become 5,627
/// microseconds with `shift` 6. The standard library's float parser would cost
/// more bytes than the rest of the scanner. `None` for anything that is no
/// JSON number, and for what does not fit.
pub(crate) fn scaled(text: &[u8], shift: i32) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let mut value: i64 = 0;
    let mut exponent = shift;
    let mut point = false;
    let mut any = false;
    let mut rest = digits;
    while let [byte, tail @ ..] = rest {
        match byte {
            b'0'..=b'9' => {
                any = true;
                // Eighteen digits are kept; further ones only shift.
                if value < 100_000_000_000_000_000 {
                    value = value * 10 + i64::from(byte - b'0');
                    exponent -= i32::from(point);
                } else {
                    exponent += i32::from(!point);
                }
            }
            b'.' if !point => point = true,
            b'e' | b'E' if any => {
                exponent += small_integer(tail)?;
                break;
            }
            _ => return None,
        }
        rest = tail;
    }
    if !any {
        return None;
    }
    while exponent > 0 && value != 0 {
        // Not `checked_mul`, which would pull in 128-bit arithmetic.
        if value > i64::MAX / 10 {
            return None;
        }
        value *= 10;
        exponent -= 1;
    }
    while exponent < 0 && value != 0 {
        // Half is rounded up once, by the last digit that is cut.
        value = if exponent == -1 {
            value / 10 + i64::from(value % 10 >= 5)
        } else {
            value / 10
        };
        exponent += 1;
    }
    Some(if negative { -value } else { value })
}

fn small_integer(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 3 {
        return None;
    }
    let mut value = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i32::from(byte - b'0');
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::scaled;

    #[test]
    fn units_are_converted_while_reading() {
        assert_eq!(scaled(b"0.005626991", 6), Some(5627)); // seconds to microseconds
        assert_eq!(scaled(b"231.4", 3), Some(231_400)); // milliseconds to microseconds
        assert_eq!(scaled(b"313560000", -3), Some(313_560)); // nanoseconds to microseconds
        assert_eq!(scaled(b"1.5e3", 0), Some(1500));
        assert_eq!(scaled(b"15E-1", 1), Some(15));
        assert_eq!(scaled(b"-2.5", 0), Some(-3));
        assert_eq!(scaled(b"0.0000000000000000000004", 6), Some(0));
        assert_eq!(scaled(b"0e999", 6), Some(0));
        assert_eq!(scaled(b"1786507380308596", 0), Some(1_786_507_380_308_596));
        assert_eq!(scaled(b"0.33333333333333333333333333", 3), Some(333));
    }

    #[test]
    fn refuses_what_is_no_number_or_too_large() {
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "12a",
            "null",
            "1e999",
            "99999999999999999999",
        ] {
            assert_eq!(scaled(text.as_bytes(), 0), None, "{text}");
        }
    }
}

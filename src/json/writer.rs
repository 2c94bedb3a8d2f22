//! Writes what serde serialises as JSON text.
//!
//! For records, which are structs of numbers, names and lists. It cannot fail,
//! so the code that is generated for each of a record's hundred fields has no
//! way out to care for; with a writer that may fail it is twice as large.
//! Numbers are written without the standard library's float printing, which
//! would cost more than all the rest.

use serde::ser::{
    Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};
use std::fmt;

/// The value as JSON.
///
/// Floats are exact to nine decimals below a thousand and to three above, as
/// milliseconds in whole microseconds are. What JSON has no word for (a float
/// that is not finite) and what no record holds (bytes, enums with fields) is
/// `null`.
#[must_use]
pub(crate) fn to_json<T: Serialize>(value: &T) -> String {
    let mut writer = Writer(vec![]);
    let Ok(()) = value.serialize(&mut writer);
    String::from_utf8(writer.0).unwrap_or_default()
}

/// The text so far.
struct Writer(Vec<u8>);

/// There is none.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl serde::ser::Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Self {
        unreachable!("no type of a record refuses to be written")
    }
}

type Done = Result<(), Never>;

// Each is there once, not in every field.
impl Writer {
    #[inline(never)]
    fn raw(&mut self, text: &str) -> Done {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    #[inline(never)]
    fn integer(&mut self, value: u64) -> Done {
        let from = self.0.len();
        let mut rest = value;
        loop {
            self.0.push(b'0' + (rest % 10) as u8);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if let Some(digits) = self.0.get_mut(from..) {
            digits.reverse();
        }
        Ok(())
    }

    #[inline(never)]
    fn float(&mut self, value: f64) -> Done {
        if !value.is_finite() {
            return self.raw("null");
        }
        let magnitude = value.abs();
        let scale = if magnitude < 1000.0 { 1e9 } else { 1e3 };
        let scaled = (magnitude * scale).round() as u64;
        let mut unit = scale as u64;
        if value < 0.0 && scaled > 0 {
            self.0.push(b'-');
        }
        let Ok(()) = self.integer(scaled / unit);
        let mut rest = scaled % unit;
        if rest > 0 {
            self.0.push(b'.');
        }
        while rest > 0 {
            unit /= 10;
            self.0.push(b'0' + (rest / unit.max(1)) as u8);
            rest %= unit.max(1);
        }
        Ok(())
    }

    #[inline(never)]
    fn string(&mut self, text: &str) -> Done {
        self.0.push(b'"');
        for &byte in text.as_bytes() {
            match byte {
                b'"' | b'\\' => self.0.extend([b'\\', byte]),
                ..b' ' => {
                    let digit = |nibble| {
                        if nibble < 10 {
                            b'0' + nibble
                        } else {
                            b'W' + nibble
                        }
                    };
                    let Ok(()) = self.raw("\\u00");
                    self.0.extend([digit(byte >> 4), digit(byte & 15)]);
                }
                _ => self.0.push(byte),
            }
        }
        self.0.push(b'"');
        Ok(())
    }

    /// Separates from what was written before, within brackets.
    #[inline(never)]
    fn separate(&mut self) {
        if !matches!(self.0.last(), Some(b'{' | b'[')) {
            self.0.push(b',');
        }
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.separate();
        let Ok(()) = self.string(key);
        self.0.push(b':');
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = &'a mut Writer;
    type SerializeTuple = &'a mut Writer;
    type SerializeTupleStruct = Impossible<(), Never>;
    type SerializeTupleVariant = Impossible<(), Never>;
    type SerializeMap = &'a mut Writer;
    type SerializeStruct = &'a mut Writer;
    type SerializeStructVariant = Impossible<(), Never>;

    fn serialize_bool(self, value: bool) -> Done {
        self.raw(if value { "true" } else { "false" })
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Done {
        if value < 0 {
            self.0.push(b'-');
        }
        self.integer(value.unsigned_abs())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.integer(value.into())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.integer(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.integer(value.into())
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.integer(value)
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.float(value.into())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.float(value)
    }

    fn serialize_char(self, value: char) -> Done {
        self.string(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        self.string(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Done {
        self.serialize_unit()
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.raw("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.string(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Done {
        self.serialize_unit()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.0.push(b'[');
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Never> {
        unreachable!("a record has no tuple structs")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Never> {
        unreachable!("a record has no enums with fields")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Never> {
        self.0.push(b'{');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Never> {
        unreachable!("a record has no enums with fields")
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.separate();
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.raw("]")
    }
}

impl SerializeTuple for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Done {
        SerializeSeq::end(self)
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Done {
        self.separate();
        key.serialize(&mut **self)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.0.push(b':');
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.raw("}")
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Done {
        self.key(key);
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        self.raw("}")
    }
}

#[cfg(test)]
mod tests {
    use super::to_json;
    use crate::millis::Millis;
    use proptest::prelude::*;
    use serde::Serialize;

    #[derive(Debug, Serialize)]
    struct Nested {
        list: Vec<[u32; 2]>,
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        absent: Option<f64>,
        empty: Vec<i64>,
        is: bool,
    }

    #[test]
    fn structs_and_lists_are_what_serde_json_writes() {
        let value = Nested {
            list: vec![[1, 2], [30, 400]],
            name: Some("a \"b\"\\\n\u{1} ü".into()),
            absent: None,
            empty: vec![],
            is: true,
        };
        let read: serde_json::Value = serde_json::from_str(&to_json(&value)).expect("json");
        assert_eq!(read, serde_json::to_value(&value).expect("json"));
        assert_eq!(to_json(&vec![-1, i64::MIN]), "[-1,-9223372036854775808]");
    }

    #[test]
    fn floats_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (-0.1, "-0.1"),
            (0.001, "0.001"),
            (0.05, "0.05"),
            (999.999, "999.999"),
            (1000.1, "1000.1"),
            (1_795_000_000_000.5, "1795000000000.5"),
            (1e-12, "0"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ] {
            assert_eq!(to_json(&value), text);
        }
        assert_eq!(to_json(&(1.0 / 3.0)), "0.333333333");
    }

    proptest! {
        #[test]
        fn times_come_back_exactly(micros in -(1_i64 << 50)..1 << 50) {
            let time = Millis::from_micros(micros);
            let back: Millis = serde_json::from_str(&to_json(&time)).expect("a number");
            prop_assert_eq!(back, time);
        }

        #[test]
        fn any_text_comes_back(text in any::<String>()) {
            let back: String = serde_json::from_str(&to_json(&text)).expect("a string");
            prop_assert_eq!(back, text);
        }
    }
}

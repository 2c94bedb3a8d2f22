//! From the scanner's finds to a document.

#[cfg(feature = "inspect")]
use super::code::What;
use super::document::Document;
use super::table::Table;
use super::text::Text;
use crate::find::{cut, find2};
use crate::json::{Node, Place, Scalar, Visitor, Wants};

/// Fills a [`Document`] by the rules of a [`Table`].
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    pub(crate) table: &'a Table,
    pub(crate) document: &'a mut Document,
}

impl Collector<'_> {
    /// Something that is known about the document and stands not in it.
    fn about(&mut self, name: &[u8], value: &[u8]) {
        let node = self.table.paths.about(name);
        let place = Place {
            node,
            object: 0,
            slot: 0,
        };
        self.document
            .value(self.table, place, Scalar::String, value);
    }

    /// The document's name. LangGraph puts the part of the graph behind it.
    pub(crate) fn named(&mut self, name: &[u8]) {
        self.about(b"event", name);
        if let Some(end) = find2(name, b'|', b'|') {
            self.about(b"event", cut(name, end).0);
        }
    }

    /// The document's own text begins.
    pub(crate) fn raw_start(&mut self) {
        let node = self.table.paths.about(b"data");
        self.document
            .texts
            .start(node, self.table.paths.wants(node));
    }

    pub(crate) fn raw_end(&mut self) {
        let node = self.table.paths.about(b"data");
        self.document.end_text(
            self.table,
            Place {
                node,
                object: 0,
                slot: 0,
            },
        );
    }
}

impl Visitor for Collector<'_> {
    fn container(&mut self, place: Place) {
        for (index, rule) in self.table.rules(place.node) {
            self.document
                .meets(index, rule, place, Scalar::True, b"", Text::EMPTY);
        }
    }

    fn scalar(&mut self, place: Place, scalar: Scalar, text: &[u8], _cut: bool) {
        #[cfg(feature = "inspect")]
        for (index, rule) in self.table.rules(place.node) {
            if rule.code.what == What::USAGE_PART {
                self.document.touched = true;
                let member = [b"\"", self.table.path(index).as_bytes(), b"\":", text].concat();
                self.document.add_usage_part(&member);
            }
        }
        self.document.value(self.table, place, scalar, text);
    }

    fn text_start(&mut self, node: Node, wants: Wants) {
        self.document.touched = true;
        #[cfg(feature = "aws-eventstream")]
        if wants.has(Wants::BASE64) && self.document.nested.may_open() {
            return self.nested_start();
        }
        self.document.texts.start(node, wants);
    }

    fn text(&mut self, bytes: &[u8]) {
        #[cfg(feature = "aws-eventstream")]
        if self.document.nested.is_open() {
            return self.nested(bytes);
        }
        self.document.texts.add(bytes);
    }

    fn text_end(&mut self, place: Place) {
        #[cfg(feature = "aws-eventstream")]
        if self.document.nested.is_open() {
            return self.nested_end();
        }
        self.document.end_text(self.table, place);
    }

    #[cfg(feature = "inspect")]
    fn raw(&mut self, bytes: &[u8], first: bool) {
        self.document.touched = true;
        if first {
            self.document.usage.clear();
        }
        self.document.usage.extend_from_slice(bytes);
    }
}

//! Short names for what bindings and module know each other by.
//!
//! wasm-bindgen names imports after what they are and a hash, `__wbg_get_d7176cfb76d71114`,
//! so that modules which were linked together don't collide. Ours stands alone,
//! no minifier may touch names that the module holds, and random digits do not
//! compress: they would be 2 KB of the download.

use std::collections::HashMap;

/// New names by old ones.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// The short name of one that both sides know.
    pub(crate) fn shorten(&mut self, name: &str) -> String {
        let mut number = self.0.len();
        let short = self.0.entry(name.to_owned()).or_insert_with(|| {
            let mut short = String::from("$");
            loop {
                short.push(char::from(b'a' + (number % 26) as u8));
                number /= 26;
                if number == 0 {
                    return short;
                }
            }
        });
        short.clone()
    }

    /// The bindings' text with the new names.
    pub(crate) fn replace(&self, javascript: &str) -> String {
        let is_word = |char: char| char.is_ascii_alphanumeric() || "_$".contains(char);
        let mut text = String::new();
        let mut word = String::new();
        // A line end that is no word's, so that the last word is seen.
        for char in javascript.chars().chain(['\n']) {
            if is_word(char) {
                word.push(char);
            } else {
                text.push_str(self.0.get(&word).unwrap_or(&word));
                word.clear();
                text.push(char);
            }
        }
        text.pop();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn both_sides_get_the_same_name() {
        let mut names = Names::default();
        assert_eq!(names.shorten("__wbg_new_02"), "$a");
        assert_eq!(names.shorten("__wbg_get_01"), "$b");
        assert_eq!(names.shorten("__wbindgen_malloc"), "$c");
        assert_eq!(names.shorten("__wbg_get_01"), "$b");
        assert_eq!(
            names.replace(
                "__wbg_get_01: () => wasm.__wbindgen_malloc.set(1.5), __wbg_new_02, __wbg_get"
            ),
            "$b: () => wasm.$c.set(1.5), $a, __wbg_get"
        );
    }

    #[test]
    fn many_names_differ() {
        let mut names = Names::default();
        let short: std::collections::HashSet<_> =
            (0..2000).map(|n| names.shorten(&n.to_string())).collect();
        assert_eq!(short.len(), 2000);
    }
}

//! Hidden spans: when nothing could be painted.

use crate::millis::Millis;

const MOST_SPANS: usize = 16;

/// When the page was hidden during one call.
///
/// At most 16 spans are held; when there are more, the two oldest are joined.
/// That calls a moment hidden that was not, which takes a mark away but never
/// makes one wrong.
#[derive(Clone, Debug, Default)]
pub struct HiddenSpans {
    spans: Vec<(Millis, Option<Millis>)>,
}

impl HiddenSpans {
    /// The page was hidden, or was so already when the call began.
    pub fn hide(&mut self, at: Millis) {
        if matches!(self.spans.last(), Some((_, None))) {
            return;
        }
        self.spans.push((at, None));
        if self.spans.len() > MOST_SPANS
            && let [oldest, next, ..] = self.spans.as_mut_slice()
        {
            next.0 = oldest.0;
            let mut oldest = true;
            self.spans.retain(|_| !std::mem::take(&mut oldest));
        }
    }

    /// The page is visible again. Returns since when it was not.
    pub fn show(&mut self, at: Millis) -> Option<Millis> {
        let (from, to @ None) = self.spans.last_mut()? else {
            return None;
        };
        *to = Some(at);
        Some(*from)
    }

    /// Whether it was hidden at any time after `from` and before `to`; without
    /// `to`, at any time since.
    #[must_use]
    pub fn between(&self, from: Millis, to: Option<Millis>) -> bool {
        self.spans.iter().any(|&(hidden, shown)| {
            to.is_none_or(|to| hidden < to) && shown.is_none_or(|shown| shown > from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: i64) -> Millis {
        Millis::from_micros(ms * 1000)
    }

    #[test]
    fn hidden_before_and_after_does_not_count() {
        let mut hidden = HiddenSpans::default();
        hidden.show(ms(5));
        hidden.hide(ms(10));
        hidden.hide(ms(15));
        hidden.show(ms(20));
        assert!(!hidden.between(ms(20), Some(ms(30))));
        assert!(!hidden.between(ms(0), Some(ms(10))));
        assert!(hidden.between(ms(19), Some(ms(30))));
        assert!(hidden.between(ms(12), Some(ms(13))));
        hidden.hide(ms(40));
        assert!(!hidden.between(ms(20), Some(ms(40))));
        assert!(hidden.between(ms(20), Some(ms(41))));
        assert!(hidden.between(ms(100), None));
    }

    #[test]
    fn many_spans_are_joined_at_the_old_end() {
        let mut hidden = HiddenSpans::default();
        for i in 0..100 {
            hidden.hide(ms(10 * i));
            hidden.show(ms(10 * i + 5));
        }
        assert_eq!(hidden.spans.len(), MOST_SPANS);
        assert!(hidden.between(ms(6), Some(ms(9))));
        assert!(!hidden.between(ms(985), Some(ms(990))));
    }
}

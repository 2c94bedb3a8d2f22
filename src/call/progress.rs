//! How an answer that was found goes on in the page.

use super::Call;
use crate::answer::{Fit, ends, fit_within, is_copy};
use crate::decoder::Decoder;
use crate::millis::Millis;
use crate::record::Found;
use crate::timeline::Shown;

impl Call {
    /// The answer changed in the page, and the change was painted.
    pub(crate) fn progress(&mut self, commit: Millis, paint: Millis) {
        self.tail = None;
        // Of a part in which it turns out to go on, older ones are told as well.
        if self.progress.is_none_or(|last| last.commit <= Some(commit)) {
            self.progress = Some(Shown {
                commit: Some(commit),
                paint: Some(paint),
            });
        }
        self.statistics.painted(commit, paint);
    }

    /// The last text of it in the page, as far as it was seen.
    pub(crate) fn last_shown(&self) -> Option<Shown> {
        self.progress.or_else(|| {
            // By the app's word only its beginning is known.
            let answer = self.answer.filter(|answer| answer.found != Found::App)?;
            Some(Shown {
                commit: Some(answer.at),
                paint: answer.painted.map(|painted| painted.at),
            })
        })
    }

    /// Whether the end of the answer is in the page. Not known of an answer
    /// that is longer than what the decoder keeps, or that ends in something
    /// that its renderer hides.
    pub(crate) fn shows_end(&mut self) -> bool {
        let decoder = self.decoder.as_deref().filter(|_| !self.decoder_late);
        let whole = decoder.and_then(Decoder::whole_answer);
        self.wants_tail = whole.is_some() && self.tail.is_none();
        whole
            .zip(self.tail.as_deref())
            .is_some_and(|(answer, tail)| ends(answer, tail))
    }

    /// Whether a text elsewhere in the page is how the answer goes on. Never sure
    /// of a copy of it, which only may come to stand in its place.
    pub(crate) fn goes_on(&self, head: &str) -> Fit {
        let text: Vec<char> = head.chars().collect();
        if is_copy(&text, &self.answer_head.letters) {
            return Fit::Begins;
        }
        let decoder = self.decoder.as_deref();
        decoder.map_or(Fit::No, |it| {
            fit_within(&text, it.recent_answer(), self.is_known_whole())
        })
    }
}

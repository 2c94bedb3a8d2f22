//! Token counts that mean the same for every provider.

use super::rule::Number;
use super::stream::Stream;
use crate::record::Tokens;

impl Stream {
    fn count(&self, number: Number) -> Option<u64> {
        self.number(number).map(|number| number as u64)
    }

    /// The counts so far. One of none, where there was output, is no count:
    /// caches and gateways fill the object with zeros.
    ///
    /// Anthropic and Bedrock state cached prompt tokens beside the input, all
    /// others within it; Gemini and xAI state reasoning beside the output, all
    /// others within it. Here `input` and `output` hold everything.
    pub(crate) fn tokens(&self) -> Option<Tokens> {
        let add = |parts: &[Number]| {
            parts
                .iter()
                .filter_map(|&part| self.count(part))
                .reduce(u64::saturating_add)
        };
        let parts = add(&[
            Number::Input,
            Number::InputMore,
            Number::InputWritten,
            Number::InputCached,
        ]);
        let is_stated = |count: &u64| *count > 0 || self.outputs == 0;
        let input = self.count(Number::InputAll).or(parts).filter(is_stated);
        let reasoning = self
            .count(Number::OutputReasoning)
            .or(self.count(Number::Reasoning));
        let mut stated = add(&[Number::Output, Number::OutputReasoning]);
        // xAI and Gemini's own Chat Completions state reasoning beside the output
        // under the key of those who state it within; their sum holds it.
        if let (Some(input), Some(output), Some(all)) = (input, stated, self.count(Number::All)) {
            let more = self.count(Number::InputMore).unwrap_or_default();
            stated = Some(output.max(all.saturating_sub(input.saturating_add(more))));
        }
        stated = stated.filter(is_stated);
        if input.is_none() && stated.is_none() && self.outputs == 0 {
            return None;
        }
        let told = (self.all_told && self.outputs > 0).then_some(self.told_tokens);
        let guess = (self.outputs > 0).then(|| {
            u64::from(self.outputs).max(self.output_bytes.saturating_mul(2).saturating_add(4) / 9)
        });
        Some(Tokens {
            input,
            output: stated.or(told).or(guess),
            cached: self
                .count(Number::InputCached)
                .or(self.count(Number::Cached)),
            reasoning,
            estimated: stated.is_none() && told.is_none() && guess.is_some(),
        })
    }
}

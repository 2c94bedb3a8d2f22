// What the demo's server answers: canned texts about ttft, chosen by the words
// of the question.

const TTFT = `**TTFT** is the time from the request to the first generated output, of any kind: a word of the answer, a piece of reasoning, the start of a tool call. An empty first event or a keep-alive comment is not a token.

## From token to screen

People don't see tokens, though. They see a page. So ttft stamps the way onwards too:

1. \`first_token\`: JavaScript read it, and it was decoded
2. \`first_answer_token\`: the first word that is *answer*
3. \`first_answer_commit\`: that word is in the DOM
4. \`first_answer_paint\`: the frame with it is on screen

The last one is the headline: **the time until the answer was on screen**. In a healthy chat the four lie a few milliseconds apart. When they don't, somebody's code is in the way, and the panel shows whose.`;

const WHO = `Because *the chat is slow* sounds like one complaint and has at least three owners:

- the **network**: connecting, redirects, the way there and back
- the **server**: queue, prefill, reasoning, and a proxy that buffers
- the **page**: a busy main thread, an app that reads late, a renderer that waits

A trace on the server ends when the bytes leave. A timer in the page starts when its code gets to run, and blames everything before that on the server. Both may look perfect while a person waits.

## Where the line is

ttft draws it where the bytes *arrive*. Before it is \`backend\`, after it is \`frontend\`, and together they are exactly \`first_answer_paint\`. Try **slow page** above, then **slow server**: the totals look alike, the segments don't.`;

const SURE = `As sure as they say: every boundary that can't be known exactly is an interval, **at least, best estimate, at most**. The hatched part of a bar is where the boundary may lie.

## What blurs it

JavaScript sees a chunk when it *runs*, not when the chunk came. If a long task is in the way, the first read may be half a second late.

- On an idle page the interval is narrow: a read is at most a blind spot late
- Behind a long task, the chunk may have come anywhere in that task
- With **stamps from the server**, its arrival is known to a few milliseconds

The page is blamed only on evidence. Where two shares overlap, the verdict is \`unclear\`: a wrong accusation costs more than none. Switch on *stamps in the stream* and ask again.`;

const HOW = `By wrapping \`fetch\`. The app gets the very same \`Response\`; each read of its body is stamped in place, and a decoder in WebAssembly finds the first token in the bytes. Nothing is cloned or held back.

## Finding it on screen

A MutationObserver compares the letters that enter the DOM with the letters that were decoded, so markdown, word-by-word spans and placeholders do no harm. **This page never tells ttft where its answer is.** The paint comes from the browser:

- **Chromium**: Element Timing of a nearly invisible probe in the same frame
- **Firefox, WebKit**: the first task after the frame, or its layout if that came late: an estimate whose error is stated

Finally Resource Timing says what the network did, and one small record leaves the page.`;

const USE = `Start it once, and hand its \`fetch\` to the SDK that you use already:

\`\`\`js
import { init } from "ttft";

const ttft = init({ endpoint: "https://rum.example.com/v1/beacon" });
const client = new OpenAI({ fetch: ttft.fetch });
\`\`\`

A plain \`ttft.fetch(url, options)\` works the same way. To see each record as it comes:

\`\`\`js
ttft.on("record", (record) => {
  console.log(record.verdict, record.segments);
});
\`\`\`

## And the server?

It need not change. If it can, two small things narrow the bounds: a **Server-Timing** header that states its own time to the headers, and a **stamp**, an SSE comment of its own before an event: \`: ttft write;dur=231.4\`. Both are switches above this chat.`;

const SENT = `One JSON object for each answer, under 4 KB: marks, segments with their bounds, a verdict, token counts, the model's name. You can open it below the waterfall: it is exactly what the collector gets.

## What is never in it

- the question or the answer, not even a word of them
- cookies, the query or the fragment of an address
- path segments that look like ids: they become \`:id\`

It goes to the collector *you* run, as \`text/plain\` without credentials, so there is no preflight. The collector answers only when the record is on its disk. If the page closes first, the beacon goes out with it.

Missing values are absent, **never zero**. A record that doesn't know says so.`;

const OTHER = `That question has no answer of its own here: this demo has no language model behind it. A small server plays prepared texts on a timetable, which is the point: **when every millisecond of the truth is known, the measurement can be checked**.

## Try it

- Ask once with everything off. That is the baseline
- Switch on **slow server** and ask again: *generate* grows by a second
- Switch on **slow page** instead: *deliver* grows, and the hatching shows how little a page can know by itself
- Add **stamps**, and the same answer becomes exact

I can also tell what TTFT is, why server and page are told apart, how sure the numbers are, how they are measured, how to use \`ttft\`, and what leaves the page.`;

export const SUGGESTIONS = [
  "What is time to first token?",
  "Why tell server and page apart?",
  "How sure are these numbers?",
  "How is it measured?",
  "How do I use it?",
  "What leaves the page?",
];

/** Looked through in this order. */
const TOPICS = [
  [/\b(sure|certain|uncertain\w*|bounds?|interval|exact\w*|accura\w*|trust|error|hatch\w*|stamps?)\b/i, SURE],
  [/\b(leaves?|privacy|private|sent|send|sends|beacon|collect\w*|data|gdpr|cookies?)\b/i, SENT],
  [/\b(use|using|install\w*|integrat\w*|sdk|code|api|start|set ?up|npm)\b/i, USE],
  [/\b(why|who|whose|server|page|front-?end|back-?end|network|apart|slow|blame|verdict)\b/i, WHO],
  [/\b(measured?|measuring|work|works|find|paint\w*|wasm|webassembly|how)\b/i, HOW],
  [/\b(ttft|first|token|tokens|time|latency|metric)\b/i, TTFT],
];

const REASONING =
  "The person asks about how a streamed answer is measured. Which part matters to them: server, network or page? " +
  "I should say what is known, and how sure it is, before I say who was slow.";

/** `{ reasoning, text }`: what the model would have thought, and its answer. */
export function answerTo(question) {
  const topic = TOPICS.find(([words]) => words.test(question));
  return { reasoning: REASONING, text: topic?.[1] ?? OTHER };
}

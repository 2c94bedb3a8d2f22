// A chat app as they are: reads server-sent events of OpenAI's format and
// renders the growing answer. Knows nothing of ttft.

/**
 * Reads `response` to its end and shows the answer in `element`.
 *
 * - `everyMs`: renders at most that often, as throttling hooks do.
 * - `lateMs`: takes the reader only then.
 * - `onToken`: called once, in the task that has the first text.
 */
export async function show(response, element, { everyMs = 0, lateMs = 0, onToken } = {}) {
  let answer = "";
  let shown = "";
  const render = () => {
    if (answer !== shown) element.textContent = shown = answer;
  };
  const timer = everyMs && setInterval(render, everyMs);
  if (lateMs) await new Promise((resolve) => setTimeout(resolve, lateMs));
  for await (const delta of deltas(response)) {
    if (!answer) onToken?.();
    answer += delta;
    if (!everyMs) render();
  }
  clearInterval(timer);
  render();
  return answer;
}

/** The answer's text, piece by piece. */
export async function* deltas(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += decoder.decode(value, { stream: true });
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      if (!block.startsWith("data: {")) continue;
      const delta = JSON.parse(block.slice(6)).choices?.[0]?.delta?.content;
      if (delta) yield delta;
    }
  }
}

// A chat app as they are: reads server-sent events of OpenAI's format and
// renders the growing answer. Knows nothing of ttft.

/**
 * Reads `response` to its end and shows the answer in `element`.
 *
 * - `everyMs`: renders at most that often, as throttling hooks do.
 * - `lateMs`: takes the reader only then.
 * - `pauseMs`: between a chunk and the next `read()`.
 * - `onToken`: called once, in the task that has the first text.
 * - `onRender`: called after each render.
 */
export async function show(response, element, options = {}) {
  const { everyMs = 0, lateMs = 0, pauseMs = 0, onToken, onRender } = options;
  let answer = "";
  let shown = "";
  const render = () => {
    if (answer === shown) return;
    element.textContent = shown = answer;
    onRender?.();
  };
  const timer = everyMs && setInterval(render, everyMs);
  if (lateMs) await new Promise((resolve) => setTimeout(resolve, lateMs));
  for await (const delta of deltas(response, pauseMs)) {
    if (!answer) onToken?.();
    answer += delta;
    if (!everyMs) render();
  }
  clearInterval(timer);
  render();
  return answer;
}

/** The answer's text, piece by piece. */
export async function* deltas(response, pauseMs) {
  for await (const { content } of parts(response, pauseMs)) if (content) yield content;
}

/** All of it, read to its end. */
export async function textOf(response) {
  let text = "";
  for await (const delta of deltas(response)) text += delta;
  return text;
}

/** All that the model says, reasoning (`reasoning_content`) included. */
export async function* parts(response, pauseMs = 0) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += decoder.decode(value, { stream: true });
    const blocks = buffer.split(/\r?\n\r?\n/);
    buffer = blocks.pop();
    for (const block of blocks) {
      if (!block.startsWith("data: {")) continue;
      const { delta } = JSON.parse(block.slice(6)).choices?.[0] ?? {};
      if (delta) yield delta;
    }
    if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

// The chat app's own client: posts a question, reads the stream. Knows nothing
// of ttft but that its `fetch` is used.

/**
 * Yields `{ reasoning }` and `{ text }` as they come. Nothing is read until
 * `ready` has resolved.
 */
export async function* complete(fetch, url, question, { signal, ready }) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "canned-1",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: question }],
    }),
    signal,
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}: ${await response.text()}`);
  await ready;

  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      // Comments, such as the server's stamps, are not events.
      if (!block.startsWith("data: {")) continue;
      const delta = JSON.parse(block.slice("data: ".length)).choices[0]?.delta;
      if (delta?.reasoning_content) yield { reasoning: delta.reasoning_content };
      if (delta?.content) yield { text: delta.content };
    }
  }
}

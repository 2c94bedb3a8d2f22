// A dedicated worker that measures one answer and tells its record.

import { init } from "/pkg/index.js";

onmessage = async ({ data: { url } }) => {
  try {
    const ttft = init();
    const record = new Promise((resolve) => ttft.on("record", resolve));
    const response = await ttft.fetch(url, { method: "POST", body: "{}" });
    const text = await readAll(response);
    postMessage({ text, record: await record });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};

async function readAll({ body }) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
  return text;
}

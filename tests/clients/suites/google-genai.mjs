// @google/genai; cancelled by the signal of the request.

import { GoogleGenAI } from "/npm/google-genai.mjs";
import { client } from "../lib/client.mjs";

const event = (fields) => `data: ${JSON.stringify(fields)}\r\n\r\n`;
const part = (text, fields = {}) => ({
  candidates: [{ content: { parts: [{ text }], role: "model" }, index: 0, ...fields }],
  modelVersion: "tidal-1",
  responseId: "r1",
});
const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 6, totalTokenCount: 15 };

client("google-genai", {
  headers: { "content-type": "text/event-stream" },
  stream: {
    opening: [],
    text: (text) => event(part(text)),
    closing: [event({ ...part("", { finishReason: "STOP" }), usageMetadata })],
    error: [event({ error: { code: 503, message: "The model is overloaded", status: "UNAVAILABLE" } })],
  },
  record: { dialect: "gemini", model: "tidal-1", source: "body", tokens: { input: 9, output: 6 }, error: "UNAVAILABLE" },
  async ask({ seen, base, withFetch, controller }) {
    const ai = new GoogleGenAI({ apiKey: "key", httpOptions: { baseUrl: base, ...withFetch } });
    const stream = await ai.models.generateContentStream({
      model: "tidal-1",
      contents: "How often does the tide turn?",
      config: { abortSignal: controller.signal },
    });
    for await (const chunk of stream) {
      seen.value("text", chunk.text);
      seen.value("chunk", chunk);
      if (seen.cancelsAt(chunk.text ?? "")) controller.abort();
    }
    return "read";
  },
});

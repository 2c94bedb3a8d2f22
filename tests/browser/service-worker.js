// Lets requests through, or answers those below /made-up/ itself.

const encoder = new TextEncoder();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname.startsWith("/s/")) event.respondWith(fetch(event.request));
  if (pathname.startsWith("/made-up/")) event.respondWith(madeUp());
});

function madeUp() {
  const texts = ["An answer ", "that never ", "saw a network, ", "word by word."];
  const body = new ReadableStream({
    async start(controller) {
      for (const content of texts) {
        const chunk = JSON.stringify({ choices: [{ index: 0, delta: { content } }] });
        controller.enqueue(encoder.encode(`data: ${chunk}\n\n`));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      controller.enqueue(encoder.encode("data: [DONE]\n\n"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

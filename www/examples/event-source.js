// An answer over EventSource, which ttft cannot see: told by hand.

/** `lane` is ttft itself, a pane of it or a turn. */
export function ask(lane, url, element) {
  const call = lane.track({ url });
  const source = new EventSource(url);
  return new Promise((resolve, reject) => {
    source.onmessage = ({ data }) => {
      call.event(data);
      if (data !== "[DONE]") return element.append(JSON.parse(data).choices[0]?.delta.content ?? "");
      // Left open, it would ask again.
      source.close();
      call.end();
      resolve();
    };
    source.onerror = (error) => {
      source.close();
      call.end(error);
      reject(new Error("the stream broke off"));
    };
  });
}

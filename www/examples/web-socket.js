// Answers over one WebSocket, in a format of the app's own: told by hand, a
// call for each question.

const dialect = { name: "acme", answer: "payload/token", end: "kind=bye" };

export function connect(url) {
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`no connection to ${url}`));
  });
}

/** `lane` is ttft itself, a pane of it or a turn. */
export function ask(lane, socket, question, element) {
  const call = lane.track({ url: socket.url, dialect });
  socket.send(JSON.stringify({ question }));
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => {
      call.event(data);
      const { kind, payload } = JSON.parse(data);
      if (kind !== "bye") return element.append(payload?.token ?? "");
      call.end();
      resolve();
    };
    socket.onclose = (event) => {
      call.end(event);
      reject(new Error(`the connection was closed: ${event.code}`));
    };
  });
}

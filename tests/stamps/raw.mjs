// A server's answer as it comes over the socket, and whether it is stamped.

import { connect } from "node:net";

/**
 * Asks once. Resolves with the head, and the chunks of the chunked body: their
 * text and the number of the packet in which each began.
 */
export function ask(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const packets = [];
    socket.on("data", (packet) => packets.push(packet));
    socket.on("error", reject);
    socket.on("end", () => {
      try {
        resolve(parse(packets));
      } catch (error) {
        reject(error);
      }
    });
    socket.write(
      "POST /chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    );
  });
}

function parse(packets) {
  const all = Buffer.concat(packets).toString("latin1");
  const end = all.indexOf("\r\n\r\n");
  const head = all.slice(0, end).toLowerCase();
  if (!head.includes("transfer-encoding: chunked")) throw new Error(`not chunked: ${head}`);
  const packetOf = (at) => {
    let packet = 0;
    for (let sum = packets[0].length; sum <= at; sum += packets[++packet].length);
    return packet;
  };
  const chunks = [];
  for (let at = end + 4; ; ) {
    const line = all.indexOf("\r\n", at);
    const length = parseInt(all.slice(at, line), 16);
    if (!(length > 0)) break;
    chunks.push({ text: all.slice(line + 2, line + 2 + length), packet: packetOf(at) });
    at = line + 2 + length + 2;
  }
  return { head, chunks };
}

const STAMP = /^: ttft write;dur=(\d+(?:\.\d+)?)\n\n/;

/** What is wrong with an answer; nothing if it is stamped as it should be. */
export function faults({ head, chunks }) {
  const wrong = [];
  const expect = (is, words) => is || wrong.push(words);
  expect(/^server-timing: .*ttft;dur=\d/m.test(head), "no Server-Timing: ttft;dur");
  expect(/^timing-allow-origin: \*/m.test(head), "no Timing-Allow-Origin");
  const [opening, ...rest] = chunks;
  expect(opening?.text === ": ttft write;dur=0\n\n", `opened with ${JSON.stringify(opening?.text)}`);
  const events = rest.filter(({ text }) => text.includes("data: {"));
  expect(events.length >= 30, `${events.length} writes with events, of 30`);
  expect(events[0]?.packet > opening?.packet, "the opening did not leave before the first event");
  let last = 0;
  for (const { text } of events) {
    const dur = Number(STAMP.exec(text)?.[1]);
    const event = text.replace(STAMP, "");
    expect(dur >= last, `${JSON.stringify(text.slice(0, 60))} has no stamp, or one that goes back`);
    expect(event.startsWith("data: {"), `no event right after the stamp: ${JSON.stringify(text)}`);
    expect(!event.includes(": ttft"), `a stamp inside: ${JSON.stringify(text)}`);
    last = dur;
  }
  return wrong;
}

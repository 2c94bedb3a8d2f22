// What can be made slow, and which segment grows with it.

export const SWITCHES = [
  { id: "slowServer", group: "server", label: "Slow server", segment: "generate", about: "The server thinks for one more second before its first token." },
  { id: "reasoningFirst", group: "server", label: "Reasoning first", segment: "reason", about: "The model reasons for about a second before it answers." },
  { id: "heldBody", group: "server", label: "Proxy holds the body", segment: "generate", about: "A proxy collects the start of the body and lets it go at once. Never the page's fault." },
  { id: "slowPage", group: "page", label: "Slow page", segment: "deliver", about: "The main thread is busy for 500 ms just when the answer arrives." },
  { id: "readsLate", group: "page", label: "App reads late", segment: "deliver", about: "The answer is there, but the app asks for it 400 ms later." },
  { id: "throttled", group: "page", label: "Throttled rendering", segment: "app", about: "The app shows new text only every 600 ms." },
  { id: "stamps", group: "help", label: "Stamps in the stream", effect: "narrow the bounds", about: "The server says in the stream when it wrote each event. Narrows the bounds of generate and deliver." },
  { id: "serverTiming", group: "help", label: "Server-Timing", effect: "divides wait", about: "A response header states the server's own time to the headers. Tells network and server apart in wait." },
];

export const GROUPS = { server: "Server and proxy", page: "Page", help: "Help from the server" };

/** All of them, off where `wanted` doesn't say otherwise. */
export function complete(wanted = {}) {
  const unknown = Object.keys(wanted).filter((id) => !SWITCHES.some((one) => one.id === id));
  if (unknown.length > 0) {
    throw new TypeError(`no switch is named ${unknown.join(" or ")}; there are: ${SWITCHES.map((one) => one.id).join(", ")}`);
  }
  return Object.fromEntries(SWITCHES.map(({ id }) => [id, !!wanted[id]]));
}

/** The labels of those that are on. */
export const named = (switches) => SWITCHES.filter(({ id }) => switches[id]).map(({ label }) => label);

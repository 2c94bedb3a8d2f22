// Wrong options are told at once, with the fix.

const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && value !== null;
const isFunction = (value) => typeof value === "function";

/**
 * An address as `fetch` would take it. A server knows no page to resolve it
 * against, and must not refuse what the page will take.
 */
export const resolve = (url) =>
  new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href ?? "http://localhost");

const TARGET = [
  isTarget,
  'a selector such as "#answer", an element, or a function that returns one',
];
const LABELS = [areLabels, "an object of at most 10 keys with strings of at most 64 characters"];
const TEXT_OR_FUNCTION = [(value) => isText(value) || isFunction(value), "a string or a function that returns one"];

const OPTIONS = {
  endpoint: [(value) => isUrl(value, /^http/), 'a URL such as "https://rum.example.com/v1/beacon"'],
  enabled: [(value) => typeof value === "boolean", "true or false"],
  sampleRate: [(value) => typeof value === "number" && value >= 0 && value <= 1, "a number from 0 to 1, such as 0.1 for one page in ten"],
  match: [isFunction, "a function (url, method) => boolean"],
  route: TEXT_OR_FUNCTION,
  release: [isText, "a string"],
  region: TEXT_OR_FUNCTION,
  target: TARGET,
  labels: LABELS,
  dialects: [(value) => Array.isArray(value) && value.length <= 16, "a list of at most 16 dialects"],
  beforeSend: [isFunction, "a function that returns the record, or false or null to drop it"],
  paint: [(value) => value === "probe" || value === "frame" || value === false, '"probe", "frame" or false'],
  transport: [isFunction, "a function (body, { closing })"],
};

const SLIM_OPTIONS = {
  ...OPTIONS,
  wasm: [(value) => !!value, "the bytes of ttft/ttft_bg.wasm, a URL, a Response, a Module, or a function that returns one"],
};
const PANE_OPTIONS = { target: TARGET, labels: LABELS };
const EVENTS = ["first_token", "first_answer_paint", "record", "error"];
const FACTS = {
  model: [isText, "a string"],
  provider: [isText, "a string"],
  region: [isText, "a string"],
  labels: LABELS,
};

const PATH = [
  (value) => isText(value) && /^[^/=]{1,64}(\/[^/=]{1,64}){0,11}(=[^]{0,64})?$/.test(value),
  'a path such as "payload/token": keys joined by single slashes, at most 12 of at most 64 characters',
];
const NAME = [(value) => isText(value) && value !== "", 'a name such as "acme"'];
const DIALECT = { name: NAME, answer: PATH, reasoning: PATH, tool: PATH, end: PATH, model: PATH };
const TRACK_OPTIONS = {
  url: [isUrl, 'the address that answers, such as "/v1/chat" or socket.url'],
  contentType: [isText, 'a type such as "application/x-ndjson"'],
  dialect: [isObject, 'an object such as { name: "acme", answer: "payload/token" }; formats that ttft knows need none'],
};

/** @throws {TypeError} */
export const checkOptions = (options) => checkInit(OPTIONS, options);
/** @throws {TypeError} */
export const checkSlimOptions = (options) => {
  checkInit(SLIM_OPTIONS, options);
  if (!options.wasm) fail("init", "wasm", "is missing", SLIM_OPTIONS.wasm[1]);
};
/** @throws {TypeError} */
export const checkPaneOptions = (options) => check("with", PANE_OPTIONS, options);
/** @throws {TypeError} */
export function checkListener(event, listener) {
  if (!EVENTS.includes(event)) {
    throw new TypeError(`ttft on: there is no event ${show(event)}; use one of: ${EVENTS.join(", ")}`);
  }
  if (!isFunction(listener)) {
    throw new TypeError(`ttft on: the listener is ${show(listener)}; give it a function`);
  }
}
/** @throws {TypeError} */
export const checkTrackOptions = (options) => {
  check("track", TRACK_OPTIONS, options);
  if (options.url === undefined) fail("track", "url", "is missing", TRACK_OPTIONS.url[1]);
  if (options.dialect) checkDialect("track dialect", options.dialect);
};
/** @throws {TypeError} */
export function checkEvent(event) {
  if (event !== undefined && event !== null && typeof event.timeStamp !== "number") {
    throw new TypeError(`ttft turn: ${show(event)} is no event; give it the person's, or nothing`);
  }
}
/** @throws {TypeError} */
export const checkFacts = (facts) => check("set", FACTS, facts);

function checkInit(known, options) {
  check("init", known, options);
  options.dialects?.forEach((dialect, index) => checkDialect(`init dialects[${index}]`, dialect));
}

function checkDialect(where, dialect) {
  check(where, DIALECT, dialect);
  if (dialect.name === undefined) fail(where, "name", "is missing", NAME[1]);
  if (!dialect.answer && !dialect.reasoning && !dialect.tool) {
    fail(where, "answer", "is missing, and so are reasoning and tool", PATH[1]);
  }
}

function check(where, known, options) {
  if (!isObject(options)) {
    throw new TypeError(`ttft ${where}: expected an object of options, got ${show(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!rule) {
      throw new TypeError(
        `ttft ${where}: there is no option "${name}"; remove it, or use one of: ${Object.keys(known).join(", ")}`,
      );
    }
    if (value !== undefined && !rule[0](value)) fail(where, name, `is ${show(value)}`, rule[1]);
  }
}

function fail(where, name, what, fix) {
  throw new TypeError(`ttft ${where}: option "${name}" ${what}; give it ${fix}`);
}

function show(value) {
  return isText(value) ? JSON.stringify(value) : value === null ? "null" : typeof value === "object" ? "an object" : String(value);
}

function isUrl(value, schemes = /./) {
  try {
    return isText(value.href ?? value) && value !== "" && schemes.test(resolve(value).protocol);
  } catch {
    return false;
  }
}

function isTarget(value) {
  if (!isText(value)) return isFunction(value) || value?.nodeType === 1;
  try {
    globalThis.document?.createDocumentFragment().querySelector(value);
    return value !== "";
  } catch {
    return false;
  }
}

function areLabels(value) {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= 10 &&
    entries.every(([key, text]) => key.length <= 64 && isText(text) && text.length <= 64)
  );
}

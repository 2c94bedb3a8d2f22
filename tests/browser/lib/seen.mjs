// What a page sees of one call, as lines, in the order in which it saw them.
// Two such lists are equal if the page could not tell the calls apart.

/** Who waits for a promise, or has seen an error: for `unhandledrejection`. */
const promises = new WeakMap();
const reasons = new WeakMap();

addEventListener("unhandledrejection", (event) => {
  const { seen, name } = promises.get(event.promise) ?? {};
  const owner = seen ?? reasons.get(Object(event.reason));
  // A stray one fails the case that runs; see page.mjs.
  if (!owner) return;
  event.preventDefault();
  owner.log(`unhandled: ${name ?? "a promise that the page doesn't have"}, ${owner.describe(event.reason)}`);
});

export class Seen {
  lines = [];
  #errors = [];
  #over = false;

  log(line) {
    if (!this.#over) this.lines.push(line);
  }

  /** What comes later is not of this call. */
  close() {
    this.#over = true;
  }

  /** Notes how `promise` settles; resolves with its value, `undefined` if it was rejected. */
  watch(name, promise) {
    if (typeof promise?.then !== "function") {
      this.log(`${name} is no promise, but ${this.describe(promise)}`);
      return Promise.resolve(undefined);
    }
    if (Object.getPrototypeOf(promise) !== Promise.prototype) this.log(`${name} is an unusual promise`);
    return promise.then(
      (value) => (this.log(`${name} → ${this.describe(value)}`), value),
      (error) => this.log(`${name} ✗ ${this.describe(error)}`),
    );
  }

  /** A promise that nobody handles. */
  loose(name, promise) {
    promises.set(promise, { seen: this, name });
    return promise;
  }

  /** Notes what `attempt` returns or throws, and returns it. */
  call(name, attempt) {
    try {
      const value = attempt();
      if (typeof value?.then === "function") return this.watch(name, value);
      this.log(`${name} = ${this.describe(value)}`);
      return value;
    } catch (error) {
      this.log(`${name} threw ${this.describe(error)}`);
    }
  }

  /** The same text for the same thing; errors carry a number for their identity. */
  describe(value) {
    if (typeof value === "string") return JSON.stringify(value.length > 300 ? `${value.slice(0, 300)}… ${value.length}` : value);
    if (typeof value === "function") return `function ${value.name}/${value.length}`;
    if (typeof value !== "object" || value === null) return String(value);
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return `${kind}@${value.byteOffset} ${this.describe(latin1(bytes))}`;
    }
    if (value instanceof ArrayBuffer) return `${kind} ${this.describe(latin1(new Uint8Array(value)))}`;
    if (value instanceof Blob) return `${kind} ${value.type} ${value.size}`;
    if (value instanceof FormData) return `${kind} ${JSON.stringify([...value])}`;
    if (value instanceof Error || kind === "DOMException") {
      reasons.set(value, this);
      if (!this.#errors.includes(value)) this.#errors.push(value);
      const { constructor, name, message } = value;
      return `${constructor.name} ${name} #${this.#errors.indexOf(value)} ${withoutRun(message)}`;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || Array.isArray(value)) {
      const parts = Object.entries(value).map(([key, part]) => `${key}: ${this.describe(part)}`);
      return Array.isArray(value) ? `[${parts.join(", ")}]` : `{ ${parts.join(", ")} }`;
    }
    return `${kind} of ${prototype?.constructor?.name}`;
  }

  /** Everything that can be asked of a response without reading it. */
  response(name, response, { untouched = false } = {}) {
    if (!(response instanceof Response)) return this.log(`${name} is ${this.describe(response)}`);
    const { status, statusText, ok, type, redirected, bodyUsed } = response;
    this.log(`${name}: ${this.describe({ status, statusText, ok, type, redirected, bodyUsed, url: withoutRun(response.url) })}`);
    this.log(`${name}: ${enumerated(response)}, ${Object.getPrototypeOf(response) === Response.prototype}`);
    this.log(`${name}: headers ${[...response.headers].filter(([key]) => key !== "x-replay-run" && key !== "date").join(" ")}`);
    for (const method of ["text", "json", "arrayBuffer", "blob", "bytes", "formData", "textStream", "clone"]) {
      this.log(`${name}.${method} is ${this.describe(response[method])}, ${"prototype" in Object(response[method])}`);
    }
    this.call(`structuredClone(${name})`, () => structuredClone(response));
    if (!untouched) this.body(`${name}.body`, response.body);
    if (!untouched) this.log(`${name}.body is itself: ${response.body === response.body}`);
  }

  body(name, body) {
    if (!(body instanceof ReadableStream)) return this.log(`${name} is ${this.describe(body)}`);
    this.log(`${name}: locked ${body.locked}, ${enumerated(body)}, ${Object.getPrototypeOf(body) === ReadableStream.prototype}`);
    for (const method of ["getReader", "cancel", "tee", "pipeTo", "pipeThrough", "values", Symbol.asyncIterator]) {
      this.log(`${name}.${String(method)} is ${this.describe(body[method])}, ${"prototype" in Object(body[method])}`);
    }
  }

  reader(name, reader) {
    if (typeof reader !== "object") return;
    const { constructor } = Object.getPrototypeOf(reader);
    this.log(`${name}: ${constructor.name}, ${reader instanceof constructor}, ${enumerated(reader)}`);
    for (const method of ["read", "cancel", "releaseLock"]) {
      this.log(`${name}.${method} is ${this.describe(reader[method])}, ${"prototype" in reader[method]}`);
    }
  }

  /** What changes while a body is read. */
  state(name, response) {
    this.log(`${name}: bodyUsed ${response.bodyUsed}, locked ${response.body?.locked}`);
  }
}

/** Not `for … in`: an own property, even one that is not enumerable, hides the
 * prototype's of the same name from it. That is the one thing a page can tell,
 * beside asking for own properties by name. */
function enumerated(object) {
  return `${object} ${JSON.stringify(object)} ${Object.keys(object)} ${Object.keys({ ...object })}`;
}

function latin1(bytes) {
  return bytes.length > 2000 ? `${bytes.length} bytes` : String.fromCharCode(...bytes);
}

const withoutRun = (text) => text.replace(/[?&]run=[\w-]+/g, "");

// Whether a suite passed. A page that reports less than it declared, nothing at
// all, or the same case twice has failed: silence is never a pass.

export class Tally {
  #declared = null;
  #results = new Map();
  #troubles = [];
  #running = null;

  /** The page's list of cases, before it runs the first. */
  declare(titles) {
    this.#declared ??= titles;
    for (const title of titles) {
      if (titles.indexOf(title) !== titles.lastIndexOf(title)) {
        this.#troubles.push({ title, message: "two cases have this title" });
      }
    }
  }

  get declared() {
    return this.#declared !== null;
  }

  /** The case that has started and not ended, if any. */
  get running() {
    return this.#running;
  }

  get finished() {
    return [...this.#results.keys()];
  }

  started(title) {
    this.#running = title;
  }

  /** One case's end; `outcome` is `passed`, `failed` or `skipped`. */
  result({ title, outcome, message, notes }) {
    this.#running = null;
    if (!this.#declared?.includes(title)) {
      this.#troubles.push({ title, message: "reported, but not declared" });
    } else if (this.#results.has(title)) {
      this.#troubles.push({ title, message: "reported twice" });
    } else if (!["passed", "failed", "skipped"].includes(outcome)) {
      this.#troubles.push({ title, message: `reported the unknown outcome ${outcome}` });
    } else {
      this.#results.set(title, { title, outcome, message, notes: notes ?? [] });
    }
  }

  /** What went wrong with the suite as a whole, or with the case it was in. */
  trouble(message) {
    this.#troubles.push({ title: this.#running ?? "(the suite)", message });
  }

  /** The counts, and each case or trouble that a person should read of. */
  get verdict() {
    const results = [...this.#results.values()];
    const failures = results.filter((result) => result.outcome === "failed");
    failures.push(...this.#troubles);
    const missing = (this.#declared ?? []).filter((title) => !this.#results.has(title));
    for (const title of missing) {
      if (!failures.some((failure) => failure.title === title)) {
        failures.push({ title, message: "declared, but its result never came" });
      }
    }
    if (results.length === 0 && failures.length === 0) {
      failures.push({ title: "(the suite)", message: "ran no case" });
    }
    const skips = results.filter((result) => result.outcome === "skipped");
    return {
      passed: results.filter((result) => result.outcome === "passed").length,
      failed: failures.length,
      skipped: skips.length,
      failures: failures.map(({ title, message }) => ({ title, message })),
      skips: skips.map(({ title, message }) => ({ title, message })),
      notes: results.flatMap(({ title, notes }) => notes.map((text) => ({ title, text }))),
    };
  }
}

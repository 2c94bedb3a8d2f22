// What else this machine computed. On a loaded one the network process of a
// browser waits for a core, and its times are the scheduler's.

import { readFileSync } from "node:fs";
import { descendants } from "../browser/runner/processes.mjs";

/** Others may use this share of all cores. */
export const ALLOWED = 0.1;

/** Waits up to so many seconds until others leave the machine alone. */
export async function quiet(seconds) {
  for (let waited = 0; ; waited++) {
    const others = watch();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const share = others();
    if (share === undefined || share <= ALLOWED || waited >= seconds) return share;
  }
}

/**
 * Starts to watch; the result tells the share of all cores that processes
 * other than this one and its descendants used since. Undefined where there is
 * no /proc to ask.
 */
export function watch() {
  let before;
  try {
    before = read();
  } catch {
    return () => undefined;
  }
  return () => {
    const now = read();
    const whole = now.all - before.all;
    const others = now.busy - before.busy - (now.ours - before.ours);
    return whole > 0 ? Math.max(0, others / whole) : 0;
  };
}

/** Ticks since the start of the machine, and of our processes. */
function read() {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n", 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  // Stolen by other guests of the host: not ours either.
  const busy = user + nice + system + irq + softirq + steal;
  return { all: busy + idle + iowait, busy, ours: ours() };
}

function ours() {
  return descendants().reduce((sum, { ticks }) => sum + ticks, 0);
}
